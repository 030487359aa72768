"""The audit page (nhật ký kiểm tra): events by who, what, ticket and day; looking is an event."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.console.accounts.chain_check import check_values
from intake.console.accounts.role_names import role_options
from intake.console.render import page, words_for
from intake.console.safeguarding.hidden import hidden_tickets
from intake.console.sessions import SIGNED_IN
from intake.console.strings import Words
from intake.console.tickets.timeline import Happening, happenings_of
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import events
from storage.accounts import audit as kept
from storage.accounts import users
from storage.accounts.audit import Search
from storage.rows import EventRow

_SHOWN = 100
_KIND = re.compile(r"[a-z_]{1,48}")
_NUMBER = re.compile(r"(?:PT-)?(\d{4})-(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the form asked for, as it was typed."""

    person: str
    kind: str
    number: str
    day: str

    @property
    def fields(self) -> dict[str, str]:
        """What is set, for the address of the next page."""
        all_fields = (
            ("person", self.person), ("kind", self.kind),
            ("number", self.number), ("day", self.day),
        )  # fmt: skip
        return {name: value for name, value in all_fields if value}

    @property
    def is_narrow(self) -> bool:
        """Whether what is listed tells more than when it happened."""
        return bool(self.person or self.kind or self.number)


@needs(Permission.READ_AUDIT)
async def audit(request: web.Request) -> web.StreamResponse:
    """Show events without their sealed notes; the auditor sees who did what, not what was said."""
    store, words = request.app[SERVICE].store, words_for(request)
    asked = _filter(request)
    hidden = await hidden_tickets(request)
    search, problems = await _search(request, asked, hidden)
    found = await kept.search(store, search, limit=_SHOWN + 1) if search else ()
    await _tell(request, "audit_read", {"by": sorted(asked.fields)})
    staff = await users.list_users(store)
    names = {each.id: each.display_name for each in staff} | dict(await role_options(request))
    ids = {each.ticket_id for each in found if each.ticket_id}
    numbers = await kept.numbers_of(store, ids | hidden)
    return page(
        request,
        "audit.html",
        status=422 if problems else 200,
        rows=_rows(found[:_SHOWN], asked, hidden, names=names, words=words, numbers=numbers),
        head=await kept.head(store),
        asked=asked,
        people=sorted(((each.id, each.display_name) for each in staff), key=lambda one: one[1]),
        kinds=_kinds(words),
        older=_address(asked, before=found[_SHOWN - 1].id) if len(found) > _SHOWN else "",
        is_first=search is not None and search.before is None,
        newest=_address(asked),
        problems=problems,
        **await check_values(request),
    )


def _rows(
    found: Iterable[EventRow],
    asked: Filter,
    hidden: frozenset[str],
    *,
    names: Mapping[str, str],
    words: Words,
    numbers: Mapping[str, str],
) -> list[Happening]:
    """Return events in words; of a ticket that is kept from the reader, number and time alone.

    They stay in the list, so that the chain has no gap. Whoever narrows the list is not shown them:
    what they are found by would be told.
    """
    others = {numbers[ticket_id] for ticket_id in hidden if ticket_id in numbers}
    rows = []
    for event in found:
        is_kept = event.ticket_id in hidden or event.detail.get("other") in others
        if is_kept and asked.is_narrow:
            continue
        (told,) = happenings_of((event,), names=names, words=words, numbers=numbers)
        rows.append(_kept_back(told, words) if is_kept else told)
    return rows


def _kept_back(told: Happening, words: Words) -> Happening:
    what = words("audit.kept")
    return Happening(id=told.id, at=told.at, kind="", what=what, detail="", actor="", note="")


def _filter(request: web.Request) -> Filter:
    def text(name: str) -> str:
        return request.query.get(name, "").strip()[:64]

    kind = text("kind")
    return Filter(
        person=text("person"),
        kind=kind if _KIND.fullmatch(kind) else "",
        number=text("number"),
        day=text("day"),
    )


async def _search(
    request: web.Request, asked: Filter, hidden: frozenset[str]
) -> tuple[Search | None, Mapping[str, str]]:
    """Return what to look for, or what is wrong with what was typed."""
    words, problems, ticket_id = words_for(request), {}, ""
    if asked.number:
        ticket_id = await _ticket_id(request, asked.number)
        if not ticket_id or ticket_id in hidden:
            problems["number"] = words("queue.find_none")
    day = _day(asked.day)
    if asked.day and day is None:
        problems["day"] = words("audit.day_bad")
    if problems:
        return None, problems
    since = _midnight(day) if day else None
    until = _midnight(day + timedelta(days=1)) if day else None
    search = Search(
        person=asked.person, kind=asked.kind, ticket_id=ticket_id,
        since=since, until=until, before=_before(request),
        without=hidden if asked.is_narrow else frozenset(),
    )  # fmt: skip
    return search, {}


async def _ticket_id(request: web.Request, number: str) -> str:
    """Return the id of a ticket, however its number was typed; a bare one is of this year."""
    service = request.app[SERVICE]
    if number.isascii() and number.isdecimal():
        number = f"{service.clock().astimezone(LOCAL_ZONE).year}-{number}"
    parts = _NUMBER.fullmatch(number)
    if parts is None:
        return ""
    return await kept.ticket_id_of(service.store, f"PT-{parts[1]}-{int(parts[2]):06d}") or ""


def _day(text: str) -> date | None:
    """Return a day, as a browser sends it or as it is written here (30/11/2026)."""
    try:
        if "/" in text:
            return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL_ZONE)


def _before(request: web.Request) -> int | None:
    text = request.query.get("before", "")
    return int(text[:18]) if text.isascii() and text.isdecimal() else None


def _address(asked: Filter, **more: int) -> str:
    query = urlencode({**asked.fields, **more})
    return f"/console/audit?{query}" if query else "/console/audit"


def _kinds(words: Words) -> list[tuple[str, str]]:
    """Return every kind of event that has words, by its words."""
    named = [
        (key.removeprefix("event."), told)
        for key, told in words.entries.items()
        if key.startswith("event.")
    ]
    return sorted(named, key=lambda one: one[1].casefold())


async def _tell(request: web.Request, kind: str, detail: Mapping[str, object]) -> None:
    service = request.app[SERVICE]
    await events.tell(
        service.store,
        kind=kind,
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
        detail=detail,
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get("/console/audit", audit),)
