"""Who was rung for a ticket, when, by which way, and what came of each send (chuông báo)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.alarm.alarms import ACKNOWLEDGED, ROUND
from storage.rows import OutboxState
from storage.store import Store
from storage.tables import alarms, outbox
from storage.telephone.alarm_tables import alarm_calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One ring to one recipient by one way."""

    at: datetime
    tier: int
    """Of the plan: 0 is the first."""
    recipient: str
    """A user's id, or the name of a place that rings for all."""
    way: str
    state: str
    """`shown` in the console; else `pending`, `sending`, `sent`, `doubtful`, `stopped`, `dead`.

    Of a telephone what came of the call (`storage.telephone.alarm_calls`), once it is known.
    """


_RUNG = (
    select(alarms, outbox.c.state, outbox.c.error, outbox.c.doubts, alarm_calls.c.outcome)
    .outerjoin(outbox, outbox.c.alarm_id == alarms.c.id)
    .outerjoin(alarm_calls, alarm_calls.c.alarm_id == alarms.c.id)
    .where(alarms.c.ticket_id == bindparam("ticket"))
    .order_by(alarms.c.id.desc())
)


async def rings_of_ticket(store: Store, ticket_id: str) -> tuple[Rung, ...]:
    """Return every ring of a ticket, newest first."""
    return await store.db.read(lambda connection: _rings(connection, ticket_id))


def _rings(connection: Connection, ticket_id: str) -> tuple[Rung, ...]:
    rows = connection.execute(_RUNG, {"ticket": ticket_id})
    return tuple(
        Rung(
            at=row.decided_at,
            tier=row.tier % ROUND,
            recipient=row.recipient,
            way=row.way,
            state=row.outcome or _state(row.state, row.error, row.doubts),
        )
        for row in rows
    )


def _state(state: str | None, error: str | None, doubts: int | None) -> str:
    if state is None:
        return "shown"
    if state == OutboxState.DEAD and error == ACKNOWLEDGED:
        return "stopped"
    if state in (OutboxState.PENDING, OutboxState.SENDING) and doubts:
        return "doubtful"
    return state
