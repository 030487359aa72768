"""The first key on a ticket of life in minutes: help was called (đã gọi 114, 115, …)."""

from aiohttp import web

from intake.console.forms import choice_of
from intake.console.outcome import back_to, ticket_in
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.alarm_block import HELP
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.alarm import called


@needs(Permission.WORK_TICKET)
async def note(request: web.Request) -> web.StreamResponse:
    """Note whom this reader has called; anybody at the desk may, whoever holds the ticket."""
    service, ticket = request.app[SERVICE], (await ticket_in(request)).ticket
    number = await choice_of(request, "called", HELP)
    is_new = await called.note_call(
        service.store,
        ticket.id,
        called=number,
        user_id=request[SIGNED_IN].user.id,
        now=service.clock(),
    )
    return back_to(ticket, "called_noted" if is_new else "called_again")


ROUTES = (web.post(r"/console/tickets/{number:PT-\d{4}-\d{6}}/called", note),)
