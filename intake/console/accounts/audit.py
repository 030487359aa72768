"""The audit page (nhật ký kiểm tra): events by who, what, ticket and day; is the chain whole.

Looking is itself an event, and so is checking.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from aiohttp import web

from intake.clock import LOCAL_ZONE
from intake.console.accounts.role_names import role_options
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.console.strings import Words
from intake.console.tickets.timeline import happenings_of
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import events
from storage.accounts import audit as kept
from storage.accounts import users
from storage.accounts.audit import Search
from storage.events import ChainReport

_SHOWN = 100
_HEADS = 14
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


@needs(Permission.READ_AUDIT)
async def audit(request: web.Request) -> web.StreamResponse:
    """Show events without their sealed notes; the auditor sees who did what, not what was said."""
    return await _audit(request, None)


@needs(Permission.READ_AUDIT)
async def verify(request: web.Request) -> web.StreamResponse:
    """Walk the whole chain and say what was found."""
    store = request.app[SERVICE].store
    chain = await events.verify(store)
    await _tell(request, "audit_verified", {"count": chain.count, "whole": chain.is_whole})
    return await _audit(request, chain)


async def _audit(request: web.Request, chain: ChainReport | None) -> web.Response:
    store, words = request.app[SERVICE].store, words_for(request)
    asked = _filter(request)
    search, problems = await _search(request, asked)
    found = await kept.search(store, search, limit=_SHOWN + 1) if search else ()
    await _tell(request, "audit_read", {"by": sorted(asked.fields)})
    staff = await users.list_users(store)
    names = {each.id: each.display_name for each in staff} | dict(await role_options(request))
    numbers = await kept.numbers_of(store, {each.ticket_id for each in found if each.ticket_id})
    heads = await kept.kept_heads(store, limit=_HEADS)
    return page(
        request,
        "audit.html",
        status=422 if problems else 200,
        rows=happenings_of(found[:_SHOWN], names=names, words=words, numbers=numbers),
        chain=chain,
        head=await kept.head(store),
        heads=heads,
        lost={each.day for each in await kept.missing(store, heads)},
        asked=asked,
        people=sorted(((each.id, each.display_name) for each in staff), key=lambda one: one[1]),
        kinds=_kinds(words),
        older=_address(asked, before=found[_SHOWN - 1].id) if len(found) > _SHOWN else "",
        is_first=search is not None and search.before is None,
        newest=_address(asked),
        problems=problems,
    )


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


async def _search(request: web.Request, asked: Filter) -> tuple[Search | None, Mapping[str, str]]:
    """Return what to look for, or what is wrong with what was typed."""
    words, problems, ticket_id = words_for(request), {}, ""
    if asked.number:
        ticket_id = await _ticket_id(request, asked.number)
        if not ticket_id:
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


ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/console/audit", audit),
    web.post("/console/audit/verify", verify),
)
