"""From one shift to the next (bàn giao ca): who holds what, what is to be done, and a note."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from storage import events
from storage.errors import NotFound
from storage.keys.sealing import SealBroken, open_text, seal_text
from storage.queue.tables import shift_notes
from storage.safeguarding.keeping import is_open_to
from storage.store import Store
from storage.tables import events as event_table
from storage.tables import tickets
from storage.tickets.reading import QueueRow, queue_rows, with_holder
from storage.tickets.rows import HELD_STATES

_MOST_TICKETS = 300
_NOTES_SHOWN = 5
_CONTEXT = "shift_note"
_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTicket:
    """A ticket that somebody holds, with the last thing written down on it."""

    row: QueueRow
    last_note: str = field(repr=False)
    noted_at: datetime | None
    noted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNote:
    """What one shift tells the next."""

    id: int
    written_by: str
    written_at: datetime
    text: str = field(repr=False)
    received_by: str | None
    received_at: datetime | None


async def held_tickets(store: Store, *, reader_id: str, now: datetime) -> tuple[HeldTicket, ...]:
    """Return what is held, most urgent first; that the notes were read is an event."""

    def work(connection: Connection) -> tuple[tuple[QueueRow, ...], dict[str, Row[Any]]]:
        held = connection.execute(
            with_holder()
            .where(
                tickets.c.state.in_(HELD_STATES),
                tickets.c.holder_id.is_not(None),
                is_open_to(reader_id),
            )
            .order_by(tickets.c.urgency_rank, tickets.c.first_message_at)
            .limit(_MOST_TICKETS)
        ).all()
        rows = queue_rows(connection, held, store.vault.staff_key)
        return rows, _last_notes(connection, [row.ticket.id for row in rows])

    rows, notes = await store.db.read(work)
    keys = await store.vault.keys(notes)
    await events.tell(
        store,
        kind="handover_read",
        now=now,
        actor_id=reader_id,
        detail={"tickets": len(rows), "notes": len(notes)},
    )
    return tuple(_held(row, notes.get(row.ticket.id), keys) for row in rows)


async def write_note(store: Store, *, text: str, user_id: str, now: datetime) -> None:
    """Leave a note for the next shift; the staff key seals it, for it may tell of several cases."""
    sealed = seal_text(store.vault.staff_key, text.strip(), _CONTEXT)

    def work(connection: Connection) -> None:
        if _is_said_already(connection, store, text.strip(), user_id, now):
            return
        connection.execute(
            shift_notes.insert().values(written_by=user_id, written_at=now, note_sealed=sealed)
        )
        events.append(connection, store.vault, kind="shift_handed_over", at=now, actor_id=user_id)

    await store.db.transaction(work)


async def receive_note(store: Store, note_id: int, *, user_id: str, now: datetime) -> bool:
    """Say that the hand-over was received (đã nhận bàn giao); False: somebody said so before.

    Nobody receives a note of their own. Raises `NotFound`.
    """

    def work(connection: Connection) -> bool:
        row = connection.execute(select(shift_notes).where(shift_notes.c.id == note_id)).first()
        if row is None or row.written_by == user_id:
            raise NotFound
        received = connection.execute(
            update(shift_notes)
            .where(shift_notes.c.id == note_id, shift_notes.c.received_at.is_(None))
            .values(received_by=user_id, received_at=now)
        )
        if received.rowcount == 1:
            events.append(
                connection, store.vault, kind="shift_received", at=now, actor_id=user_id,
                detail={"user": row.written_by},
            )  # fmt: skip
        return received.rowcount == 1

    return await store.db.transaction(work)


async def shift_notes_of(store: Store) -> tuple[ShiftNote, ...]:
    """Return the last notes, the newest first."""
    found = await store.db.read(
        lambda connection: connection.execute(
            select(shift_notes).order_by(shift_notes.c.written_at.desc()).limit(_NOTES_SHOWN)
        ).all()
    )
    return tuple(
        ShiftNote(
            id=row.id,
            written_by=row.written_by,
            written_at=row.written_at,
            text=open_text(store.vault.staff_key, row.note_sealed, _CONTEXT),
            received_by=row.received_by,
            received_at=row.received_at,
        )
        for row in found
    )


def _is_said_already(
    connection: Connection, store: Store, text: str, user_id: str, now: datetime
) -> bool:
    """Whether this is a second click: the same words of the same person a moment ago."""
    last = connection.execute(
        select(shift_notes.c.note_sealed)
        .where(shift_notes.c.written_by == user_id, shift_notes.c.written_at > now - _MOMENT)
        .order_by(shift_notes.c.id.desc())
        .limit(1)
    ).scalar()
    return last is not None and open_text(store.vault.staff_key, last, _CONTEXT) == text


def _last_notes(connection: Connection, ids: list[str]) -> dict[str, Row[Any]]:
    newest = (
        select(func.max(event_table.c.id))
        .where(
            event_table.c.ticket_id.in_(ids),
            event_table.c.note_sealed.is_not(None),
            event_table.c.kind.in_(("note_added", "transfer_offered")),
        )
        .group_by(event_table.c.ticket_id)
    )
    found = connection.execute(select(event_table).where(event_table.c.id.in_(newest)))
    return {row.ticket_id: row for row in found}


def _held(row: QueueRow, note: Row[Any] | None, keys: Mapping[str, Any]) -> HeldTicket:
    text = ""
    if note is not None and note.ticket_id in keys:
        try:
            context = events.note_context(note.ticket_id)
            text = open_text(keys[note.ticket_id], note.note_sealed, context)
        except SealBroken:  # the other tickets must still be handed over
            text = "[…]"
    return HeldTicket(
        row=row,
        last_note=text,
        noted_at=note.at if note else None,
        noted_by=note.actor_id if note else None,
    )
