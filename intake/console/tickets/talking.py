"""What an operator does in a conversation: write, silence the bot, hand back, unlock.

The composer is locked to one line: what was written to it goes there or nowhere.
"""

from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.codec import outbound_to_json
from bot.channels.contract import OutboundMessage
from bot.dialogue.knock import GIVEN_BACK
from intake.console.forms import MESSAGE_LENGTH, REASON_LENGTH, problem_with, text_of
from intake.console.outcome import ask_again, back_to, ticket_in, with_reason
from intake.console.render import words_for
from intake.console.safeguarding.held_view import finds_in, why
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.ticket_page import WRITABLE, is_shut
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from nlu.labels import Urgency
from storage import tickets
from storage.errors import LineMoved
from storage.rows import Lane, NewOutbound, TicketRow, TicketState
from storage.talks import unlocking
from storage.tickets import IllegalMove, TicketDetail
from storage.words import held_words, speech
from storage.words.held_words import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an operator wants to say, and what is wrong with it."""

    text: str = field(repr=False)
    override: str = field(default="", repr=False)
    """The reason to send at once what would wait."""
    problems: dict[str, str] = field(default_factory=dict)


@needs(Permission.WORK_TICKET)
async def write(request: web.Request) -> web.StreamResponse:
    """Write to the reporter: the bot falls silent first, then the message is stored and sent."""
    user = request[SIGNED_IN].user
    detail = await ticket_in(request)
    ticket = detail.ticket
    if ticket.holder_id != user.id or ticket.state not in WRITABLE:
        return back_to(ticket, "not_holder")
    if is_shut(detail):
        raise web.HTTPForbidden
    draft = await _draft(request, ticket)
    if draft.problems:
        return await _ask_again(request, ticket, draft)
    try:
        return back_to(ticket, await _send_or_hold(request, detail, draft))
    except LineMoved:
        moved = {"message": words_for(request)("composer.moved")}
        return await _ask_again(request, ticket, Draft(text=draft.text, problems=moved))


@needs(Permission.WORK_TICKET)
async def take_over(request: web.Request) -> web.StreamResponse:
    """Silence the bot before the first word; only who holds the ticket may."""
    detail = await ticket_in(request)
    ticket, user = detail.ticket, request[SIGNED_IN].user
    if ticket.holder_id != user.id:
        return back_to(ticket, "not_holder")
    if is_shut(detail):
        raise web.HTTPForbidden
    await _silence_bot(request.app[SERVICE], detail, user.id)
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


async def say_as(
    service: Service,
    detail: TicketDetail,
    draft: Draft,
    *,
    user_id: str,
    conversation_id: str,
    release: Release | None = None,
) -> speech.Written:
    """Say a draft as somebody, the bot silent from then on; raises `LineMoved`, `Changed`."""
    await _silence_bot(service, detail, user_id)
    written = await speech.say(
        service.store,
        conversation_id=conversation_id,
        ticket_id=detail.ticket.id,
        user_id=user_id,
        message=outbound_of(service, detail.ticket, draft.text, author=user_id),
        now=service.clock(),
        override=draft.override,
        release=release,
    )
    await _begin_work(service, detail.ticket, user_id)
    return written


def outbound_of(service: Service, ticket: TicketRow, text: str, *, author: str) -> NewOutbound:
    """Return words of a person as they are stored."""
    channel = service.channels.get(ticket.channel)
    return NewOutbound(
        body=outbound_to_json(OutboundMessage(text=text)),
        lane=Lane.EMERGENCY if ticket.urgency is Urgency.CRITICAL else Lane.REPLY,
        author=author,
        is_pulled=channel is not None and channel.pulls,
    )


async def _send_or_hold(request: web.Request, detail: TicketDetail, draft: Draft) -> str:
    """Send the words, or keep them for a supervisor; return what is said of it."""
    service, user, ticket = request.app[SERVICE], request[SIGNED_IN].user, detail.ticket
    if finds := finds_in(request, draft.text):
        await held_words.hold(
            service.store,
            ticket,
            words=draft.text,
            risks=sorted({find.risk.value for find in finds}),
            user_id=user.id,
            now=service.clock(),
        )
        return "words_held"
    written = await say_as(
        service, detail, draft, user_id=user.id, conversation_id=ticket.conversation_id
    )
    return "held" if written.is_held else "sent"


async def _draft(request: web.Request, ticket: TicketRow) -> Draft:
    text = await text_of(request, "text")
    if await text_of(request, "conversation") != ticket.conversation_id:
        return Draft(text=text, problems={"message": words_for(request)("composer.moved")})
    if problem := problem_with(text, MESSAGE_LENGTH, "talk.message_missing", request):
        return Draft(text=text, problems={"message": problem})
    finds = finds_in(request, text)
    if finds and not await text_of(request, "hold"):
        return Draft(text=text, problems={"held": why(finds, request)})
    if not await text_of(request, "at_once"):
        return Draft(text=text)
    reason = await text_of(request, "override")
    problem = problem_with(reason, REASON_LENGTH, "form.reason_missing", request)
    return Draft(text=text, override=reason, problems={"override": problem} if problem else {})


async def _ask_again(request: web.Request, ticket: TicketRow, draft: Draft) -> web.Response:
    return await ask_again(
        request,
        ticket,
        form="message",
        text=draft.text,
        override=draft.override,
        problems=draft.problems,
    )


async def _silence_bot(service: Service, detail: TicketDetail, user_id: str) -> None:
    """Take the talk over, and let the bot say so once; what comes late waits with the rest."""
    ticket = detail.ticket
    if detail.talk_held_by is None:
        await service.desk.speak(ticket.conversation_id, "operator_took_over")
    await tickets.take_over(
        service.store,
        ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user_id,
        now=service.clock(),
    )


async def _begin_work(service: Service, ticket: TicketRow, user_id: str) -> None:
    """The first word to the reporter says that the work has begun."""
    if ticket.state is not TicketState.ACKNOWLEDGED:
        return
    try:
        await tickets.move_ticket(
            service.store,
            ticket.id,
            to=TicketState.IN_PROGRESS,
            reason="",
            user_id=user_id,
            now=service.clock(),
        )
    except IllegalMove:
        return  # moved by somebody else meanwhile; the message is on its way all the same
