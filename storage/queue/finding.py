"""Search: clear columns first, along one covering index; then notes are opened and looked through.

There is no index of words (design §8): at most 5,000 notes are opened, the newest first, a handful
at a time in a thread of their own, so that everybody else is served meanwhile.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from nlu.labels import Urgency
from storage import events
from storage.keys.sealing import Key, SealBroken, open_text
from storage.store import Store
from storage.tables import events as event_table
from storage.tables import tickets
from storage.tickets.reading import QueueRow, queue_rows, with_holder

MOST_NOTES = 5_000
_MOST_TICKETS = 5_000
_MOST_FOUND = 100
_HANDFUL = 200
"""Notes: some milliseconds of work."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Clear columns to look for; an empty part asks for nothing."""

    communes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    since: datetime | None = None
    """When the ticket was opened, at the earliest."""
    until: datetime | None = None
    """Before this."""

    @property
    def is_anything(self) -> bool:
        """Whether anything is asked for."""
        return any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Tickets that fit, the newest first."""

    rows: tuple[QueueRow, ...] = field(repr=False)
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Tickets in whose notes all words stand, and what was opened to find them."""

    rows: tuple[QueueRow, ...] = field(repr=False)
    noted_at: Mapping[str, datetime]
    """When the note was written that holds the words, by ticket id."""
    notes: int
    oldest: datetime | None
    """When the oldest note was written that was opened."""
    is_whole: bool
    """Every note of the tickets that fit was opened; there were not too many."""


async def find_tickets(
    store: Store, sought: Sought, *, hidden: Collection[str] = (), page: int = 1, size: int = 40
) -> Found:
    """Return tickets by clear columns, the newest first, none that is `hidden` from the reader."""

    def work(connection: Connection) -> Found:
        asked = _fitting(sought, hidden).offset((page - 1) * size).limit(size + 1)
        ids = list(connection.execute(asked).scalars())
        return Found(rows=_rows(connection, store, ids[:size]), has_more=len(ids) > size)

    return await store.db.read(work)


async def scan_notes(
    store: Store,
    sought: Sought,
    *,
    hidden: Collection[str] = (),
    is_hit: Callable[[str], bool],
    most: int = MOST_NOTES,
) -> Scanned:
    """Open the notes and reasons of tickets that fit and return those with a hit.

    None is opened of a ticket that is `hidden` from the reader. `is_hit` runs in a thread. What was
    erased or does not open counts as opened and hits nothing.
    """
    noted, is_whole = await store.db.read(
        lambda connection: _noted(connection, sought, hidden, most)
    )
    hits: dict[str, datetime] = {}
    for handful in _handfuls(noted, _HANDFUL):
        keys = await store.vault.keys({row.ticket_id for row in handful})
        for ticket_id, at in await asyncio.to_thread(_hits, handful, keys, is_hit):
            hits.setdefault(ticket_id, at)
    shown = list(hits)[:_MOST_FOUND]
    rows = await store.db.read(lambda connection: _rows(connection, store, shown))
    return Scanned(
        rows=rows,
        noted_at=hits,
        notes=len(noted),
        oldest=min((row.at for row in noted), default=None),
        is_whole=is_whole and len(hits) <= _MOST_FOUND,
    )


def _fitting(sought: Sought, hidden: Collection[str]) -> Select[Any]:
    """Select ids, every condition on a column of `ix_tickets_find`."""
    ranks = tuple(Urgency(each).rank for each in sought.urgencies)
    statement = select(tickets.c.id).order_by(tickets.c.opened_at.desc())
    for column, wanted in (
        (tickets.c.commune_code, sought.communes),
        (tickets.c.kind, sought.kinds),
        (tickets.c.channel, sought.channels),
        (tickets.c.urgency_rank, ranks),
        (tickets.c.state, sought.states),
        (tickets.c.holder_id, sought.holders),
    ):
        if wanted:
            statement = statement.where(column.in_(wanted))
    if sought.since:
        statement = statement.where(tickets.c.opened_at >= sought.since)
    if sought.until:
        statement = statement.where(tickets.c.opened_at < sought.until)
    if hidden:
        statement = statement.where(tickets.c.id.not_in(hidden))
    return statement


def _noted(
    connection: Connection, sought: Sought, hidden: Collection[str], most: int
) -> tuple[list[Row[Any]], bool]:
    """Return events that hold words, the newest first, and whether those are all."""
    statement = (
        select(
            event_table.c.id, event_table.c.ticket_id, event_table.c.at, event_table.c.note_sealed
        )
        .where(event_table.c.note_sealed.is_not(None), event_table.c.ticket_id.is_not(None))
        .order_by(event_table.c.id.desc())
        .limit(most + 1)
    )
    if hidden:
        statement = statement.where(event_table.c.ticket_id.not_in(hidden))
    if not sought.is_anything:
        newest: list[Row[Any]] = list(connection.execute(statement))
        return newest[:most], len(newest) <= most
    ids = list(connection.execute(_fitting(sought, hidden).limit(_MOST_TICKETS + 1)).scalars())
    found: list[Row[Any]] = []
    for some in _handfuls(ids[:_MOST_TICKETS], _AT_ONCE):
        found += connection.execute(statement.where(event_table.c.ticket_id.in_(some)))
    found.sort(key=lambda row: -row.id)
    return found[:most], len(found) <= most and len(ids) <= _MOST_TICKETS


def _hits(
    handful: Sequence[Row[Any]], keys: Mapping[str, Key], is_hit: Callable[[str], bool]
) -> list[tuple[str, datetime]]:
    found = []
    for row in handful:
        key = keys.get(row.ticket_id)
        if key is None:  # erased
            continue
        try:
            text = open_text(key, row.note_sealed, events.note_context(row.ticket_id))
        except SealBroken:  # one broken note must not end the search
            continue
        if is_hit(text):
            found.append((row.ticket_id, row.at))
    return found


def _rows(connection: Connection, store: Store, ids: Sequence[str]) -> tuple[QueueRow, ...]:
    by_id = {row.id: row for row in connection.execute(with_holder().where(tickets.c.id.in_(ids)))}
    rows = [by_id[ticket_id] for ticket_id in ids]
    return queue_rows(connection, rows, store.vault.staff_key)


def _handfuls(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))
