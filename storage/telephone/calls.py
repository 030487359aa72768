"""Calls that come in, step by step: each event is answered once, and its effects are one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

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


_CALL = select(phone_calls).where(phone_calls.c.id == bindparam("call"))
_LOCKED = _CALL.with_for_update()
_BY_SID = select(phone_calls).where(phone_calls.c.sid == bindparam("name"))
_SEEN = select(phone_events.c.answer_sealed).where(phone_events.c.key == bindparam("event"))
_SEE = phone_events.insert()
_MOVE = (
    update(phone_calls)
    .where(phone_calls.c.id == bindparam("call"))
    .values(
        state=bindparam("new_state"),
        turn=bindparam("new_turn"),
        answer_sealed=bindparam("new_answer"),
    )
)
_GIVE_TICKET = (
    update(phone_calls)
    .where(phone_calls.c.id == bindparam("call"))
    .values(ticket_id=bindparam("ticket"))
)


async def new_call(
    store: Store, sid: str, number: str, state: Mapping[str, Any], *, now: datetime
) -> PhoneCall:
    """Return a call that comes in; it has a key, and no row before its first step is kept."""
    call_id = new_id()
    await store.vault.create({call_id: KeyKind.TICKET})
    return PhoneCall(
        id=call_id,
        sid=sid,
        number=number,
        number_lookup=number_lookup(store, number),
        state=state,
        turn=0,
        answer="",
        ticket_id=None,
        taken_by=None,
        began_at=now,
        is_over=False,
    )


async def find_call(store: Store, sid: str) -> PhoneCall | None:
    """Return the call that the carrier calls so."""
    return await _find(store, _BY_SID, {"name": sid})


async def call_of(store: Store, call_id: str) -> PhoneCall | None:
    """Return a call by our own id."""
    return await _find(store, _CALL, {"call": call_id})


async def answer_to(store: Store, call: PhoneCall, event: str) -> str | None:
    """Return what an event of this call was answered with; None: it is new."""
    sealed = await store.db.read(
        lambda connection: connection.execute(_SEEN, {"event": event}).scalar()
    )
    key = (await store.vault.keys([call.id])).get(call.id)
    return _opened(key, sealed, _answer_context(call.id)) or None


async def keep_step(store: Store, call: PhoneCall, step: NewStep, *, now: datetime) -> str:
    """Keep one step with all its effects, and return the answer that holds.

    An event that was answered before, or came too late, changes nothing: the answer is the old one.
    """
    key = (await store.vault.keys([call.id]))[call.id]
    sealed = seal_text(key, step.answer, _answer_context(call.id))
    begun = _row_of(call, key) if call.turn == 0 else None
    talk = None
    if step.report is not None and call.ticket_id is None:
        talk = await talk_of(store, step.report)

    def work(connection: Connection) -> bytes | None:
        if begun is not None and not insert_new(connection, phone_calls, begun):
            return None
        row = lock_call(connection, call.id)
        before = _answered(connection, row, step)
        if before is not None:
            return before
        _see(connection, call.id, step.event, sealed, now)
        _carry_out(connection, store, row, step, talk, key, sealed, now)
        return sealed

    held = await store.db.transaction(work)
    if held is None:  # the same call began twice at once: the other one's answer holds
        return (await find_call(store, call.sid) or call).answer
    return open_text(key, held, _answer_context(call.id))


def lock_call(connection: Connection, call_id: str) -> Row[Any]:
    """Lock a call for a change."""
    return connection.execute(_LOCKED, {"call": call_id}).one()


def open_ticket_of(
    connection: Connection, store: Store, report: CallReport, talk: Talk
) -> TicketRow:
    """Open the ticket of a call inside a transaction; its event is the last statement."""
    ticket = open_within(connection, store, report, talk)
    noted = replace(report, id=f"{report.id}:machine")  # the call-taker's own notes come later
    inbox_id = note_down(connection, noted, talk)
    connection.execute(_GIVE_TICKET, {"call": report.id, "ticket": ticket.id})
    tell_opened(connection, store, report, ticket, inbox_id)
    return ticket


def _answered(connection: Connection, row: Row[Any], step: NewStep) -> bytes | None:
    """Return what holds already: the event was seen, or the call has gone on without it."""
    seen: bytes | None = connection.execute(_SEEN, {"event": step.event}).scalar()
    if seen is not None:
        return seen
    late: bytes | None = row.answer_sealed
    return late if row.turn != step.turn else None


def _see(connection: Connection, call_id: str, event: str, sealed: bytes, now: datetime) -> None:
    row = {"key": event, "call_id": call_id, "answer_sealed": sealed, "seen_at": now}
    connection.execute(_SEE, row)


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
    moved = {"new_state": dict(step.state), "new_turn": step.turn + 1, "new_answer": sealed}
    connection.execute(_MOVE, {"call": row.id, **moved})
    if step.report is not None and talk is not None and row.ticket_id is None:
        if not step.once_a_day or open_of_today(connection, row, now):
            open_ticket_of(connection, store, step.report, talk)
        else:
            join_of_today(connection, store, row, step.report, now)
    elif step.safe_time is not None and row.ticket_id is not None:
        note_safe_time(connection, store, row.ticket_id, key, step.safe_time, now=now)


def _row_of(call: PhoneCall, key: Key) -> dict[str, Any]:
    number = seal_text(key, call.number, _number_context(call.id)) if call.number else None
    return {
        "id": call.id,
        "sid": call.sid,
        "number_sealed": number,
        "number_lookup": call.number_lookup,
        "state": dict(call.state),
        "turn": 0,
        "began_at": call.began_at,
    }


async def _find(store: Store, asked: Select[Any], wanted: Mapping[str, str]) -> PhoneCall | None:
    row = await store.db.read(lambda connection: connection.execute(asked, wanted).first())
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
