"""The audit (nhật ký kiểm tra): events found by who, what, which ticket and when; heads of days.

Nothing here opens a note: who audits sees what was done, never what was said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from storage import tables
from storage.accounts.tables import chain_heads, event_people
from storage.database import insert_new
from storage.events import to_event
from storage.rows import EventRow
from storage.store import Store
from storage.tables import chain, events


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; empty finds everything."""

    person: str = ""
    """Who did it, or whom it is about."""
    kind: str = ""
    ticket_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Only events with a smaller id: the next page."""
    without: frozenset[str] = frozenset()
    """Ids of tickets whose events fit nothing: they are kept from the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain at some time: an event and its MAC, in hex."""

    event_id: int
    mac: str
    day: str = ""
    """The day that it closes, as `2026-11-30`; empty for one that somebody wrote down."""


async def search(store: Store, wanted: Search, *, limit: int) -> tuple[EventRow, ...]:
    """Return the newest events that fit, the newest first, notes left sealed."""

    def work(connection: Connection) -> Sequence[Row[Any]]:
        fitting = _fitting(connection, wanted)
        if fitting is None:
            return []
        found: dict[int, Row[Any]] = {}
        for part in _parts(fitting, wanted.person):
            rows = connection.execute(part.order_by(events.c.id.desc()).limit(limit))
            found |= {row.id: row for row in rows}
        return [found[event_id] for event_id in sorted(found, reverse=True)[:limit]]

    return tuple(to_event(row) for row in await store.db.read(work))


async def numbers_of(store: Store, ticket_ids: Iterable[str]) -> Mapping[str, str]:
    """Return the numbers of tickets by their ids."""
    wanted, found = set(ticket_ids), tables.tickets
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(found.c.id, found.c.number).where(found.c.id.in_(wanted))
        ).all()
    )
    return {row.id: row.number for row in rows}


async def ticket_id_of(store: Store, number: str) -> str | None:
    """Return the id of a ticket by its number."""
    found = tables.tickets
    ticket_id: str | None = await store.db.read(
        lambda connection: connection.execute(
            select(found.c.id).where(found.c.number == number)
        ).scalar()
    )
    return ticket_id


async def head(store: Store) -> Head:
    """Return the end of the chain as it is now."""
    row = await store.db.read(lambda connection: connection.execute(select(chain)).one())
    return Head(event_id=row.last_id, mac=row.last_mac.hex())


async def keep_head(store: Store, day: str, *, now: datetime) -> Head | None:
    """Keep the end of the chain as that of a day that is over; None when it is kept already."""

    def work(connection: Connection) -> Head | None:
        end = connection.execute(select(chain)).one()
        row = {"day": day, "event_id": end.last_id, "mac": end.last_mac, "kept_at": now}
        if end.last_id == 0 or not insert_new(connection, chain_heads, row):
            return None
        return Head(event_id=end.last_id, mac=end.last_mac.hex(), day=day)

    return await store.db.transaction(work)


async def kept_heads(store: Store, *, limit: int) -> tuple[Head, ...]:
    """Return the heads of the last days, the newest first."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(chain_heads).order_by(chain_heads.c.day.desc()).limit(limit)
        ).all()
    )
    return tuple(Head(event_id=row.event_id, mac=row.mac.hex(), day=row.day) for row in rows)


async def missing(store: Store, heads: Iterable[Head]) -> tuple[Head, ...]:
    """Return those heads that are not in the chain: it was cut off before them, or made anew."""
    wanted = tuple(heads)
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(events.c.id, events.c.mac).where(
                events.c.id.in_([each.event_id for each in wanted])
            )
        ).all()
    )
    macs = {row.id: row.mac.hex() for row in rows}
    return tuple(each for each in wanted if macs.get(each.event_id) != each.mac)


def _parts(fitting: Select[Any], person: str) -> tuple[Select[Any], ...]:
    """Return the searches whose results belong together: each has an index of its own."""
    if not person:
        return (fitting,)
    about = fitting.join(event_people, event_people.c.event_id == events.c.id)
    return (
        fitting.where(events.c.actor_id == person),
        about.where(event_people.c.user_id == person),
    )


def _fitting(connection: Connection, wanted: Search) -> Select[Any] | None:
    """Return the search but for the person; None when nothing happened in that time."""
    found = select(events)
    if wanted.kind:
        found = found.where(events.c.kind == wanted.kind)
    if wanted.ticket_id:
        found = found.where(events.c.ticket_id == wanted.ticket_id)
    if wanted.without:
        is_of_none = events.c.ticket_id.is_(None)
        found = found.where(or_(is_of_none, events.c.ticket_id.not_in(wanted.without)))
    if wanted.before is not None:
        found = found.where(events.c.id < wanted.before)
    if wanted.since is None or wanted.until is None:
        return found
    span = events.c.at >= wanted.since, events.c.at < wanted.until
    first, last = connection.execute(
        select(func.min(events.c.id), func.max(events.c.id)).where(*span)
    ).one()
    if first is None:
        return None
    return found.where(events.c.id.between(first, last), *span)
