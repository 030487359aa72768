"""Telephones that an alarm rings: who picked up, what was pressed, how it ended.

What somebody pressed says more than how the carrier says that the call ended: it stays, in
whatever order and however often the two are told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from storage.alarm.alarms import hurry_next_tier
from storage.rota.tables import alarm_test_rings
from storage.rows import OutboxState
from storage.store import Store
from storage.tables import alarms, outbox
from storage.telephone.alarm_tables import alarm_calls


class Outcome(StrEnum):
    """What came of a call."""

    TOOK = "took"
    LATE = "late"
    """Pressed 1 when somebody had the ticket."""
    HEARD = "heard"
    """Pressed 1 where there was nothing to take: held by another, or a test."""
    CANNOT = "cannot"
    NO_KEY = "no_key"
    """Picked up, and no key: it may have been a machine."""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    HUNG_UP = "hung_up"
    """By us: it was not needed any more."""


_RINGS_AT_MOST = timedelta(minutes=2)
"""However late the carrier names a call: one that was stopped so long ago does not ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCall:
    """A telephone that rings for a ticket, or for a test of the alarm."""

    token: str
    user_id: str
    ticket_id: str | None
    test_id: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedlessCall:
    """A call that rings although nobody needs it any more."""

    token: str
    sid: str
    """The carrier's name of it."""


async def find_call(store: Store, token: str) -> AlarmCall | None:
    """Return what a token stands for; None for an unknown one."""
    row = await store.db.read(lambda connection: connection.execute(_of_token(token)).first())
    if row is None:
        return None
    return AlarmCall(
        token=token,
        user_id=row.user_id,
        ticket_id=row.ticket_id,
        test_id=row.test_id,
        outcome=row.outcome,
    )


async def note_pick_up(store: Store, call: AlarmCall, *, now: datetime) -> None:
    """Somebody, or a machine, picked up: such a call is not hung up, it hears how things stand."""
    await _change(store, call, alarm_calls.c.picked_up_at.is_(None), picked_up_at=now)


async def note_key(store: Store, call: AlarmCall, outcome: Outcome, *, now: datetime) -> None:
    """Note what came of a key. Who took a ticket has taken it, whatever is pressed later."""
    not_taken = or_(alarm_calls.c.outcome.is_(None), alarm_calls.c.outcome != Outcome.TOOK)
    await _change(store, call, not_taken, outcome=outcome)
    if outcome is Outcome.CANNOT:
        await _call_others(store, call, now)


async def note_end(store: Store, call: AlarmCall, outcome: Outcome, *, now: datetime) -> None:
    """Note how a call ended, once; one that we hung up was hung up."""

    def work(connection: Connection) -> bool:
        row = connection.execute(_of_token(call.token)).one()
        is_ours = row.stopped_at is not None and row.picked_up_at is None
        changed = connection.execute(
            update(alarm_calls)
            .where(alarm_calls.c.token == call.token, alarm_calls.c.outcome.is_(None))
            .values(outcome=Outcome.HUNG_UP if is_ours else outcome)
        )
        return changed.rowcount == 1 and not is_ours

    if await store.db.transaction(work):
        await _call_others(store, call, now)


async def needless_calls(store: Store, *, now: datetime) -> tuple[NeedlessCall, ...]:
    """Return the calls that ring for a ticket that somebody has taken."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(alarm_calls.c.token, outbox.c.vendor_id)
            .join(outbox, outbox.c.alarm_id == alarm_calls.c.alarm_id)
            .where(
                alarm_calls.c.stopped_at > now - _RINGS_AT_MOST,
                alarm_calls.c.hung_up_at.is_(None),
                alarm_calls.c.outcome.is_(None),
                alarm_calls.c.picked_up_at.is_(None),
                outbox.c.vendor_id.is_not(None),
            )
        ).all()
    )
    return tuple(NeedlessCall(token=row.token, sid=row.vendor_id) for row in rows)


async def note_hung_up(store: Store, tokens: Collection[str], *, now: datetime) -> None:
    """Note that calls were ended."""
    await store.db.transaction(
        lambda connection: connection.execute(
            update(alarm_calls).where(alarm_calls.c.token.in_(tokens)).values(hung_up_at=now)
        )
    )


def _of_token(token: str) -> Any:
    return (
        select(
            func.coalesce(alarms.c.recipient, alarm_test_rings.c.recipient).label("user_id"),
            alarms.c.ticket_id,
            alarm_test_rings.c.test_id,
            alarm_calls.c.outcome,
            alarm_calls.c.stopped_at,
            alarm_calls.c.picked_up_at,
        )
        .select_from(alarm_calls)
        .outerjoin(alarms, alarms.c.id == alarm_calls.c.alarm_id)
        .outerjoin(alarm_test_rings, alarm_test_rings.c.id == alarm_calls.c.test_ring_id)
        .where(alarm_calls.c.token == token)
    )


async def _change(store: Store, call: AlarmCall, condition: Any, **values: Any) -> None:
    await store.db.transaction(
        lambda connection: connection.execute(
            update(alarm_calls).where(alarm_calls.c.token == call.token, condition).values(**values)
        )
    )


async def _call_others(store: Store, call: AlarmCall, now: datetime) -> None:
    """Let the next tier ring at once when none of a ticket's telephones rings any more."""
    if call.ticket_id is None:
        return
    ticket_id = call.ticket_id

    def work(connection: Connection) -> None:
        rings_on = connection.execute(
            select(alarm_calls.c.token)
            .join(alarms, alarms.c.id == alarm_calls.c.alarm_id)
            .join(outbox, outbox.c.alarm_id == alarms.c.id)
            .where(
                alarms.c.ticket_id == ticket_id,
                alarms.c.decided_at > now - _RINGS_AT_MOST,
                alarm_calls.c.outcome.is_(None),
                outbox.c.state != OutboxState.DEAD,
            )
        ).first()
        if rings_on is None:
            hurry_next_tier(connection, ticket_id, now=now)

    await store.db.transaction(work)
