"""How a ticket moves and is sized anew by people: legal moves only, each with its event.

new, reopened  → acknowledged (by a claim) → in_progress → resolved → closed
any of them    → dismissed, with a reason; a critical one by two persons
resolved, closed, dismissed → reopened, with a reason
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from nlu.labels import Intent, Urgency
from storage import events
from storage.alarm.alarms import call_somebody, stop_alarm, watch_silence
from storage.learning.corrections import note_correction
from storage.rows import EventRow, TicketRow, TicketState
from storage.store import Store
from storage.tickets.reading import proposed_by
from storage.tickets.rows import (
    IllegalMove,
    ReasonMissing,
    SecondPersonNeeded,
    change,
    give_back_talk,
    lock,
    record,
    seal_note,
)

_LEGAL: dict[TicketState, frozenset[TicketState]] = {
    TicketState.NEW: frozenset({TicketState.DISMISSED}),
    TicketState.REOPENED: frozenset({TicketState.DISMISSED}),
    TicketState.ACKNOWLEDGED: frozenset(
        {TicketState.IN_PROGRESS, TicketState.RESOLVED, TicketState.DISMISSED}
    ),
    TicketState.IN_PROGRESS: frozenset({TicketState.RESOLVED, TicketState.DISMISSED}),
    TicketState.RESOLVED: frozenset({TicketState.CLOSED, TicketState.REOPENED}),
    TicketState.CLOSED: frozenset({TicketState.REOPENED}),
    TicketState.DISMISSED: frozenset({TicketState.REOPENED}),
}
_NEEDS_REASON = (TicketState.DISMISSED, TicketState.REOPENED)
_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move did."""

    ticket: TicketRow
    needs_second_person: bool = False
    """Nothing moved yet: dismissing a critical ticket waits for another person's confirmation."""


def legal_moves(state: TicketState) -> tuple[TicketState, ...]:
    """Return where a ticket may go from a state, besides being claimed."""
    return tuple(to for to in TicketState if to in _LEGAL[state])


async def move_ticket(
    store: Store,
    ticket_id: str,
    *,
    to: TicketState,
    reason: str,
    user_id: str,
    now: datetime,
) -> Moved:
    """Move a ticket; raises `IllegalMove`, `ReasonMissing`, `NotFound`.

    Dismissing a critical ticket first records a proposal; the same call by another person
    confirms it, unless something happened to the ticket in between.
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None and to in _NEEDS_REASON:
        raise ReasonMissing

    def work(connection: Connection) -> Moved:
        before = lock(connection, ticket_id)
        if to not in _LEGAL[before.state]:
            raise IllegalMove(before.state, to)
        happened = events.events_of(connection, ticket_id, None)
        if to is TicketState.DISMISSED and _was_ever_critical(before, happened):
            proposer = proposed_by(happened)
            if proposer in (None, user_id):
                kind = "dismissal_proposed"
                record(
                    connection, store, kind, before,
                    user_id=user_id, now=now, note_sealed=sealed,
                )  # fmt: skip
                return Moved(ticket=before, needs_second_person=True)
        after = _move(connection, before, to, now)
        record(
            connection,
            store,
            "ticket_moved",
            after,
            user_id=user_id,
            now=now,
            detail={"from": before.state.value},
            note_sealed=sealed,
        )
        return Moved(ticket=after)

    return await store.db.transaction(work)


def _was_ever_critical(ticket: TicketRow, happened: tuple[EventRow, ...]) -> bool:
    """Lowering it first must not spare the second person."""
    critical = Urgency.CRITICAL.value
    return ticket.urgency is Urgency.CRITICAL or any(
        critical in (event.detail.get("urgency"), event.detail.get("from")) for event in happened
    )


async def change_urgency(
    store: Store,
    ticket_id: str,
    *,
    urgency: Urgency,
    reason: str,
    user_id: str,
    now: datetime,
) -> TicketRow:
    """Size a ticket anew; critical and held by nobody rings at once.

    Raises `SecondPersonNeeded` where a critical one would be lowered: see
    storage/learning/lowering.py.
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        if before.urgency is urgency:
            return before
        if before.urgency is Urgency.CRITICAL:
            raise SecondPersonNeeded
        return size_anew(
            connection, store, before, urgency, user_id=user_id, now=now, note_sealed=sealed
        )

    return await store.db.transaction(work)


def size_anew(
    connection: Connection,
    store: Store,
    before: TicketRow,
    urgency: Urgency,
    *,
    user_id: str,
    now: datetime,
    note_sealed: bytes | None,
    detail: Mapping[str, Any] | None = None,
) -> TicketRow:
    """Write the urgency of a locked ticket, ring or stop, and append the event; asks nobody."""
    after = change(connection, before.id, urgency=urgency.value, urgency_rank=urgency.rank)
    _ring_or_not(connection, after, now)
    note_correction(connection, before, after, user_id=user_id, now=now)
    record(
        connection,
        store,
        "urgency_changed",
        after,
        user_id=user_id,
        now=now,
        detail={"from": before.urgency.value, **(detail or {})},
        note_sealed=note_sealed,
    )
    return after


async def change_kind(
    store: Store, ticket_id: str, *, kind: Intent, reason: str, user_id: str, now: datetime
) -> TicketRow:
    """Say what the report is about, where the machine was wrong."""
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        if before.kind is kind:
            return before
        after = change(connection, ticket_id, kind=kind.value)
        note_correction(connection, before, after, user_id=user_id, now=now)
        record(
            connection,
            store,
            "kind_changed",
            after,
            user_id=user_id,
            now=now,
            detail={"from": before.kind.value, "to": kind.value},
            note_sealed=sealed,
        )
        return after

    return await store.db.transaction(work)


def _move(connection: Connection, before: TicketRow, to: TicketState, now: datetime) -> TicketRow:
    values: dict[str, Any] = {"state": to}
    if to in (TicketState.CLOSED, TicketState.DISMISSED):
        values["closed_at"] = now
    if to is TicketState.REOPENED:
        values |= {"holder_id": None, "acknowledged_at": None, "closed_at": None}
    after = change(connection, before.id, **values)
    if to in _OVER:
        stop_alarm(connection, after.id, now=now)
        give_back_talk(connection, after)
    if to is TicketState.REOPENED:
        call_somebody(connection, after, now=now)
    return after


def _ring_or_not(connection: Connection, ticket: TicketRow, now: datetime) -> None:
    stop_alarm(connection, ticket.id, now=now)
    if ticket.state in _OVER:
        return
    if ticket.holder_id is None:
        call_somebody(connection, ticket, now=now)
    elif ticket.urgency is Urgency.CRITICAL:
        watch_silence(connection, ticket.id, ticket.conversation_id, now)
