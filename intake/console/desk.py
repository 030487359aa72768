"""The desk: the queue and one ticket, as whole pages and as parts for live updates."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.console.forms import said_in, see_other
from intake.console.present import DONE_STATES, OPEN_STATES, Card, card_of
from intake.console.render import may, page, words_for
from intake.console.sessions import LIFETIME, SIGNED_IN
from intake.console.ticket_page import ticket_values
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Urgency
from storage import events, tickets, users
from storage.rows import UserRow
from storage.tickets import TicketDetail

_SHOWN = 100
_NUMBER = re.compile(r"(?:PT-?)?(?:(\d{4})-)?(\d{1,6})", re.IGNORECASE)
_PANES = ("queue", "talk", "case")
_HOMES = (
    (Permission.MANAGE_USERS, "/console/users"),
    (Permission.READ_AUDIT, "/console/audit"),
)


@needs(Permission.SIGNED_IN)
async def home(request: web.Request) -> web.StreamResponse:
    """Show the queue to those who may read it, and send the others to their own page."""
    signed_in = request[SIGNED_IN]
    if may(signed_in, Permission.READ_QUEUE):
        return await _desk(request)
    for permission, address in _HOMES:
        if may(signed_in, permission):
            return see_other(address)
    return page(request, "home.html")


@needs(Permission.READ_TICKET)
async def ticket(request: web.Request) -> web.StreamResponse:
    """Open one ticket; that it was read is an event."""
    return await show_ticket(request, request.match_info["number"])


@needs(Permission.READ_QUEUE)
async def queue_part(request: web.Request) -> web.StreamResponse:
    """Give the live part of the queue."""
    open_number = request.query.get("open", "")
    values = await queue_values(request, show=_show(request), open_number=open_number)
    return page(request, "_queue.html", **values)


@needs(Permission.READ_TICKET)
async def ticket_part(request: web.Request) -> web.StreamResponse:
    """Give the live part of a ticket that this reader has opened; others open it first."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    number = request.match_info["number"]
    detail = await tickets.look_again(service.store, number)
    if detail is not None and not _has_read(detail, user, service.clock()):
        detail = await tickets.read_ticket(
            service.store, number, reader_id=user.id, now=service.clock()
        )
    if detail is None:
        raise web.HTTPNotFound
    return page(request, "_ticket.html", **await ticket_values(request, detail))


@needs(Permission.READ_TICKET)
async def find(request: web.Request) -> web.StreamResponse:
    """Go to the ticket with a number; `123` is a number of this year."""
    service = request.app[SERVICE]
    match = _NUMBER.fullmatch(request.query.get("number", "").strip())
    if match:
        year = match[1] or service.clock().astimezone(LOCAL_ZONE).year
        number = f"PT-{year}-{int(match[2]):06d}"
        if await tickets.look_again(service.store, number) is not None:
            return see_other(f"/console/tickets/{number}")
    return await _desk(request, status=404, find_problem=True)


async def show_ticket(
    request: web.Request, number: str, *, status: int = 200, **more: Any
) -> web.Response:
    """Answer with the desk and one ticket open; `more` carries problems and what was typed."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    last_event_id = await events.last_event_id(service.store)
    detail = await tickets.read_ticket(
        service.store, number, reader_id=user.id, now=service.clock()
    )
    if detail is None:
        raise web.HTTPNotFound
    values = {
        **await queue_values(request, show="open", open_number=number),
        **await ticket_values(request, detail),
        **more,
    }
    values.setdefault("pane", _pane(request))
    said = said_in(request, name=detail.holder_name or words_for(request)("role.operator"))
    return page(
        request,
        "desk.html",
        status=status,
        **{"said": said, "find_problem": False, "last_event_id": last_event_id, **values},
    )


async def queue_values(request: web.Request, *, show: str, open_number: str) -> Mapping[str, Any]:
    """Return what the queue shows: most urgent first, of these what rings, then the oldest."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    now = service.clock()
    states = DONE_STATES if show == "done" else OPEN_STATES
    rows = await tickets.queue(service.store, states=states, limit=1000)
    cards = [card_of(row, user_id=user.id, places=service.places, now=now) for row in rows]
    cards.sort(key=lambda card: (card.urgency.rank, not card.rings))
    return {
        "show": show,
        "cards": cards[:_SHOWN],
        "hidden_count": len(cards[_SHOWN:]),
        "open_number": open_number,
        "open_count": len(cards) if show == "open" else "",
        "counts": _counts(cards) if show == "open" else [],
        "ringing": sum(1 for card in cards if card.rings),
        "on_duty": await on_duty_names(request, user),
    }


async def on_duty_names(request: web.Request, user: UserRow) -> list[str]:
    """Return the names of those on duty, the reader marked."""
    you = words_for(request)("duty.you")
    return [
        f"{each.display_name} ({you})" if each.id == user.id else each.display_name
        for each in await users.on_duty(request.app[SERVICE].store)
    ]


async def _desk(
    request: web.Request, *, status: int = 200, find_problem: bool = False
) -> web.Response:
    last_event_id = await events.last_event_id(request.app[SERVICE].store)
    values = await queue_values(request, show=_show(request), open_number="")
    return page(
        request,
        "desk.html",
        status=status,
        ticket=None,
        pane="queue",
        find_problem=find_problem,
        last_event_id=last_event_id,
        said=said_in(request),
        **values,
    )


def _counts(cards: list[Card]) -> list[tuple[Urgency, int]]:
    return [(urgency, sum(1 for card in cards if card.urgency is urgency)) for urgency in Urgency]


def _show(request: web.Request) -> str:
    return "done" if request.query.get("show") == "done" else "open"


def _pane(request: web.Request) -> str:
    wanted = request.query.get("pane", "")
    return wanted if wanted in _PANES else "talk"


def _has_read(detail: TicketDetail, user: UserRow, now: datetime) -> bool:
    """Whether this reader opened the page within the lifetime of a session."""
    return any(
        event.kind == "ticket_read" and event.actor_id == user.id and event.at > now - LIFETIME
        for event in detail.events
    )
