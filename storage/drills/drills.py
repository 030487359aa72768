"""Drills (diễn tập): an invented report on the real road, told apart by the source of its talk.

The source is a tag that nobody can guess, kept here before the first word is written. So everybody
sees a drill as one from its first moment, and the road itself knows nothing of drills.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from storage import events
from storage.alarm.alarms import stop_alarm
from storage.database import insert_new
from storage.drills.drill_marks import is_drill_talk
from storage.drills.tables import drills
from storage.errors import StorageError
from storage.rows import NewTimer, TicketState, TimerRow
from storage.store import Store
from storage.tables import alarms, conversations, tickets
from storage.tickets.rows import lock
from storage.timers import cancel_timers, put_off_inside, set_timers, settle_inside

DRILL_OVER = "drill_over"
"""The kind of the timer that looks whether a drill is over; its subject is the drill's number."""
_LOOK_EVERY = timedelta(seconds=5)
_LETTERS = str.maketrans("0123456789", "ghijkmnpqr")
"""Digits in a row could be somebody's number, which is no tag (bot/channels/sources.py)."""


class DrillRuns(StorageError):
    """A drill is under way already."""


class RealAlarm(StorageError):
    """A critical report waits for somebody: this is no time for a drill."""


class Outcome(StrEnum):
    """How a drill ended."""

    ANSWERED = "answered"
    """A person took the ticket in time."""
    NOBODY = "nobody"
    """There was a ticket, and nobody took it."""
    BROKEN = "broken"
    """The invented report did not even become a ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill and its times, in milliseconds after the first word was sent."""

    id: int
    tag: str
    story: str
    asked_by: str
    begun_at: datetime
    ends_at: datetime
    outcome: Outcome | None
    """None: it is under way."""
    ticket_number: str
    answered_ms: int | None
    ticket_ms: int | None
    alarm_ms: int | None
    human_ms: int | None


async def begin_drill(
    store: Store, story: str, *, actor_id: str, within: timedelta, now: datetime
) -> Drill:
    """Note a drill before it begins. Raises `DrillRuns` and `RealAlarm`."""
    return await store.db.transaction(
        lambda c: begin_inside(c, store, story, actor_id=actor_id, within=within, now=now)
    )


def begin_inside(
    connection: Connection,
    store: Store,
    story: str,
    *,
    actor_id: str,
    within: timedelta,
    now: datetime,
) -> Drill:
    """Note a drill in a transaction that does something else too; what it raises wrote nothing."""
    if connection.execute(_real_alarm()).first():
        raise RealAlarm
    tag = f"drill-{secrets.token_hex(12).translate(_LETTERS)}"
    values = {
        "tag": tag,
        "story": story,
        "asked_by": actor_id,
        "begun_at": now,
        "ends_at": now + within,
        "running": 1,
    }
    if not insert_new(connection, drills, values):
        raise DrillRuns
    row = connection.execute(_joined().where(drills.c.tag == tag)).one()
    timer = NewTimer(kind=DRILL_OVER, subject=str(row.id), due_at=now + _LOOK_EVERY)
    set_timers(connection, (timer,))
    detail = {"drill": row.id, "story": story}
    events.append(
        connection, store.vault, kind="drill_begun", at=now, actor_id=actor_id, detail=detail
    )
    return _drill(row)


async def note_answer(store: Store, drill_id: int, *, now: datetime) -> None:
    """Note that the machine's first answer has reached who plays the reporter."""

    def work(connection: Connection) -> None:
        begun_at = connection.execute(
            select(drills.c.begun_at).where(drills.c.id == drill_id)
        ).scalar_one()
        connection.execute(
            update(drills)
            .where(drills.c.id == drill_id, drills.c.answered_ms.is_(None))
            .values(answered_ms=_ms(begun_at, now))
        )

    await store.db.transaction(work)


async def look(store: Store, drill_id: int) -> Drill | None:
    """Return a drill as it stands, measured from the rows of the road."""
    return await store.db.read(lambda connection: _look(connection, drill_id))


async def finish(
    store: Store, drill_id: int, *, timer: TimerRow | None = None, now: datetime
) -> Drill | None:
    """Keep a drill's times and end it; None: it is over already, or not yet.

    It ends when a person took the ticket, or when its time has passed. A ticket that nobody took is
    closed then, so that a drill does not ring for ever; who took it closes it themselves.
    """

    def work(connection: Connection) -> Drill | None:
        row = connection.execute(
            select(drills).where(drills.c.id == drill_id).with_for_update()
        ).first()
        if row is None or row.running is None:
            if timer is not None:
                settle_inside(connection, timer, now=now)
            return None
        drill, ticket_id = _look(connection, drill_id), _ticket_id(connection, row.tag)
        if drill is None or (drill.human_ms is None and now < row.ends_at):
            if timer is not None:
                put_off_inside(connection, timer, until=min(now + _LOOK_EVERY, row.ends_at))
            return None
        outcome = _outcome(drill)
        if ticket_id is not None and outcome is Outcome.NOBODY:
            _close(connection, store, ticket_id, now)
        connection.execute(
            update(drills)
            .where(drills.c.id == drill_id)
            .values(
                running=None,
                ended_at=now,
                outcome=outcome,
                ticket_id=ticket_id,
                ticket_ms=drill.ticket_ms,
                alarm_ms=drill.alarm_ms,
                human_ms=drill.human_ms,
            )
        )
        cancel_timers(connection, subject=str(drill_id), kinds=(DRILL_OVER,))
        events.append(
            connection, store.vault, kind="drill_ended", at=now, ticket_id=ticket_id,
            detail={"drill": drill_id, "outcome": outcome.value, "number": drill.ticket_number},
        )  # fmt: skip
        return _look(connection, drill_id)

    return await store.db.transaction(work)


async def last_drills(store: Store, *, limit: int = 50) -> tuple[Drill, ...]:
    """Return the newest drills."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            _joined().order_by(drills.c.id.desc()).limit(limit)
        ).all()
    )
    return tuple(_drill(row) for row in rows)


async def running(store: Store) -> Drill | None:
    """Return the drill that is under way."""

    def work(connection: Connection) -> Drill | None:
        drill_id = connection.execute(select(drills.c.id).where(drills.c.running == 1)).scalar()
        return None if drill_id is None else _look(connection, drill_id)

    return await store.db.read(work)


def _real_alarm() -> Select[Any]:
    return (
        select(tickets.c.id)
        .where(
            tickets.c.urgency == "critical",
            tickets.c.holder_id.is_(None),
            tickets.c.state.in_((TicketState.NEW, TicketState.REOPENED)),
            ~is_drill_talk(tickets.c.conversation_id),
        )
        .limit(1)
    )


def _look(connection: Connection, drill_id: int) -> Drill | None:
    row = connection.execute(_joined().where(drills.c.id == drill_id)).first()
    if row is None:
        return None
    drill = _drill(row)
    ticket_id = _ticket_id(connection, row.tag)
    if drill.outcome is not None or ticket_id is None:
        return drill
    return _measured(connection, drill, ticket_id)


def _measured(connection: Connection, drill: Drill, ticket_id: str) -> Drill:
    ticket = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
    rung_at = connection.execute(
        select(func.min(alarms.c.decided_at)).where(alarms.c.ticket_id == ticket_id)
    ).scalar()
    return Drill(
        id=drill.id,
        tag=drill.tag,
        story=drill.story,
        asked_by=drill.asked_by,
        begun_at=drill.begun_at,
        ends_at=drill.ends_at,
        outcome=None,
        ticket_number=ticket.number,
        answered_ms=drill.answered_ms,
        ticket_ms=_ms(drill.begun_at, ticket.opened_at),
        alarm_ms=_ms(drill.begun_at, rung_at),
        human_ms=_ms(drill.begun_at, ticket.acknowledged_at),
    )


def _ticket_id(connection: Connection, tag: str) -> str | None:
    """Only who knows the tag can have opened it; the drill's own talk is the first."""
    return connection.execute(
        select(tickets.c.id)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .where(conversations.c.source == tag)
        .order_by(tickets.c.opened_at)
        .limit(1)
    ).scalar()


def _close(connection: Connection, store: Store, ticket_id: str, now: datetime) -> None:
    ticket = lock(connection, ticket_id)
    if ticket.holder_id is not None:
        return
    stop_alarm(connection, ticket_id, now=now)
    connection.execute(
        update(tickets)
        .where(tickets.c.id == ticket_id)
        .values(state=TicketState.CLOSED, closed_at=now)
    )


def _outcome(drill: Drill) -> Outcome:
    if drill.ticket_ms is None:
        return Outcome.BROKEN
    return Outcome.NOBODY if drill.human_ms is None else Outcome.ANSWERED


def _joined() -> Select[Any]:
    return select(drills, tickets.c.number).outerjoin(tickets, tickets.c.id == drills.c.ticket_id)


def _drill(row: Row[Any]) -> Drill:
    return Drill(
        id=row.id,
        tag=row.tag,
        story=row.story,
        asked_by=row.asked_by,
        begun_at=row.begun_at,
        ends_at=row.ends_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        ticket_number=row.number or "",
        answered_ms=row.answered_ms,
        ticket_ms=row.ticket_ms,
        alarm_ms=row.alarm_ms,
        human_ms=row.human_ms,
    )


def _ms(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else round((until - since) / timedelta(milliseconds=1))
