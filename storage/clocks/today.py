"""Today (hôm nay): what was opened since the local midnight, and how fast somebody came."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from nlu.labels import Urgency
from storage.drills.drill_marks import is_drill_talk
from storage.tables import events as event_table
from storage.tables import tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many tickets of one kind, urgency and channel were opened."""

    kind: str
    urgency: Urgency
    channel: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A ticket of today that somebody took."""

    urgency: Urgency
    seconds: float
    """From its opening to the first claim."""


def counted(hidden: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `tickets` of what is counted: no drill, nothing hidden."""
    return (~is_drill_talk(tickets.c.conversation_id), *seen(tickets.c.id, hidden))


def seen(ticket_id: ColumnElement[str], hidden: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a ticket is not hidden from the reader; nearly always none."""
    return (ticket_id.not_in(hidden),) if hidden else ()


def opened_today(
    connection: Connection, day_began: datetime, hidden: Collection[str]
) -> tuple[Opened, ...]:
    """Count what was opened since then, kind by kind."""
    alike = (tickets.c.kind, tickets.c.urgency_rank, tickets.c.channel)
    rows = connection.execute(
        select(*alike, func.count().label("many"))
        .where(tickets.c.opened_at >= day_began, *counted(hidden))
        .group_by(*alike)
    )
    by_rank = {urgency.rank: urgency for urgency in Urgency}
    return tuple(
        Opened(
            kind=row.kind,
            urgency=by_rank[row.urgency_rank],
            channel=row.channel,
            count=row.many,
        )
        for row in rows
    )


def acknowledged_today(
    connection: Connection, day_began: datetime, hidden: Collection[str]
) -> tuple[Acknowledged, ...]:
    """Ask ticket by ticket of today, so that the walk is along the ticket's own events.

    The kind stands in the CASE: as a condition it would lead to the claims of all times.
    """
    claimed = case((event_table.c.kind == "ticket_claimed", event_table.c.at))
    claimed_at = (
        select(func.min(claimed)).where(event_table.c.ticket_id == tickets.c.id).scalar_subquery()
    )
    rows = connection.execute(
        select(tickets.c.urgency, tickets.c.opened_at, claimed_at.label("claimed_at")).where(
            tickets.c.opened_at >= day_began, *counted(hidden)
        )
    )
    return tuple(
        Acknowledged(
            urgency=Urgency(row.urgency),
            seconds=max(0.0, (row.claimed_at - row.opened_at).total_seconds()),
        )
        for row in rows
        if row.claimed_at is not None
    )
