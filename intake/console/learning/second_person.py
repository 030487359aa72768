"""Lowering a critical ticket by two people: propose, and the second person's answer."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from intake.console.forms import text_of
from intake.console.outcome import back_to, ticket_in, with_reason
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Urgency
from storage.learning import lowering
from storage.learning.lowering import NotSeen, OwnProposal
from storage.tickets import TicketDetail

_ADDRESS = r"/console/tickets/{number:PT-\d{4}-\d{6}}/lowering/{lowering:\d{1,18}}"
_EVENT_DIGITS = 18


async def propose(request: web.Request, detail: TicketDetail, to: Urgency, reason: str) -> str:
    """Propose to lower a critical ticket; return what to say."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    proposed = await lowering.propose(
        service.store,
        detail.ticket.id,
        urgency=to,
        reason=reason,
        user_id=user.id,
        now=service.clock(),
    )
    return "lowering_asked" if proposed else "lowering_known"


@needs(Permission.WORK_TICKET)
async def confirm(request: web.Request) -> web.StreamResponse:
    """Be the second person who agrees; whoever has not seen the last message looks again first."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    seen = await text_of(request, "seen")
    if not seen.isdecimal() or len(seen) > _EVENT_DIGITS:
        raise web.HTTPBadRequest

    async def act(lowering_id: int, reason: str) -> str:
        try:
            await lowering.confirm(
                service.store,
                lowering_id,
                reason=reason,
                seen=int(seen),
                user_id=user.id,
                now=service.clock(),
            )
        except OwnProposal:
            return "lowering_own"
        except NotSeen:
            return "lowering_unseen"
        return "lowered"

    return await _answer(request, "confirm-lowering", act)


@needs(Permission.WORK_TICKET)
async def refuse(request: web.Request) -> web.StreamResponse:
    """Say no, or take one's own proposal back."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(lowering_id: int, reason: str) -> str:
        await lowering.refuse(
            service.store, lowering_id, reason=reason, user_id=user.id, now=service.clock()
        )
        return "lowering_refused"

    return await _answer(request, "refuse-lowering", act)


async def _answer(
    request: web.Request, form: str, act: Callable[[int, str], Awaitable[str]]
) -> web.StreamResponse:
    """Settle the proposal that the address names, which must be the ticket's open one."""
    asked = int(request.match_info["lowering"])
    detail = await ticket_in(request)
    found = await lowering.lowering_of(request.app[SERVICE].store, detail.ticket.id)
    if found is None or found.id != asked:
        return back_to(detail.ticket, "illegal")
    return await with_reason(request, form, lambda _detail, reason: act(asked, reason))


ROUTES = (
    web.post(f"{_ADDRESS}/confirm", confirm),
    web.post(f"{_ADDRESS}/refuse", refuse),
)
