"""Words that wait for a supervisor (tin chờ trưởng ca): the list, one with its talk."""

from aiohttp import web

from intake.console.forms import REASON_LENGTH, problem_with, said_in, see_other, text_of
from intake.console.outcome import back_to, ticket_in
from intake.console.render import page, words_for
from intake.console.safeguarding.masking import masked_values
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.lines import talk_of
from intake.console.tickets.talking import Draft, say_as
from intake.console.tickets.ticket_page import WRITABLE, is_shut
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.accounts import users
from storage.errors import Changed, LineMoved
from storage.safeguarding import kept_from
from storage.tickets import TicketDetail
from storage.words import held_words
from storage.words.held_words import HeldState, HeldWords, Release

_LIST = "/console/held"
_TALK_SHOWN = 20


@needs(Permission.SAFEGUARD)
async def waiting(request: web.Request) -> web.StreamResponse:
    """List what waits, critical tickets first; the words themselves are on the page of each."""
    store, user = request.app[SERVICE].store, request[SIGNED_IN].user
    hidden = await kept_from.kept_of(store, user.id)
    found = await held_words.waiting(store)
    return page(
        request,
        "held.html",
        held=[one for one in found if one.ticket_id not in hidden],
        names=await _names(request),
        said=said_in(request),
    )


@needs(Permission.SAFEGUARD)
async def one(request: web.Request) -> web.StreamResponse:
    """Show held words with the talk around them; the ticket counts as read."""
    held, detail = await _found(request)
    return await _show(request, held, detail)


@needs(Permission.SAFEGUARD)
async def release(request: web.Request) -> web.StreamResponse:
    """Let the words go out in the name of who wrote them; a word too late goes nowhere."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    held, detail = await _found(request)
    if held.author_id == user.id:
        raise web.HTTPForbidden
    if held.state is not HeldState.WAITING:
        return see_other(_LIST, said="held_changed")
    if detail.ticket.state not in WRITABLE or is_shut(detail):
        return see_other(_LIST, said="held_too_late")
    try:
        await say_as(
            service,
            detail,
            Draft(text=held.words),
            user_id=held.author_id,
            conversation_id=held.conversation_id,
            release=Release(held_id=held.id, user_id=user.id),
        )
    except Changed:
        return see_other(_LIST, said="held_changed")
    except LineMoved:
        return see_other(_LIST, said="held_too_late")
    return see_other(_LIST, said="held_released")


@needs(Permission.SAFEGUARD)
async def refuse(request: web.Request) -> web.StreamResponse:
    """Keep the words from going out, with a reason that their writer reads."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    held, detail = await _found(request)
    if held.author_id == user.id:
        raise web.HTTPForbidden
    reason = await text_of(request, "reason")
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        return await _show(request, held, detail, reason=reason, problem=problem)
    try:
        await held_words.refuse(
            service.store, held, reason=reason, user_id=user.id, now=service.clock()
        )
    except Changed:
        return see_other(_LIST, said="held_changed")
    return see_other(_LIST, said="held_refused")


@needs(Permission.WORK_TICKET)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take back what one wrote oneself, before anybody decided."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    held = await held_words.held(service.store, int(request.match_info["held"]))
    if held is None or held.ticket_id != ticket.id or held.author_id != user.id:
        raise web.HTTPNotFound
    try:
        await held_words.withdraw(service.store, held, now=service.clock())
    except Changed:
        return back_to(ticket, "held_changed")
    return back_to(ticket, "held_withdrawn")


async def _found(request: web.Request) -> tuple[HeldWords, TicketDetail]:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    held = await held_words.held(service.store, int(request.match_info["held"]))
    if held is None or held.ticket_id in await kept_from.kept_of(service.store, user.id):
        raise web.HTTPNotFound
    detail = await tickets.read_ticket(
        service.store, held.number, reader_id=user.id, now=service.clock()
    )
    if detail is None:
        raise web.HTTPNotFound
    return held, detail


async def _show(
    request: web.Request,
    held: HeldWords,
    detail: TicketDetail,
    *,
    reason: str = "",
    problem: str = "",
) -> web.Response:
    service, names = request.app[SERVICE], await _names(request)
    talk = await talk_of(service, detail.ticket, names=names, words=words_for(request))
    return page(
        request,
        "held_one.html",
        status=422 if problem else 200,
        held=held,
        ticket=detail.ticket,
        author=names.get(held.author_id, "–"),
        is_own=held.author_id == request[SIGNED_IN].user.id,
        bubbles=talk.bubbles[-_TALK_SHOWN:],
        **masked_values(request, detail),
        typed=reason,
        problems={"reason": problem} if problem else {},
    )


async def _names(request: web.Request) -> dict[str, str]:
    found = await users.list_users(request.app[SERVICE].store)
    return {each.id: each.display_name for each in found}


_ONE = r"/console/held/{held:\d{1,18}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_LIST, waiting),
    web.get(_ONE, one),
    web.post(f"{_ONE}/release", release),
    web.post(f"{_ONE}/refuse", refuse),
    web.post(r"/console/tickets/{number:PT-\d{4}-\d{6}}/held/{held:\d{1,18}}/withdraw", withdraw),
)
