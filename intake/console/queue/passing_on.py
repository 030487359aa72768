"""Passing a ticket on to a person or a role (chuyển phiếu): offer, accept, give back, keep."""

from aiohttp import web

from intake.console.forms import text_of
from intake.console.outcome import ask_again, back_to, ticket_in, with_reason
from intake.console.queue.passing_shown import may_offer, options_for
from intake.console.render import words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import users
from storage.queue import transfers
from storage.tickets import IllegalMove, TicketDetail

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"


@needs(Permission.WORK_TICKET)
async def offer(request: web.Request) -> web.StreamResponse:
    """Offer the ticket; its holder or a supervisor may."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    kind, _, who = (await text_of(request, "to")).partition(":")
    detail = await ticket_in(request)
    staff = await users.list_users(service.store)
    if f"{kind}:{who}" not in {value for value, _ in options_for(request, detail, staff)}:
        return await ask_again(
            request, detail.ticket, form="transfer", text=await text_of(request, "reason"),
            problems={"to": words_for(request)("transfer.to_missing")},
        )  # fmt: skip

    async def act(detail: TicketDetail, reason: str) -> str:
        if not may_offer(request, detail):
            return "not_holder"
        await transfers.offer(
            service.store,
            detail.ticket.id,
            to_user_id=who if kind == "user" else None,
            to_role=who if kind == "role" else None,
            note=reason,
            user_id=user.id,
            now=service.clock(),
        )
        return "offered"

    return await with_reason(request, "transfer", act)


@needs(Permission.WORK_TICKET)
async def accept(request: web.Request) -> web.StreamResponse:
    """Take over a ticket that was offered to oneself or to one's role."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    taken = await transfers.accept(
        service.store, ticket.id, user_id=user.id, role=user.role, now=service.clock()
    )
    return back_to(ticket, "offer_accepted" if taken else "offer_gone")


@needs(Permission.WORK_TICKET)
async def give_back(request: web.Request) -> web.StreamResponse:
    """Say no to an offer, with a reason that its holder reads."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(detail: TicketDetail, reason: str) -> str:
        given = await transfers.give_back(
            service.store,
            detail.ticket.id,
            note=reason,
            user_id=user.id,
            role=user.role,
            now=service.clock(),
        )
        return "offer_given_back" if given else "offer_gone"

    return await with_reason(request, "give_back", act)


@needs(Permission.WORK_TICKET)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take an offer back; its holder or a supervisor may."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail = await ticket_in(request)
    if not may_offer(request, detail):
        return back_to(detail.ticket, "not_holder")
    try:
        ended = await transfers.withdraw(
            service.store, detail.ticket.id, user_id=user.id, now=service.clock()
        )
    except IllegalMove:
        ended = False
    return back_to(detail.ticket, "offer_withdrawn" if ended else "offer_gone")


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/transfer", offer),
    web.post(f"{_TICKET}/transfer/accept", accept),
    web.post(f"{_TICKET}/transfer/give-back", give_back),
    web.post(f"{_TICKET}/transfer/withdraw", withdraw),
)
