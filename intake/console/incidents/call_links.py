"""Link the ticket of a call with another one of the same reporter, and part them; with a reason."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from intake.console.desk import show_ticket
from intake.console.forms import REASON_LENGTH, problem_with, text_of
from intake.console.outcome import back_to, ticket_in
from intake.console.render import words_for
from intake.console.safeguarding.hidden import is_hidden
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.errors import NotFound
from storage.incidents import ticket_links

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"


@needs(Permission.WORK_TICKET)
async def link(request: web.Request) -> web.StreamResponse:
    """Say that two tickets come from one person; their talks stay apart."""
    return await _with_other(request, ticket_links.link_tickets, ("linked", "link_known"))


@needs(Permission.WORK_TICKET)
async def part(request: web.Request) -> web.StreamResponse:
    """Take a link back."""
    return await _with_other(request, ticket_links.part_tickets, ("parted", "parted"))


async def _with_other(
    request: web.Request, change: Callable[..., Awaitable[bool]], said: tuple[str, str]
) -> web.StreamResponse:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    other = (await text_of(request, "other")).upper()
    reason = await text_of(request, "reason")
    problems = {}
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        problems["reason"] = problem
    else:
        try:
            if await is_hidden(request, other):
                raise NotFound
            is_new = await change(
                service.store, ticket.id, other, reason=reason, user_id=user.id, now=service.clock()
            )
            return back_to(ticket, said[0] if is_new else said[1])
        except NotFound:
            problems["other"] = words_for(request)("link.unknown")
    typed = {"form": "link", "reason": reason, "message": "", "override": "", "other": other}
    return await show_ticket(
        request, ticket.number, status=422, pane="case", typed=typed, problems=problems
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/links", link),
    web.post(f"{_TICKET}/links/part", part),
)
