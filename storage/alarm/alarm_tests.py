"""Alarms that are only tests (chuông thử): the road of real ones, and no ticket anywhere.

They have rows of their own, so nothing that counts alarms can count them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from storage import events
from storage.alarm.alarms import NewAlarm
from storage.moment import Moment
from storage.rota.tables import alarm_test_rings, alarm_tests
from storage.rows import Lane, NewOutbound, OutboxState
from storage.store import Store
from storage.tables import outbox
from storage.talks.outgoing import add_test_ring
from storage.telephone.alarm_tables import alarm_calls

HEARD_WITHIN = timedelta(minutes=5)
"""How long a test rings in the console of who has not answered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOutcome:
    """One ring of a test by one way, and what came of it."""

    id: int
    recipient: str
    way: str
    state: str
    """`shown` in the console, else the state of its send: `sent`, `dead`, `pending`, …"""
    is_doubtful: bool
    delivered_seconds: float | None
    answered_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTest:
    """A test of the alarm's ways."""

    id: int
    asked_by: str
    asked_at: datetime
    is_for_all: bool
    rings: tuple[RingOutcome, ...]


async def begin_test(
    store: Store, rings: Sequence[NewAlarm], *, is_for_all: bool, actor_id: str, now: datetime
) -> int:
    """Ring and return the test's number; its sends go out in the emergency lane, as real ones."""

    def work(connection: Connection) -> int:
        test_id: int = connection.execute(
            alarm_tests.insert()
            .values(asked_by=actor_id, asked_at=now, is_for_all=is_for_all)
            .returning(alarm_tests.c.id)
        ).scalar_one()
        for ring in rings:
            _add(connection, store, test_id, ring, now)
        detail = {"test": test_id, "ways": sorted({ring.way for ring in rings})}
        events.append(
            connection, store.vault, kind="alarm_tested", at=now, actor_id=actor_id, detail=detail
        )
        return test_id

    return await store.db.transaction(work)


async def answer(store: Store, test_id: int, *, user_id: str, way: str, now: datetime) -> bool:
    """Note that somebody heard it by a way; the first time counts. False: nothing to note."""

    def work(connection: Connection) -> bool:
        changed = connection.execute(
            update(alarm_test_rings)
            .where(
                alarm_test_rings.c.test_id == test_id,
                alarm_test_rings.c.recipient == user_id,
                alarm_test_rings.c.way == way,
                alarm_test_rings.c.answered_at.is_(None),
            )
            .values(answered_at=now)
        )
        if changed.rowcount != 1:
            return False
        events.append(
            connection, store.vault, kind="alarm_test_answered", at=now, actor_id=user_id,
            detail={"test": test_id, "way": way},
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


async def find_test(store: Store, test_id: int) -> AlarmTest | None:
    """Return a test with all its rings."""

    def work(connection: Connection) -> AlarmTest | None:
        row = connection.execute(select(alarm_tests).where(alarm_tests.c.id == test_id)).first()
        return _test(connection, row) if row else None

    return await store.db.read(work)


async def last_tests(store: Store, *, limit: int = 20) -> tuple[AlarmTest, ...]:
    """Return the newest tests."""

    def work(connection: Connection) -> tuple[AlarmTest, ...]:
        rows = connection.execute(
            select(alarm_tests).order_by(alarm_tests.c.id.desc()).limit(limit)
        ).all()
        return tuple(_test(connection, row) for row in rows)

    return await store.db.read(work)


_RINGING = (
    select(alarm_test_rings.c.recipient, func.max(alarm_tests.c.id))
    .select_from(alarm_tests)
    .join(alarm_test_rings, alarm_test_rings.c.test_id == alarm_tests.c.id)
    .where(
        alarm_tests.c.asked_at > bindparam("since", type_=Moment),
        alarm_test_rings.c.way == "console",
        alarm_test_rings.c.answered_at.is_(None),
    )
    .group_by(alarm_test_rings.c.recipient)
)


async def ringing_in_consoles(store: Store, *, now: datetime) -> Mapping[str, int]:
    """Return the number of the last test that rings in a console, person by person."""
    since = {"since": now - HEARD_WITHIN}
    rows = await store.db.read(lambda connection: connection.execute(_RINGING, since).all())
    return {recipient: test_id for recipient, test_id in rows}


def _add(
    connection: Connection, store: Store, test_id: int, alarm: NewAlarm, now: datetime
) -> None:
    ring_id: int = connection.execute(
        alarm_test_rings.insert()
        .values(test_id=test_id, recipient=alarm.recipient, way=alarm.way)
        .returning(alarm_test_rings.c.id)
    ).scalar_one()
    if alarm.token:
        connection.execute(alarm_calls.insert().values(token=alarm.token, test_ring_id=ring_id))
    if not alarm.channel:
        return
    outbox_id = add_test_ring(
        connection,
        NewOutbound(body=alarm.body, lane=Lane.EMERGENCY),
        channel=alarm.channel,
        ring_id=ring_id,
        recipient=alarm.address,
        key=store.vault.staff_key,
        now=now,
    )
    connection.execute(
        update(alarm_test_rings).where(alarm_test_rings.c.id == ring_id).values(outbox_id=outbox_id)
    )


def _test(connection: Connection, row: Row[Any]) -> AlarmTest:
    rings = connection.execute(
        select(alarm_test_rings, outbox.c.state, outbox.c.doubts, outbox.c.settled_at)
        .outerjoin(outbox, outbox.c.id == alarm_test_rings.c.outbox_id)
        .where(alarm_test_rings.c.test_id == row.id)
        .order_by(alarm_test_rings.c.id)
    )
    return AlarmTest(
        id=row.id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        is_for_all=row.is_for_all,
        rings=tuple(_ring(each, row.asked_at) for each in rings),
    )


def _ring(row: Row[Any], asked_at: datetime) -> RingOutcome:
    sent_at = row.settled_at if row.state == OutboxState.SENT else None
    return RingOutcome(
        id=row.id,
        recipient=row.recipient,
        way=row.way,
        state=row.state or "shown",
        is_doubtful=bool(row.doubts),
        delivered_seconds=_seconds(asked_at, sent_at),
        answered_seconds=_seconds(asked_at, row.answered_at),
    )


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else (until - since).total_seconds()
