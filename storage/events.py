"""Append-only events (sự kiện): the live stream, the audit and the reports are read from here.

Ids come from the head of the chain under its row lock, so events commit in the order of their ids
and a reader that asks for "after n" misses none. Each event's MAC covers the one before it: a
changed, removed or inserted event breaks the chain. What a copy cannot show is a tail cut off
together with the head; who keeps an older `ChainReport.last_id` and its MAC sees that too.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, func, select, update

from storage.accounts.tables import event_people
from storage.database import ring
from storage.keys.sealing import Key, SealBroken, open_text, seal_text
from storage.keys.vault import Vault
from storage.rows import EventRow
from storage.store import Store
from storage.tables import chain, events

_HEAD = "events"
_BATCH = 1_000
_HEAD_LOCKED = select(chain).where(chain.c.name == _HEAD).with_for_update()
_HEAD_MOVED = (
    update(chain)
    .where(chain.c.name == _HEAD)
    .values(last_id=bindparam("event_id"), last_mac=bindparam("event_mac"))
)
_OF_TICKET = select(events).where(events.c.ticket_id == bindparam("ticket")).order_by(events.c.id)
_AFTER = (
    select(events)
    .where(events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most", type_=Integer))
)
_LAST_ID = select(func.coalesce(func.max(events.c.id), 0))
_INSERT = events.insert()
_INSERT_PERSON = event_people.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a walk along the chain found."""

    count: int
    """Events that are in order."""
    last_id: int
    last_mac: str
    """Of the last event in order; write both down to notice a cut tail later."""
    broken_at: int | None
    """The first event that does not fit, or the id that is missing; None: all is well."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or inserted."""
        return self.broken_at is None


NOTHING_WALKED = ChainReport(count=0, last_id=0, last_mac=bytes(32).hex(), broken_at=None)
"""Where a walk begins."""


def note_context(ticket_id: str | None) -> str:
    """Bind a sealed note to its ticket."""
    return f"ticket:{ticket_id}:note"


def append(
    connection: Connection,
    vault: Vault,
    *,
    kind: str,
    at: datetime,
    ticket_id: str | None = None,
    actor_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
    note_sealed: bytes | None = None,
) -> int:
    """Append an event and return its id; `detail` holds codes and ids only.

    The last statement of a transaction: whoever calls it holds the chain until the commit.
    """
    head = connection.execute(_HEAD_LOCKED).one()
    event_id: int = head.last_id + 1
    row = {
        "id": event_id,
        "at": at,
        "kind": kind,
        "ticket_id": ticket_id,
        "actor_id": actor_id,
        "detail": dict(detail or {}),
        "note_sealed": note_sealed,
    }
    mac = vault.mac(_payload(head.last_mac, row))
    connection.execute(_INSERT, {**row, "mac": mac})
    connection.execute(_HEAD_MOVED, {"event_id": event_id, "event_mac": mac})
    if about := (detail or {}).get("user"):
        connection.execute(_INSERT_PERSON, {"user_id": about, "event_id": event_id})
    ring(connection, "events")
    return event_id


async def tell(
    store: Store,
    *,
    kind: str,
    now: datetime,
    actor_id: str | None,
    detail: Mapping[str, Any],
    note: str = "",
) -> int:
    """Append an event that belongs to no ticket; its note is sealed with the staff key."""
    sealed = seal_text(store.vault.staff_key, note, note_context(None)) if note else None
    return await store.db.transaction(
        lambda connection: append(
            connection,
            store.vault,
            kind=kind,
            at=now,
            actor_id=actor_id,
            detail=detail,
            note_sealed=sealed,
        )
    )


async def events_after(store: Store, event_id: int, *, limit: int = 200) -> tuple[EventRow, ...]:
    """Return the events after an id, oldest first, notes left sealed."""
    found = await store.db.read(
        lambda connection: connection.execute(_AFTER, {"after": event_id, "most": limit}).all()
    )
    return tuple(to_event(row) for row in found)


async def last_event_id(store: Store) -> int:
    """Return the id of the newest event; 0 when there is none."""
    return await store.db.read(lambda connection: connection.execute(_LAST_ID).scalar_one())


async def ticket_events(store: Store, ticket_id: str) -> tuple[EventRow, ...]:
    """Return the events of one ticket, oldest first, with their notes opened."""
    keys = await store.vault.keys([ticket_id])
    return await store.db.read(
        lambda connection: events_of(connection, ticket_id, keys.get(ticket_id))
    )


async def verify(store: Store) -> ChainReport:
    """Walk the whole chain and report its first break."""
    report, is_over = NOTHING_WALKED, False
    while not is_over:
        report, is_over = await walk_on(store, report)
    return report


async def walk_on(store: Store, report: ChainReport) -> tuple[ChainReport, bool]:
    """Walk one slice further, in a thread; True where the chain ends or breaks."""
    rows, head = await store.db.read(partial(_batch_and_head, after=report.last_id))
    report = await asyncio.to_thread(_walk, store.vault, report, rows)
    if not report.is_whole:
        return report, True
    if len(rows) < _BATCH:
        return _compare_with_head(report, head), True
    return report, False


def events_of(connection: Connection, ticket_id: str, key: Key | None) -> tuple[EventRow, ...]:
    """Return a ticket's events inside a transaction; notes stay empty without the key."""
    found = connection.execute(_OF_TICKET, {"ticket": ticket_id})
    return tuple(to_event(row, key) for row in found)


def to_event(row: Row[Any], key: Key | None = None) -> EventRow:
    """Map a row; the note is opened with the ticket's key."""
    note = ""
    if key is not None and row.note_sealed is not None:
        try:
            note = open_text(key, row.note_sealed, note_context(row.ticket_id))
        except SealBroken:  # one broken note must not hide the others
            note = "[…]"
    return EventRow(
        id=row.id,
        at=row.at,
        kind=row.kind,
        ticket_id=row.ticket_id,
        actor_id=row.actor_id,
        detail=row.detail,
        note=note,
    )


def _payload(previous_mac: bytes, row: Mapping[str, Any]) -> bytes:
    """Return one unambiguous text of an event and of the MAC before it."""
    note: bytes = row["note_sealed"] or b""
    fields = [
        previous_mac.hex(),
        row["id"],
        row["at"].isoformat(timespec="microseconds"),
        row["kind"],
        row["ticket_id"],
        row["actor_id"],
        row["detail"],
        hashlib.sha256(note).hexdigest(),
    ]
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _batch_and_head(connection: Connection, *, after: int) -> tuple[Sequence[Row[Any]], Row[Any]]:
    rows = connection.execute(
        select(events).where(events.c.id > after).order_by(events.c.id).limit(_BATCH)
    ).all()
    return rows, connection.execute(select(chain).where(chain.c.name == _HEAD)).one()


def _walk(vault: Vault, report: ChainReport, rows: Sequence[Row[Any]]) -> ChainReport:
    """Follow the chain from where `report` stands, to its end or to the first break."""
    mac, last_id = bytes.fromhex(report.last_mac), report.last_id
    broken_at = None
    for row in rows:
        expected = vault.mac(_payload(mac, row._asdict()))
        if row.id != last_id + 1 or not hmac.compare_digest(expected, row.mac):
            broken_at = last_id + 1
            break
        mac, last_id = row.mac, row.id
    return ChainReport(count=last_id, last_id=last_id, last_mac=mac.hex(), broken_at=broken_at)


def _compare_with_head(report: ChainReport, head: Row[Any]) -> ChainReport:
    """Notice events that were cut off at the end while the head stayed."""
    if (head.last_id, head.last_mac.hex()) == (report.last_id, report.last_mac):
        return report
    return replace(report, broken_at=report.last_id + 1)
