"""The search (tìm phiếu): one box for numbers, communes, kinds, channels, holders, days and words.

Who searches words leaves an event that says how many notes were opened, never which words.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.console.forms import see_other
from intake.console.present import Card, card_of
from intake.console.queue.address import CHANNELS
from intake.console.queue.wanted import Term, Wanted, is_there, number_in, read_wanted, vocabulary
from intake.console.render import page
from intake.console.safeguarding.hidden import hidden_tickets, is_hidden
from intake.console.sessions import SIGNED_IN
from intake.console.strings import ConsoleLanguage, Words, words_of
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Intent, Urgency
from storage import events, tickets
from storage.accounts import users
from storage.queue.finding import Found, Scanned, find_tickets, scan_notes
from storage.rows import TicketState, UserRow
from storage.tickets import QueueRow

_LONGEST = 200
_SIZE = 40


@needs(Permission.READ_TICKET)
async def find(request: web.Request) -> web.StreamResponse:
    """Go to the ticket with a number, or show what fits what was typed."""
    service = request.app[SERVICE]
    text = request.query.get("q", request.query.get("number", "")).strip()[:_LONGEST]
    number = number_in(text, year=service.clock().astimezone(LOCAL_ZONE).year)
    if number is not None and await _is_there(request, number):
        return see_other(f"/console/tickets/{number}")
    if not text or number is not None:
        return _page(request, text, status=404 if number else 200, is_missing=number is not None)
    wanted = await _understood(request, text)
    if wanted.words:
        return await _in_notes(request, text, wanted)
    if not wanted.sought.is_anything:
        return _page(request, text)
    at = _page_number(request)
    hidden = await hidden_tickets(request)
    found = await find_tickets(service.store, wanted.sought, hidden=hidden, page=at, size=_SIZE)
    return _page(request, text, wanted=wanted, found=found, at=at)


async def _is_there(request: web.Request, number: str) -> bool:
    """Whether there is such a ticket for this reader."""
    if await is_hidden(request, number):
        return False
    return await tickets.look_again(request.app[SERVICE].store, number) is not None


async def _in_notes(request: web.Request, text: str, wanted: Wanted) -> web.Response:
    """Search the words; that it was done is an event without them."""
    service = request.app[SERVICE]
    scanned = await scan_notes(
        service.store,
        wanted.sought,
        hidden=await hidden_tickets(request),
        is_hit=lambda note: is_there(wanted.words, note),
    )
    await events.tell(
        service.store,
        kind="notes_searched",
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
        detail={"notes": scanned.notes, "found": len(scanned.noted_at)},
    )
    return _page(request, text, wanted=wanted, scanned=scanned)


async def _understood(request: web.Request, text: str) -> Wanted:
    service = request.app[SERVICE]
    staff = await users.list_users(service.store)
    terms = [
        *(term for language in ConsoleLanguage for term in _terms(words_of(language))),
        *_holders(staff, request[SIGNED_IN].user),
        *_communes(service.places.communes),
    ]
    return read_wanted(text, names=vocabulary(terms), places=service.places, now=service.clock())


def _page(
    request: web.Request,
    text: str,
    *,
    status: int = 200,
    is_missing: bool = False,
    wanted: Wanted | None = None,
    found: Found | None = None,
    scanned: Scanned | None = None,
    at: int = 1,
) -> web.Response:
    rows = found.rows if found else scanned.rows if scanned else ()
    values: dict[str, Any] = {
        "find_text": text,
        "is_missing": is_missing,
        "wanted": wanted,
        "scanned": scanned,
        "results": _results(request, rows, scanned),
        "has_searched": found is not None or scanned is not None,
        "page_before": at - 1 if at > 1 else None,
        "page_after": at + 1 if found and found.has_more else None,
        "at": at,
    }
    return page(request, "find.html", status=status, **values)


def _results(
    request: web.Request, rows: Iterable[QueueRow], scanned: Scanned | None
) -> list[tuple[Card, datetime, datetime | None]]:
    """Return cards, when each ticket was opened, and when the note that holds the words."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    noted: Mapping[str, datetime] = scanned.noted_at if scanned else {}
    return [
        (
            card_of(row, user_id=user.id, places=service.places, now=service.clock()),
            row.ticket.opened_at,
            noted.get(row.ticket.id),
        )
        for row in rows
    ]


def _terms(words: Words) -> Iterable[Term]:
    for group, name, codes in (
        ("kinds", "kind", [each.value for each in Intent]),
        ("urgencies", "urgency", [each.value for each in Urgency]),
        ("states", "state", [each.value for each in TicketState]),
        ("channels", "channel", CHANNELS),
    ):
        for code in codes:
            yield Term(group=group, value=code, said=words.named(name, code))


def _holders(staff: Iterable[UserRow], reader: UserRow) -> Iterable[Term]:
    """Everybody by log-in, and by a name of several syllables; the reader as `mine`."""
    for each in staff:
        yield Term(group="holders", value=each.id, said=f"@{each.login}")
        if " " in each.display_name.strip():
            yield Term(group="holders", value=each.id, said=each.display_name)
    for language in ConsoleLanguage:
        yield Term(group="holders", value=reader.id, said=words_of(language)("find.mine"))


def _communes(communes: Iterable[tuple[str, str]]) -> Iterable[Term]:
    """Official names, also without the word that says what kind of unit it is."""
    for code, name in communes:
        yield Term(group="communes", value=code, said=name)
        for kind in ("Xã ", "Phường ", "Đặc khu "):
            if name.startswith(kind):
                yield Term(group="communes", value=code, said=name.removeprefix(kind))


def _page_number(request: web.Request) -> int:
    said = request.query.get("page", "")
    return max(1, int(said)) if said.isascii() and said.isdecimal() and len(said) <= 4 else 1


ROUTES: tuple[web.RouteDef, ...] = (web.get("/console/find", find),)
