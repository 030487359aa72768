"""The call-taker's screen (màn hình nghe máy): a report is written down while people still talk.

Every keystroke is kept as a draft (`/draft`); `/heard` says what the machine makes of it. All acts
are one form with one button each, so that everything typed comes along, with or without scripts.
"""

from collections.abc import Mapping

from aiohttp import web

from intake.calls.form import channel_of, read_fields, says_something, take_over, too_long
from intake.calls.hearing import hear_call
from intake.calls.report import report_of
from intake.clock import LOCAL_ZONE
from intake.console.calls.counts import TALLIES, count
from intake.console.calls.page import call_values, heard_values
from intake.console.forms import choice_of, see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.logs import log
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Urgency
from storage.calls import drafts
from storage.calls.call_tickets import finish_call, open_now
from storage.calls.drafts import BECAME_TICKET, CallDraft, DraftWords
from storage.calls.reports import CallReport
from storage.database import new_id
from storage.errors import Changed, NotFound

_CALL = r"/console/calls/{call:[0-9a-f]{32}}"
_MOST_VERSIONS = range(1, 2**31)


@needs(Permission.WORK_TICKET)
async def new_call(_request: web.Request) -> web.StreamResponse:
    """Begin a call; nothing is stored before the first keystroke, and a reload loses nothing."""
    return see_other(f"/console/calls/{new_id()}")


@needs(Permission.WORK_TICKET)
async def call(request: web.Request) -> web.StreamResponse:
    """Show the screen with what was written so far; a call that is over leads to its ticket."""
    draft = await _draft(request)
    if draft is not None and draft.outcome:
        return (
            _to_ticket(draft, "") if draft.outcome == BECAME_TICKET else see_other("/console/calls")
        )
    return page(request, "call.html", **await call_values(request, draft))


@needs(Permission.WORK_TICKET)
async def save(request: web.Request) -> web.StreamResponse:
    """Keep what the page holds now; 409 where another page is ahead or the call is over."""
    sent = await text_of(request, "version")
    version = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 11 else 0
    if version not in _MOST_VERSIONS:
        raise web.HTTPBadRequest
    fields = read_fields(await request.post())
    try:
        await _save(request, fields, version=version)
    except Changed:
        return web.json_response({"problem": "changed"}, status=409)
    at = request.app[SERVICE].clock().astimezone(LOCAL_ZONE).strftime("%H:%M:%S")
    return web.json_response({"saved": at, "version": version})


@needs(Permission.WORK_TICKET)
async def heard(request: web.Request) -> web.StreamResponse:
    """Give what the machine hears in the draft: kind, urgency, proposals, cards to read."""
    draft = await _draft(request)
    return page(request, "_call_heard.html", **await heard_values(request, draft))


@needs(Permission.WORK_TICKET)
async def act(request: web.Request) -> web.StreamResponse:
    """Carry out what a button says, with all that stands in the form."""
    sent = await request.post()
    fields = take_over(read_fields(sent), await text_of(request, "take"))
    wanted = await choice_of(request, "act", ("", *_ACTS, *TALLIES))
    if wanted in TALLIES:
        if fields:
            await _save_or_go(request, fields)
        return await count(request, request.match_info["call"], wanted, fields)
    if wanted == "open":
        fields = {**fields, "urgency": Urgency.CRITICAL.value}
    if gone := await _save_or_go(request, fields):
        return gone
    draft = await _draft(request)
    if draft is None:
        raise web.HTTPNotFound
    return await _ACTS.get(wanted, _keep)(request, draft)


async def _keep(_request: web.Request, draft: CallDraft) -> web.StreamResponse:
    return see_other(f"/console/calls/{draft.id}", said="call_kept")


async def _open(request: web.Request, draft: CallDraft) -> web.StreamResponse:
    """Open the ticket now and go on writing: one key, whatever is filled in."""
    ticket = await open_now(request.app[SERVICE].store, await _report(request, draft))
    log.info("call_opened", ticket_id=ticket.id, urgency=ticket.urgency, channel=ticket.channel)
    return see_other(f"/console/calls/{draft.id}", said="call_opened")


async def _finish(request: web.Request, draft: CallDraft) -> web.StreamResponse:
    problems = _problems(request, draft)
    if problems:
        values = await call_values(request, draft, problems=problems)
        return page(request, "call.html", status=422, **values)
    ticket = await finish_call(request.app[SERVICE].store, await _report(request, draft))
    log.info("call_finished", ticket_id=ticket.id, urgency=ticket.urgency, channel=ticket.channel)
    return see_other(f"/console/tickets/{ticket.number}", said="call_saved")


async def _discard(request: web.Request, draft: CallDraft) -> web.StreamResponse:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    try:
        await drafts.discard_draft(service.store, draft.id, user_id=user.id, now=service.clock())
    except Changed:
        return see_other(f"/console/calls/{draft.id}", said="call_is_open")
    return see_other("/console/calls", said="call_discarded")


_ACTS = {"keep": _keep, "open": _open, "finish": _finish, "discard": _discard}


async def _report(request: web.Request, draft: CallDraft) -> CallReport:
    service = request.app[SERVICE]
    heard = await hear_call(service, draft.fields)
    return report_of(draft, heard, model=service.model_version, now=service.clock())


def _problems(request: web.Request, draft: CallDraft) -> Mapping[str, str]:
    words = words_for(request)
    problems = {
        name: words("form.too_long", limit=limit) for name, limit in too_long(draft.fields).items()
    }
    if not draft.number and not says_something(draft.fields):
        problems["notes"] = words("call.say_something")
    return problems


async def _draft(request: web.Request) -> CallDraft | None:
    """Return the reader's own draft; raises 404 for somebody else's."""
    found = await drafts.draft(request.app[SERVICE].store, request.match_info["call"])
    if found is not None and found.user_id != request[SIGNED_IN].user.id:
        raise web.HTTPNotFound
    return found


async def _save(
    request: web.Request, fields: Mapping[str, str], *, version: int | None = None
) -> None:
    service = request.app[SERVICE]
    words = DraftWords(
        id=request.match_info["call"],
        user_id=request[SIGNED_IN].user.id,
        channel=channel_of(fields),
        fields=fields,
        version=version,
    )
    try:
        await drafts.save_draft(service.store, words, now=service.clock())
    except NotFound:
        raise web.HTTPNotFound from None


async def _save_or_go(request: web.Request, fields: Mapping[str, str]) -> web.StreamResponse | None:
    """Save what a button sends; a call that is over already leads to where it went."""
    try:
        await _save(request, fields)
    except Changed:
        draft = await _draft(request)
        if draft is not None and draft.outcome == BECAME_TICKET:
            return _to_ticket(draft, "call_saved")
        return see_other("/console/calls", said="call_over")
    return None


def _to_ticket(draft: CallDraft, said: str) -> web.Response:
    return see_other(f"/console/tickets/{draft.number}", said=said)


def _routes() -> tuple[web.RouteDef, ...]:
    return (
        web.get("/console/calls/new", new_call),
        web.get(_CALL, call),
        web.post(_CALL, act),
        web.post(f"{_CALL}/draft", save),
        web.get(f"{_CALL}/heard", heard),
    )


ROUTES: tuple[web.RouteDef, ...] = _routes()
