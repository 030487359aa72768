"""Weighty changes of a ticket: urgency, kind, state, release. Each asks for a reason in words."""

from aiohttp import web

from intake.console.forms import choice_of
from intake.console.learning.second_person import propose
from intake.console.outcome import back_to, ticket_in, with_reason
from intake.console.present import DONE_STATES
from intake.console.render import may
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.ticket_page import may_settle
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.rows import TicketState
from storage.tickets import IllegalMove, SecondPersonNeeded, TicketDetail

_MOVES = {
    state.value: state
    for state in (
        TicketState.RESOLVED,
        TicketState.CLOSED,
        TicketState.DISMISSED,
        TicketState.REOPENED,
    )
}


@needs(Permission.WORK_TICKET)
async def urgency(request: web.Request) -> web.StreamResponse:
    """Size a ticket anew; lowering a critical one is only proposed here."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    wanted = Urgency(await choice_of(request, "urgency", [each.value for each in Urgency]))

    async def act(detail: TicketDetail, reason: str) -> str:
        is_lower = wanted.rank > detail.ticket.urgency.rank
        if is_lower and not may_settle(request[SIGNED_IN], detail):
            return "not_holder"
        try:
            await tickets.change_urgency(
                service.store,
                detail.ticket.id,
                urgency=wanted,
                reason=reason,
                user_id=user.id,
                now=service.clock(),
            )
        except SecondPersonNeeded:
            return await propose(request, detail, wanted, reason)
        return "saved"

    return await with_reason(request, "urgency", act)


@needs(Permission.WORK_TICKET)
async def kind(request: web.Request) -> web.StreamResponse:
    """Say what the report is about."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    wanted = Intent(await choice_of(request, "kind", [each.value for each in Intent]))

    async def act(detail: TicketDetail, reason: str) -> str:
        await tickets.change_kind(
            service.store,
            detail.ticket.id,
            kind=wanted,
            reason=reason,
            user_id=user.id,
            now=service.clock(),
        )
        return "saved"

    return await with_reason(request, "kind", act)


@needs(Permission.WORK_TICKET)
async def release(request: web.Request) -> web.StreamResponse:
    """Give a ticket back to the queue; a critical one rings again."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(detail: TicketDetail, reason: str) -> str:
        await tickets.release_ticket(
            service.store, detail.ticket.id, user_id=user.id, reason=reason, now=service.clock()
        )
        return "released"

    return await with_reason(request, "release", act)


@needs(Permission.WORK_TICKET)
async def begin(request: web.Request) -> web.StreamResponse:
    """Say that the work has begun; nothing weighty, so no reason is asked for."""
    detail = await ticket_in(request)
    try:
        await _move(request, detail, TicketState.IN_PROGRESS, "")
    except IllegalMove:
        return back_to(detail.ticket, "illegal")
    return back_to(detail.ticket, "moved")


@needs(Permission.WORK_TICKET)
async def state(request: web.Request) -> web.StreamResponse:
    """Resolve, close, dismiss or reopen; a critical ticket is only proposed for dismissal here."""
    wanted = _MOVES[await choice_of(request, "to", _MOVES)]

    async def act(detail: TicketDetail, reason: str) -> str:
        if wanted in DONE_STATES and not may_settle(request[SIGNED_IN], detail):
            return "not_holder"
        if wanted is TicketState.DISMISSED and _would_confirm(request, detail):
            raise web.HTTPForbidden
        return await _move(request, detail, wanted, reason)

    return await with_reason(request, wanted.value, act)


@needs(Permission.CONFIRM_DISMISSAL)
async def confirm_dismissal(request: web.Request) -> web.StreamResponse:
    """Be the second person who agrees to dismiss a critical ticket."""

    async def act(detail: TicketDetail, reason: str) -> str:
        if detail.dismissal_proposed_by in (None, request[SIGNED_IN].user.id):
            return "illegal"
        return await _move(request, detail, TicketState.DISMISSED, reason)

    return await with_reason(request, "confirm", act)


def _would_confirm(request: web.Request, detail: TicketDetail) -> bool:
    """Whether this reader would be the second person without the right to be it."""
    signed_in = request[SIGNED_IN]
    return detail.dismissal_proposed_by not in (None, signed_in.user.id) and not may(
        signed_in, Permission.CONFIRM_DISMISSAL
    )


async def _move(request: web.Request, detail: TicketDetail, to: TicketState, reason: str) -> str:
    service = request.app[SERVICE]
    moved = await tickets.move_ticket(
        service.store,
        detail.ticket.id,
        to=to,
        reason=reason,
        user_id=request[SIGNED_IN].user.id,
        now=service.clock(),
    )
    return "proposed" if moved.needs_second_person else "moved"
