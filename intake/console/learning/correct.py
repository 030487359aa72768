"""One-key corrections (sửa nhanh): urgent, not so urgent, wrong place, wrong kind, and undo.

Each is one press and one event; the reason is a set sentence. What the machine had said is kept as
a lesson by storage, as with every change of urgency, kind or place.
"""

from aiohttp import web

from intake.console.forms import choice_of, text_of
from intake.console.learning.correct_view import NOT_SO_URGENT
from intake.console.outcome import back_to, ticket_in
from intake.console.render import words_for
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.ticket_page import may_settle
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Intent, Urgency
from storage import tickets
from storage.learning import correcting
from storage.tickets import IllegalMove, SecondPersonNeeded, TicketDetail

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
_DIGITS = 18
UNKNOWN = "unknown"


@needs(Permission.WORK_TICKET)
async def urgent(request: web.Request) -> web.StreamResponse:
    """Say that it is critical: it rings at once."""
    detail = await ticket_in(request)
    return await _size(request, detail, Urgency.CRITICAL, "correct.was_urgent")


@needs(Permission.WORK_TICKET)
async def not_urgent(request: web.Request) -> web.StreamResponse:
    """Lower it by one step; the page names the step, so that a double press is one."""
    wanted = Urgency(await choice_of(request, "to", [each.value for each in Urgency]))
    detail = await ticket_in(request)
    if NOT_SO_URGENT.get(detail.ticket.urgency) is not wanted:
        return back_to(detail.ticket, "illegal")
    if not may_settle(request[SIGNED_IN], detail):
        return back_to(detail.ticket, "not_holder")
    return await _size(request, detail, wanted, "correct.was_less")


@needs(Permission.WORK_TICKET)
async def place(request: web.Request) -> web.StreamResponse:
    """Say where it is, or that it is not there."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    known = [code for code, _ in service.places.communes]
    wanted = await choice_of(request, "commune", [UNKNOWN, *known])
    ticket = (await ticket_in(request)).ticket
    await correcting.change_place(
        service.store,
        ticket.id,
        commune_code=None if wanted == UNKNOWN else wanted,
        reason=words_for(request)("correct.was_place"),
        user_id=user.id,
        now=service.clock(),
    )
    return back_to(ticket, "corrected")


@needs(Permission.WORK_TICKET)
async def kind(request: web.Request) -> web.StreamResponse:
    """Say what it is about."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    wanted = Intent(await choice_of(request, "kind", [each.value for each in Intent]))
    ticket = (await ticket_in(request)).ticket
    await tickets.change_kind(
        service.store,
        ticket.id,
        kind=wanted,
        reason=words_for(request)("correct.was_kind"),
        user_id=user.id,
        now=service.clock(),
    )
    return back_to(ticket, "corrected")


@needs(Permission.WORK_TICKET)
async def undo(request: web.Request) -> web.StreamResponse:
    """Take one's own last correction back while nobody has acted on it."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    event = await text_of(request, "event")
    if not event.isdecimal() or len(event) > _DIGITS:
        raise web.HTTPBadRequest
    ticket = (await ticket_in(request)).ticket
    try:
        await correcting.undo(
            service.store, ticket.id, int(event), user_id=user.id, now=service.clock()
        )
    except IllegalMove:
        return back_to(ticket, "undo_late")
    return back_to(ticket, "undone")


async def _size(
    request: web.Request, detail: TicketDetail, urgency: Urgency, why: str
) -> web.StreamResponse:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    try:
        await tickets.change_urgency(
            service.store,
            detail.ticket.id,
            urgency=urgency,
            reason=words_for(request)(why),
            user_id=user.id,
            now=service.clock(),
        )
    except SecondPersonNeeded:  # it became critical a moment ago
        return back_to(detail.ticket, "illegal")
    return back_to(detail.ticket, "corrected")


ROUTES = (
    web.post(f"{_TICKET}/correct/urgent", urgent),
    web.post(f"{_TICKET}/correct/not-urgent", not_urgent),
    web.post(f"{_TICKET}/correct/place", place),
    web.post(f"{_TICKET}/correct/kind", kind),
    web.post(f"{_TICKET}/correct/undo", undo),
)
