"""The desk: the queue and one ticket, as whole pages and as parts for live updates."""

from datetime import datetime
from typing import Any

from aiohttp import web

from intake.console.forms import said_in, see_other
from intake.console.queue.acts import beside_values
from intake.console.queue.pane import (
    asked_by,
    asked_last,
    filter_values,
    named,
    queue_values,
    remember,
)
from intake.console.render import may, page, words_for
from intake.console.sessions import LIFETIME, SIGNED_IN
from intake.console.tickets.ticket_page import ticket_values
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.accounts import users
from storage.rows import UserRow
from storage.tickets import TicketDetail

_PANES = ("queue", "talk", "case")
_HOMES = (
    (Permission.MANAGE_USERS, "/console/users"),
    (Permission.READ_AUDIT, "/console/audit"),
    (Permission.REVIEW_CONTENT, "/console/content"),
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


async def show_ticket(
    request: web.Request, number: str, *, status: int = 200, **more: Any
) -> web.Response:
    """Answer with the desk and one ticket open; `more` carries problems and what was typed."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    asked = asked_last(request)
    queue = await queue_values(request, asked, open_number=number)
    detail = await tickets.read_ticket(
        service.store, number, reader_id=user.id, now=service.clock()
    )
    if detail is None:
        raise web.HTTPNotFound
    values = {
        **queue,
        **filter_values(request, asked),
        **await beside_values(request),
        **await ticket_values(request, detail),
        **more,
    }
    values.setdefault("pane", _pane(request))
    said = said_in(request, name=detail.holder_name or words_for(request)("role.operator"))
    return page(
        request,
        "desk.html",
        status=status,
        **{"said": said, **values},
    )


async def on_duty_names(request: web.Request) -> list[str]:
    """Return the names of those on duty, the reader marked."""
    return named(request, await users.on_duty(request.app[SERVICE].store))


async def _desk(
    request: web.Request,
) -> web.Response:
    asked = asked_by(request, request.query)
    response = page(
        request,
        "desk.html",
        ticket=None,
        pane="queue",
        said=said_in(request),
        **await queue_values(request, asked, open_number=""),
        **filter_values(request, asked),
        **await beside_values(request),
    )
    remember(request, response, asked)
    return response


def _pane(request: web.Request) -> str:
    wanted = request.query.get("pane", "")
    return wanted if wanted in _PANES else "talk"


def _has_read(detail: TicketDetail, user: UserRow, now: datetime) -> bool:
    """Whether this reader opened the page within the lifetime of a session."""
    return any(
        event.kind == "ticket_read" and event.actor_id == user.id and event.at > now - LIFETIME
        for event in detail.events
    )
