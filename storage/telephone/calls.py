"""Calls that come in, step by step: each event is answered once, and its effects are one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage.calls.reports import CallReport, Talk, note_down, open_within, talk_of, tell_opened
from storage.calls.tallies import number_lookup
from storage.database import insert_new, new_id
from storage.keys.sealing import Key, SealBroken, open_text, seal_text
from storage.keys.vault import KeyKind
from storage.rows import TicketRow
from storage.store import Store
from storage.telephone.forms import note_safe_time
from storage.telephone.repeats import join_of_today, open_of_today
from storage.telephone.tables import phone_calls, phone_events


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCall:
    """A call as it stands."""

    id: str
    sid: str
    number: str = field(repr=False)
    """Empty: it was not shown."""
    number_lookup: bytes | None = field(repr=False)
    state: Mapping[str, Any]
    turn: int
    answer: str = field(repr=False)
    """The last one; empty at the beginning."""
    ticket_id: str | None
    taken_by: str | None
    began_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """What an event brings."""

    event: str
    """Its idempotency key."""
    turn: int
    """At which it was decided."""
    state: Mapping[str, Any]
    answer: str = field(repr=False)
    report: CallReport | None = field(default=None, repr=False)
    """The ticket that opens at this step."""
    once_a_day: bool = False
    """The ticket is one with an earlier one that the same number brought today."""
    safe_time: str | None = field(default=None, repr=False)
    """When somebody may be rung back; empty: never; None: nothing was said of it."""


async def begin_call(
    store: Store, sid: str, number: str, state: Mapping[str, Any], *, now: datetime
) -> PhoneCall:
    """Return the call of this name, made where it is new."""
    found = await find_call(store, sid)
    if found is not None:
        return found
    call_id = new_id()
    key = (await store.vault.create({call_id: KeyKind.TICKET}))[call_id]
    row = {
        "id": call_id,
        "sid": sid,
        "number_sealed": seal_text(key, number, _number_context(call_id)) if number else None,
        "number_lookup": number_lookup(store, number),
        "state": dict(state),
        "turn": 0,
        "began_at": now,
    }
    await store.db.transaction(lambda connection: insert_new(connection, phone_calls, row))
    return await find_call(store, sid) or _never()


async def find_call(store: Store, sid: str) -> PhoneCall | None:
    """Return the call that the carrier calls so."""
    return await _find(store, select(phone_calls).where(phone_calls.c.sid == sid))


async def call_of(store: Store, call_id: str) -> PhoneCall | None:
    """Return a call by our own id."""
    return await _find(store, select(phone_calls).where(phone_calls.c.id == call_id))


async def answer_to(store: Store, call: PhoneCall, event: str) -> str | None:
    """Return what an event of this call was answered with; None: it is new."""
    asked = select(phone_events.c.answer_sealed).where(
        phone_events.c.key == event, phone_events.c.call_id == call.id
    )
    sealed = await store.db.read(lambda connection: connection.execute(asked).scalar())
    key = (await store.vault.keys([call.id])).get(call.id)
    return open_text(key, sealed, _answer_context(call.id)) if sealed and key else None


async def keep_step(store: Store, call: PhoneCall, step: NewStep, *, now: datetime) -> str:
    """Keep one step with all its effects, and return the answer that holds.

    An event that was answered before, or came too late, changes nothing: the answer is the old one.
    """
    key = (await store.vault.keys([call.id]))[call.id]
    sealed = seal_text(key, step.answer, _answer_context(call.id))
    talk = None
    if step.report is not None and call.ticket_id is None:
        talk = await talk_of(store, step.report)

    def work(connection: Connection) -> bytes:
        row = lock_call(connection, call.id)
        before = _answered(connection, row, step)
        if before is not None:
            return before
        _see(connection, call.id, step.event, sealed, now)
        _carry_out(connection, store, row, step, talk, key, sealed, now)
        return sealed

    return open_text(key, await store.db.transaction(work), _answer_context(call.id))


def lock_call(connection: Connection, call_id: str) -> Row[Any]:
    """Lock a call for a change."""
    return connection.execute(
        select(phone_calls).where(phone_calls.c.id == call_id).with_for_update()
    ).one()


def open_ticket_of(
    connection: Connection, store: Store, report: CallReport, talk: Talk
) -> TicketRow:
    """Open the ticket of a call inside a transaction; its event is the last statement."""
    ticket = open_within(connection, store, report, talk)
    inbox_id = note_down(connection, report, talk)
    connection.execute(
        update(phone_calls).where(phone_calls.c.id == report.id).values(ticket_id=ticket.id)
    )
    tell_opened(connection, store, report, ticket, inbox_id)
    return ticket


def _answered(connection: Connection, row: Row[Any], step: NewStep) -> bytes | None:
    asked = select(phone_events.c.answer_sealed).where(phone_events.c.key == step.event)
    seen: bytes | None = connection.execute(asked).scalar()
    if seen is not None:
        return seen
    late: bytes | None = row.answer_sealed
    return late if row.turn != step.turn else None


def _see(connection: Connection, call_id: str, event: str, sealed: bytes, now: datetime) -> None:
    row = {"key": event, "call_id": call_id, "answer_sealed": sealed, "seen_at": now}
    connection.execute(phone_events.insert().values(row))


def _carry_out(
    connection: Connection,
    store: Store,
    row: Row[Any],
    step: NewStep,
    talk: Talk | None,
    key: Key,
    sealed: bytes,
    now: datetime,
) -> None:
    values = {"state": dict(step.state), "turn": step.turn + 1, "answer_sealed": sealed}
    connection.execute(update(phone_calls).where(phone_calls.c.id == row.id).values(values))
    if step.report is not None and talk is not None and row.ticket_id is None:
        if not step.once_a_day or open_of_today(connection, row, now):
            open_ticket_of(connection, store, step.report, talk)
        else:
            join_of_today(connection, store, row, step.report, now)
    elif step.safe_time is not None and row.ticket_id is not None:
        note_safe_time(connection, store, row.ticket_id, key, step.safe_time, now=now)


async def _find(store: Store, asked: Select[Any]) -> PhoneCall | None:
    row = await store.db.read(lambda connection: connection.execute(asked).first())
    if row is None:
        return None
    key = (await store.vault.keys([row.id])).get(row.id)
    return PhoneCall(
        id=row.id,
        sid=row.sid,
        number=_opened(key, row.number_sealed, _number_context(row.id)),
        number_lookup=row.number_lookup,
        state=row.state,
        turn=row.turn,
        answer=_opened(key, row.answer_sealed, _answer_context(row.id)),
        ticket_id=row.ticket_id,
        taken_by=row.taken_by,
        began_at=row.began_at,
        is_over=row.ended_at is not None,
    )


def _opened(key: Key | None, blob: bytes | None, context: str) -> str:
    """Open what is there; what was erased is empty."""
    if key is None or blob is None:
        return ""
    try:
        return open_text(key, blob, context)
    except SealBroken:
        return ""


def _number_context(call_id: str) -> str:
    return f"phone_call:{call_id}:number"


def _answer_context(call_id: str) -> str:
    return f"phone_call:{call_id}:answer"


def _never() -> PhoneCall:
    raise AssertionError("a call that was just inserted is there")
