"""The audit page (nhật ký kiểm tra): every event, newest first, and whether the chain is whole."""

from aiohttp import web

from intake.console.render import page, words_for
from intake.console.timeline import happenings_of
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import events, users
from storage.events import ChainReport

_SHOWN = 100


@needs(Permission.READ_AUDIT)
async def audit(request: web.Request) -> web.StreamResponse:
    """Show events without their sealed notes; the auditor sees who did what, not what was said."""
    return await _audit(request, None)


@needs(Permission.READ_AUDIT)
async def verify(request: web.Request) -> web.StreamResponse:
    """Walk the whole chain and say what was found."""
    return await _audit(request, await events.verify(request.app[SERVICE].store))


async def _audit(request: web.Request, chain: ChainReport | None) -> web.Response:
    store = request.app[SERVICE].store
    newest = await events.last_event_id(store)
    before = _before(request) or newest + 1
    first = max(0, before - 1 - _SHOWN)
    found = await events.events_after(store, first, limit=min(_SHOWN, max(0, before - 1 - first)))
    names = {each.id: each.display_name for each in await users.list_users(store)}
    rows = happenings_of(reversed(found), names=names, words=words_for(request))
    return page(
        request,
        "audit.html",
        rows=rows,
        chain=chain,
        before=found[0].id if found and found[0].id > 1 else None,
    )


def _before(request: web.Request) -> int | None:
    text = request.query.get("before", "")
    return int(text[:18]) if text.isascii() and text.isdecimal() else None
