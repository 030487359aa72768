"""What an operator does at the desk: claim, note, be on duty. One POST each.

Works with plain form posts; htmx only saves the page from flickering.
"""

from aiohttp import web

from intake.console.forms import TEXT_LENGTH, choice_of, problem_with, see_other, text_of
from intake.console.outcome import ask_again, back_to, ticket_in
from intake.console.queue.acts import next_rules
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.accounts import users
from storage.tickets import IllegalMove


@needs(Permission.WORK_TICKET)
async def next_ticket(request: web.Request) -> web.StreamResponse:
    """Claim the most urgent ticket that nobody holds, and open it."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    rules = await next_rules(request)
    claimed = await tickets.next_most_urgent(
        service.store, user_id=user.id, now=service.clock(), **rules
    )
    if claimed is None:
        rests = rules["only_critical"]
        return see_other("/console", said="none_but_rest" if rests else "none_left")
    return back_to(claimed, "claimed")


@needs(Permission.WORK_TICKET)
async def claim(request: web.Request) -> web.StreamResponse:
    """Claim a ticket; who comes second learns who was first."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    try:
        outcome = await tickets.claim_ticket(
            service.store, ticket.id, user_id=user.id, now=service.clock()
        )
    except IllegalMove:
        return back_to(ticket, "illegal")
    return back_to(ticket, "claimed" if outcome.won else "lost")


@needs(Permission.WORK_TICKET)
async def note(request: web.Request) -> web.StreamResponse:
    """Write something down on a ticket."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    text = await text_of(request, "text")
    if problem := problem_with(text, TEXT_LENGTH, "case.note_missing", request):
        return await ask_again(request, ticket, form="note", text=text, problems={"text": problem})
    await tickets.add_note(
        service.store, ticket.id, text=text, user_id=user.id, now=service.clock()
    )
    return back_to(ticket, "noted")


@needs(Permission.WORK_TICKET)
async def duty(request: web.Request) -> web.StreamResponse:
    """Begin or end being on duty (trực)."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    is_on_duty = await choice_of(request, "on", ("0", "1")) == "1"
    await users.set_on_duty(service.store, user.id, is_on_duty=is_on_duty, now=service.clock())
    return see_other("/console", said="duty_on" if is_on_duty else "duty_off")
