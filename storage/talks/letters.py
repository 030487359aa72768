"""Dead letters and doubtful sends: what people must look at (thư không gửi được)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from storage.alarm.alarms import ACKNOWLEDGED, SUPERSEDED
from storage.rows import Lane, OutboxState
from storage.store import Store
from storage.tables import outbox, tickets
from storage.talks.holding import TOO_LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A send that failed for good, or that nobody knows the end of."""

    id: int
    channel: str
    conversation_id: str | None
    ticket_number: str | None
    lane: Lane
    state: OutboxState
    attempts: int
    doubts: int
    error: str
    created_at: datetime


async def dead_letters(store: Store, *, limit: int = 200) -> tuple[DeadLetter, ...]:
    """Return dead and doubtful sends, newest first.

    Alarms that were stopped because somebody took the ticket are none, nor are calls that a later
    tier took over and knocks that came too late: nobody misses them.
    """
    return await store.db.read(lambda connection: _dead_letters(connection, limit))


def _dead_letters(connection: Connection, limit: int) -> tuple[DeadLetter, ...]:
    number = (
        select(tickets.c.number)
        .where(tickets.c.conversation_id == outbox.c.conversation_id)
        .order_by(tickets.c.opened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(outbox, number.label("ticket_number"))
        .where(
            or_(outbox.c.state == OutboxState.DEAD, outbox.c.doubts > 0),
            outbox.c.test_ring_id.is_(None),  # a test shows its own outcome
            outbox.c.error.is_distinct_from(ACKNOWLEDGED),
            outbox.c.error.is_distinct_from(SUPERSEDED),
            outbox.c.error.is_distinct_from(TOO_LATE),
        )
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return tuple(
        DeadLetter(
            id=row.id,
            channel=row.channel,
            conversation_id=row.conversation_id,
            ticket_number=row.ticket_number,
            lane=Lane(row.lane),
            state=OutboxState(row.state),
            attempts=row.attempts,
            doubts=row.doubts,
            error=row.error or "",
            created_at=row.created_at,
        )
        for row in rows
    )
