"""Now and today (bây giờ và hôm nay), counted on clear columns along their indexes.

Nothing here opens a seal or reads a ticket that is done: a hundred thousand of those cost nothing.
Drills wait in the queue like everything else and are left out of every number here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select

from nlu.labels import Urgency
from storage.calls.spoken import SPOKEN
from storage.clocks.marks import OPEN, OVER
from storage.clocks.tables import clocks
from storage.clocks.today import (
    Acknowledged,
    Opened,
    acknowledged_today,
    counted,
    opened_today,
    seen,
)
from storage.queue import tables as queue_tables  # noqa: F401 - its indexes are what this file walks along
from storage.rows import TicketState
from storage.store import Store
from storage.tables import alarms, tickets

_WAITING = (TicketState.NEW.value, TicketState.REOPENED.value)
_HELD = (TicketState.ACKNOWLEDGED.value, TicketState.IN_PROGRESS.value)
OWED_WITHIN = timedelta(days=30)
"""How far back terms count that ran out on tickets which are over since."""
_WORST = 10
_MOST_BREACHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many open tickets there are of an urgency."""

    urgency: Urgency
    waiting: int
    oldest_at: datetime | None
    """Of those that nobody holds: when the first message of the oldest came."""
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCount:
    """How many terms of one name run out."""

    name: str
    amber: int
    """Less than a third of the time is left."""
    breached: int
    over: int
    """Ran out within 30 days on tickets that are over: the law's terms outlast a closed ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateClock:
    """One term that ran out."""

    number: str
    urgency: Urgency
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """All numbers of one moment."""

    standing: tuple[Standing, ...]
    unanswered: int
    """Held tickets whose reporter wrote last."""
    unanswered_since: datetime | None
    clocks: tuple[ClockCount, ...]
    late: tuple[LateClock, ...]
    """Of open tickets, the longest overdue first; at most ten."""
    rings: int
    rung_tickets: int
    opened: tuple[Opened, ...]
    acknowledged: tuple[Acknowledged, ...]


async def now_and_today(
    store: Store, *, now: datetime, day_began: datetime, hidden: Collection[str] = ()
) -> Now:
    """Return the numbers as of one moment; `day_began` is when the local day did.

    Tickets that are `hidden` from the reader are neither counted nor named: a number that falls
    when somebody takes one would tell that it is there.
    """

    def work(connection: Connection) -> Now:
        unanswered, since = _unanswered(connection, hidden)
        rings, rung_tickets = _rung(connection, day_began, hidden)
        return Now(
            standing=_standing(connection, hidden),
            unanswered=unanswered,
            unanswered_since=since,
            clocks=_clocks(connection, now, hidden),
            late=_late(connection, now, hidden),
            rings=rings,
            rung_tickets=rung_tickets,
            opened=opened_today(connection, day_began, hidden),
            acknowledged=acknowledged_today(connection, day_began, hidden),
        )

    return await store.db.read(work)


async def breached_lately(
    store: Store, *, now: datetime, within: timedelta, hidden: Collection[str] = ()
) -> tuple[LateClock, ...]:
    """Return the terms that ran out a short while ago and are still owed, the newest first."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            _with_ticket()
            .where(
                clocks.c.breached_at >= now - within,
                clocks.c.done_at.is_(None),
                clocks.c.ticket_id.not_in(hidden),
            )
            .order_by(clocks.c.breached_at.desc())
            .limit(_MOST_BREACHES)
        ).all()
    )
    return tuple(_late_clock(row) for row in rows)


def _standing(connection: Connection, hidden: Collection[str]) -> tuple[Standing, ...]:
    rows = connection.execute(
        select(
            tickets.c.state,
            tickets.c.urgency_rank,
            func.count().label("many"),
            func.min(tickets.c.first_message_at).label("oldest"),
        )
        .where(tickets.c.state.in_((*_WAITING, *_HELD)), *counted(hidden))
        .group_by(tickets.c.state, tickets.c.urgency_rank)
    ).all()

    def of(urgency: Urgency, states: tuple[str, ...]) -> list[Row[Any]]:
        return [row for row in rows if row.state in states and row.urgency_rank == urgency.rank]

    return tuple(
        Standing(
            urgency=urgency,
            waiting=sum(row.many for row in of(urgency, _WAITING)),
            oldest_at=min((row.oldest for row in of(urgency, _WAITING)), default=None),
            held=sum(row.many for row in of(urgency, _HELD)),
        )
        for urgency in Urgency
    )


def _unanswered(connection: Connection, hidden: Collection[str]) -> tuple[int, datetime | None]:
    row = connection.execute(
        select(
            func.count().label("many"), func.min(tickets.c.last_reporter_at).label("since")
        ).where(
            tickets.c.state.in_(_HELD),
            tickets.c.channel.not_in(SPOKEN),
            *counted(hidden),
            or_(
                tickets.c.last_operator_at.is_(None),
                tickets.c.last_reporter_at > tickets.c.last_operator_at,
            ),
        )
    ).one()
    return row.many, row.since


def _clocks(
    connection: Connection, now: datetime, hidden: Collection[str]
) -> tuple[ClockCount, ...]:
    is_seen = seen(clocks.c.ticket_id, hidden)
    late = case((clocks.c.due_at <= now, 1), else_=0)
    counted = connection.execute(
        select(clocks.c.name, func.count().label("many"), func.sum(late).label("breached"))
        .where(clocks.c.state == OPEN, clocks.c.amber_at <= now, *is_seen)
        .group_by(clocks.c.name)
    ).all()
    is_owed = case((clocks.c.state == OVER, 1), else_=0)  # as a condition: those of all times
    over = connection.execute(
        select(clocks.c.name, func.sum(is_owed).label("many"))
        .where(clocks.c.breached_at >= now - OWED_WITHIN, *is_seen)
        .group_by(clocks.c.name)
    ).all()
    open_ = {row.name: row for row in counted}
    owed = {row.name: row.many for row in over}
    return tuple(
        ClockCount(
            name=name,
            amber=open_[name].many - open_[name].breached if name in open_ else 0,
            breached=open_[name].breached if name in open_ else 0,
            over=owed.get(name, 0),
        )
        for name in sorted(open_.keys() | owed.keys())
    )


def _late(connection: Connection, now: datetime, hidden: Collection[str]) -> tuple[LateClock, ...]:
    rows = connection.execute(
        _with_ticket()
        .where(
            clocks.c.state == OPEN,
            clocks.c.amber_at <= now,
            clocks.c.due_at <= now,
            clocks.c.ticket_id.not_in(hidden),
        )
        .order_by(clocks.c.due_at)
        .limit(_WORST)
    )
    return tuple(_late_clock(row) for row in rows)


def _with_ticket() -> Any:
    return select(tickets.c.number, tickets.c.urgency, clocks.c.name, clocks.c.due_at).join(
        tickets, tickets.c.id == clocks.c.ticket_id
    )


def _late_clock(row: Row[Any]) -> LateClock:
    return LateClock(
        number=row.number, urgency=Urgency(row.urgency), name=row.name, due_at=row.due_at
    )


def _rung(connection: Connection, day_began: datetime, hidden: Collection[str]) -> tuple[int, int]:
    row = connection.execute(
        select(func.count().label("rings"), func.count(alarms.c.ticket_id.distinct()).label("many"))
        .join(tickets, tickets.c.id == alarms.c.ticket_id)
        .where(alarms.c.decided_at >= day_began, *counted(hidden))
    ).one()
    return row.rings, row.many
