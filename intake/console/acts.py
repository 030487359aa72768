"""What an operator does at the desk: claim, write, note, be on duty. One POST each.

Works with plain form posts; htmx only saves the page from flickering.
"""

from aiohttp import web

from bot.channels.codec import outbound_to_json
from bot.channels.contract import OutboundMessage
from bot.dialogue.knock import GIVEN_BACK
from intake.console.forms import (
    MESSAGE_LENGTH,
    REASON_LENGTH,
    TEXT_LENGTH,
    choice_of,
    problem_with,
    see_other,
    text_of,
)
from intake.console.outcome import ask_again, back_to, ticket_in, with_reason
from intake.console.sessions import SIGNED_IN
from intake.console.ticket_page import is_composer_locked
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Urgency
from storage import speech, tickets, unlocking, users
from storage.rows import Lane, NewOutbound, TicketRow, TicketState
from storage.spoken import is_spoken
from storage.tickets import IllegalMove, TicketDetail

_WRITABLE = (TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS)


@needs(Permission.WORK_TICKET)
async def next_ticket(request: web.Request) -> web.StreamResponse:
    """Claim the most urgent ticket that nobody holds, and open it."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    claimed = await tickets.next_most_urgent(service.store, user_id=user.id, now=service.clock())
    if claimed is None:
        return see_other("/console", said="none_left")
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
async def write(request: web.Request) -> web.StreamResponse:
    """Write to the reporter: the bot falls silent first, then the message is stored and sent."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail = await ticket_in(request)
    ticket = detail.ticket
    text = await text_of(request, "text")
    if ticket.holder_id != user.id or ticket.state not in _WRITABLE:
        return back_to(ticket, "not_holder")
    if is_composer_locked(detail) or is_spoken(ticket.channel):
        raise web.HTTPForbidden
    if problem := problem_with(text, MESSAGE_LENGTH, "talk.message_missing", request):
        return await ask_again(
            request, ticket, form="message", text=text, problems={"message": problem}
        )
    reason, problem = await _override(request)
    if problem:
        return await ask_again(
            request,
            ticket,
            form="message",
            text=text,
            override=reason,
            problems={"override": problem},
        )
    await _silence_bot(request, detail)
    written = await speech.say(
        service.store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user.id,
        message=_outbound(request, ticket, text),
        now=service.clock(),
        override=reason,
    )
    await _begin_work(request, ticket)
    return back_to(ticket, "held" if written.is_held else "sent")


@needs(Permission.WORK_TICKET)
async def take_over(request: web.Request) -> web.StreamResponse:
    """Silence the bot before the first word; only who holds the ticket may."""
    detail = await ticket_in(request)
    ticket = detail.ticket
    if ticket.holder_id != request[SIGNED_IN].user.id:
        return back_to(ticket, "not_holder")
    if is_composer_locked(detail) or is_spoken(ticket.channel):
        raise web.HTTPForbidden
    await _silence_bot(request, detail)
    return back_to(ticket, "taken")


@needs(Permission.WORK_TICKET)
async def hand_back(request: web.Request) -> web.StreamResponse:
    """Let the bot answer again; only who holds the ticket may."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    if ticket.holder_id != user.id:
        return back_to(ticket, "not_holder")
    await tickets.hand_back(
        service.store,
        ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user.id,
        now=service.clock(),
    )
    await service.desk.speak(ticket.conversation_id, "operator_handed_back")
    return back_to(ticket, "handed_back")


@needs(Permission.UNLOCK_COMPOSER)
async def unlock(request: web.Request) -> web.StreamResponse:
    """Let people write again although the phone changed hands: a supervisor, with a reason."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(detail: TicketDetail, reason: str) -> str:
        await unlocking.unlock_composer(
            service.store,
            detail.ticket.id,
            reason=reason,
            user_id=user.id,
            forgets=GIVEN_BACK,
            now=service.clock(),
        )
        return "unlocked"

    return await with_reason(request, "unlock", act)


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


async def _override(request: web.Request) -> tuple[str, str]:
    """Return the reason to send at once what would wait, and what is wrong with it."""
    if not await text_of(request, "at_once"):
        return "", ""
    reason = await text_of(request, "override")
    return reason, problem_with(reason, REASON_LENGTH, "form.reason_missing", request)


async def _silence_bot(request: web.Request, detail: TicketDetail) -> None:
    """Take the talk over, and let the bot say so once; what comes late waits with the rest."""
    service, user, ticket = request.app[SERVICE], request[SIGNED_IN].user, detail.ticket
    if detail.talk_held_by is None:
        await service.desk.speak(ticket.conversation_id, "operator_took_over")
    await tickets.take_over(
        service.store,
        ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user.id,
        now=service.clock(),
    )


async def _begin_work(request: web.Request, ticket: TicketRow) -> None:
    """The first word to the reporter says that the work has begun."""
    if ticket.state is not TicketState.ACKNOWLEDGED:
        return
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    try:
        await tickets.move_ticket(
            service.store,
            ticket.id,
            to=TicketState.IN_PROGRESS,
            reason="",
            user_id=user.id,
            now=service.clock(),
        )
    except IllegalMove:
        return  # moved by somebody else meanwhile; the message is on its way all the same


def _outbound(request: web.Request, ticket: TicketRow, text: str) -> NewOutbound:
    channel = request.app[SERVICE].channels.get(ticket.channel)
    return NewOutbound(
        body=outbound_to_json(OutboundMessage(text=text)),
        lane=Lane.EMERGENCY if ticket.urgency is Urgency.CRITICAL else Lane.REPLY,
        author=request[SIGNED_IN].user.id,
        is_pulled=channel is not None and channel.pulls,
    )
