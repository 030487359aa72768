"""What administrators opened to accounts (mở quyền), for a second person to confirm or refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from intake.console.accounts.role_names import role_options
from intake.console.forms import (
    REASON_LENGTH,
    choice_of,
    problem_with,
    said_in,
    see_other,
    text_of,
)
from intake.console.render import page
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import access, users
from storage.accounts.access import Ask, Outcome
from storage.errors import Changed, OwnWords

_ADDRESS = "/console/access"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskShown:
    """An opening as the page shows it."""

    id: int
    why: str
    name: str = field(repr=False)
    login: str
    role: str
    by: str = field(repr=False)
    at: datetime
    is_waiting: bool
    is_own: bool
    """Whoever reads it opened it, or it is about them: somebody else settles it."""


@needs(Permission.CONFIRM_ACCESS)
async def asks(request: web.Request) -> web.StreamResponse:
    """List what nobody has settled."""
    return await _page(request)


@needs(Permission.CONFIRM_ACCESS)
async def answer(request: web.Request) -> web.StreamResponse:
    """Confirm, or refuse with a reason: then the account is closed before anything else."""
    service, by = request.app[SERVICE], request[SIGNED_IN].user.id
    outcome = Outcome(await choice_of(request, "outcome", [each.value for each in Outcome]))
    ask = await _ask(request)
    if ask is None:
        return see_other(_ADDRESS, said="access_over")
    reason = await text_of(request, "reason")
    if outcome is Outcome.REFUSED:
        if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
            return await _page(request, refused=ask, reason=reason, problems={"reason": problem})
        if ask.is_for(by):
            await users.set_active(
                service.store, ask.user_id, is_active=False, now=service.clock(), actor_id=by
            )
    try:
        await access.settle(
            service.store, ask, outcome=outcome, reason=reason, user_id=by, now=service.clock()
        )
    except OwnWords:
        raise web.HTTPForbidden from None
    except Changed:
        return see_other(_ADDRESS, said="access_over")
    return see_other(_ADDRESS, said=f"access_{outcome.value}")


async def asks_for(request: web.Request) -> list[Ask]:
    """Return the openings that this reader is the second person for."""
    user_id = request[SIGNED_IN].user.id
    found = await access.open_asks(request.app[SERVICE].store)
    return [each for each in found if each.is_for(user_id)]


async def _ask(request: web.Request) -> Ask | None:
    wanted = int(request.match_info["ask"])
    found = await access.open_asks(request.app[SERVICE].store)
    return next((each for each in found if each.id == wanted), None)


async def _page(
    request: web.Request,
    *,
    refused: Ask | None = None,
    reason: str = "",
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    return page(
        request,
        "access.html",
        status=422 if problems else 200,
        asks=await _shown(request),
        refused_id=refused.id if refused else None,
        reason=reason,
        problems=problems or {},
        said=said_in(request),
    )


async def _shown(request: web.Request) -> list[AskShown]:
    store, reader = request.app[SERVICE].store, request[SIGNED_IN].user.id
    staff = {each.id: each for each in await users.list_users(store)}
    roles = dict(await role_options(request))
    shown = []
    for each in await access.open_asks(store):
        about, by = staff[each.user_id], staff.get(each.asked_by)
        shown.append(
            AskShown(
                id=each.id,
                why=each.why.value,
                name=about.display_name,
                login=about.login,
                role=roles.get(about.role, about.role),
                by=by.display_name if by else "–",
                at=each.asked_at,
                is_waiting=each.is_waiting,
                is_own=not each.is_for(reader),
            )
        )
    return shown


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_ADDRESS, asks),
    web.post(rf"{_ADDRESS}/{{ask:\d{{1,18}}}}", answer),
)
