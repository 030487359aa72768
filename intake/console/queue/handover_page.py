"""The hand-over of a shift (bàn giao ca): who holds what, what is to be done, notes, received."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from intake.console.forms import TEXT_LENGTH, problem_with, said_in, see_other, text_of
from intake.console.present import Card, card_of
from intake.console.queue.pane import on_board
from intake.console.render import page
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.accounts import users
from storage.errors import NotFound
from storage.queue import handover
from storage.queue.handover import HeldTicket

_ADDRESS = "/console/handover"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldShown:
    """A held ticket with its last note."""

    card: Card
    note: str = field(repr=False)
    noted_at: datetime | None
    noted_by: str = field(repr=False)


@needs(Permission.READ_TICKET)
async def shift(request: web.Request) -> web.StreamResponse:
    """Show what the next shift must know."""
    return await _page(request)


@needs(Permission.WORK_TICKET)
async def write(request: web.Request) -> web.StreamResponse:
    """Leave a note for the next shift."""
    service, text = request.app[SERVICE], await text_of(request, "text")
    if problem := problem_with(text, TEXT_LENGTH, "handover.note_missing", request):
        return await _page(request, status=422, typed=text, problems={"text": problem})
    await handover.write_note(
        service.store, text=text, user_id=request[SIGNED_IN].user.id, now=service.clock()
    )
    return see_other(_ADDRESS, said="handed_over")


@needs(Permission.WORK_TICKET)
async def receive(request: web.Request) -> web.StreamResponse:
    """Say that one has received the hand-over."""
    service, note_id = request.app[SERVICE], await text_of(request, "note")
    if not (note_id.isascii() and note_id.isdecimal() and len(note_id) <= 18):
        raise web.HTTPBadRequest
    try:
        is_first = await handover.receive_note(
            service.store,
            int(note_id),
            user_id=request[SIGNED_IN].user.id,
            now=service.clock(),
        )
    except NotFound:
        raise web.HTTPNotFound from None
    return see_other(_ADDRESS, said="shift_received" if is_first else "shift_received_before")


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    typed: str = "",
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    held = await handover.held_tickets(service.store, reader_id=user.id, now=service.clock())
    names = {each.id: each.display_name for each in await users.list_users(service.store)}
    counts = (await on_board(request)).page.counts
    values: dict[str, Any] = {
        "holders": _by_holder(request, held, names),
        "free": counts.free,
        "overdue": counts.overdue,
        "shift_notes": await handover.shift_notes_of(service.store),
        "names": names,
        "note_typed": typed,
        "problems": problems or {},
        "said": said_in(request),
    }
    return page(request, "handover.html", status=status, **values)


def _by_holder(
    request: web.Request, held: Iterable[HeldTicket], names: Mapping[str, str]
) -> list[tuple[str, list[HeldShown]]]:
    """Group what is held by its holder, in the order of the most urgent ticket of each."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    grouped: dict[str, list[HeldShown]] = {}
    for each in held:
        card = card_of(each.row, user_id=user.id, places=service.places, now=service.clock())
        grouped.setdefault(card.holder, []).append(
            HeldShown(
                card=card,
                note=each.last_note,
                noted_at=each.noted_at,
                noted_by=names.get(each.noted_by or "", ""),
            )
        )
    return list(grouped.items())


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_ADDRESS, shift),
    web.post(_ADDRESS, write),
    web.post(f"{_ADDRESS}/received", receive),
)
