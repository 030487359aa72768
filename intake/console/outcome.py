"""What every act on a ticket shares: the ticket it is about, and the answer after it."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from intake.console.desk import show_ticket
from intake.console.forms import REASON_LENGTH, problem_with, see_other, text_of
from intake.service import SERVICE
from storage import tickets
from storage.rows import TicketRow
from storage.tickets import IllegalMove, TicketDetail

_IN_TALK = ("message", "unlock")
"""Forms that stand under the conversation."""


async def ticket_in(request: web.Request) -> TicketDetail:
    """Return the ticket that the address names; raises 404. The page shown after it is audited."""
    store = request.app[SERVICE].store
    detail = await tickets.look_again(store, request.match_info["number"])
    if detail is None:
        raise web.HTTPNotFound
    return detail


def back_to(ticket: TicketRow, said: str) -> web.Response:
    """Send the browser back to the ticket, which says what happened."""
    return see_other(f"/console/tickets/{ticket.number}", said=said)


async def ask_again(
    request: web.Request,
    ticket: TicketRow,
    *,
    form: str,
    text: str,
    problems: Mapping[str, str],
    override: str = "",
) -> web.Response:
    """Show the ticket with what is wrong at the field; what was typed is kept."""
    is_message = form == "message"
    typed = {
        "form": form,
        "message": text if is_message else "",
        "reason": text,
        "override": override,
    }
    return await show_ticket(
        request,
        ticket.number,
        status=422,
        pane="talk" if form in _IN_TALK else "case",
        typed=typed,
        problems=dict(problems),
    )


async def with_reason(
    request: web.Request, form: str, act: Callable[[TicketDetail, str], Awaitable[str]]
) -> web.StreamResponse:
    """Carry out what needs a reason in words; a state that changed meanwhile is said kindly."""
    detail = await ticket_in(request)
    reason = await text_of(request, "reason")
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        return await ask_again(
            request, detail.ticket, form=form, text=reason, problems={"reason": problem}
        )
    try:
        said = await act(detail, reason)
    except IllegalMove:
        said = "illegal"
    return back_to(detail.ticket, said)
