"""What the alarm must know of a ticket that rings; read before deciding.py decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from nlu.labels import Urgency
from storage.alarm.alarms import GRAVER, SILENCE
from storage.drills.drill_marks import drills_among
from storage.rows import TicketState
from storage.store import Store
from storage.tables import inbox, tickets, timers

_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """A ticket as its alarm sees it."""

    ticket_id: str
    number: str
    conversation_id: str
    channel: str
    urgency: Urgency
    is_life_in_minutes: bool
    commune_code: str | None
    holder_id: str | None
    is_over: bool
    """Resolved, closed or dismissed: nothing rings."""
    acknowledged_at: datetime | None
    last_reporter_at: datetime | None
    unanswered_since: datetime | None
    """When the first message came that the holder is watched for and no operator has answered."""
    first_silence_step: int | None
    """The timer of that message; the others leave the ringing to it."""
    rings_holder: bool
    """It became graver while it is held, and no operator has acted since."""
    is_drill: bool
    """It rings as a real one does, and says what it is."""


_TICKETS = select(tickets).where(tickets.c.id.in_(bindparam("ids", expanding=True)))
_WATCHED = (
    select(timers.c.subject, timers.c.step, inbox.c.received_at)
    .join(inbox, inbox.c.id == timers.c.step)
    .join(tickets, tickets.c.id == timers.c.subject)
    .where(
        timers.c.kind == SILENCE,
        timers.c.subject.in_(bindparam("ids", expanding=True)),
        timers.c.settled_at.is_(None),
        or_(
            tickets.c.last_operator_at.is_(None),
            inbox.c.received_at > tickets.c.last_operator_at,
        ),
    )
    .order_by(timers.c.step.desc())  # the last one that is put in is the first message
)
"""Unanswered messages, those alone that a timer watches: a live location's steps need no answer."""
_GRAVER = select(timers.c.subject).where(
    timers.c.kind == GRAVER,
    timers.c.subject.in_(bindparam("ids", expanding=True)),
    timers.c.settled_at.is_(None),
)


async def ringing(store: Store, ticket_id: str) -> Ringing | None:
    """Return a ticket as its alarm sees it; None for an unknown one."""
    return (await ringing_among(store, (ticket_id,))).get(ticket_id)


async def ringing_among(store: Store, ticket_ids: Collection[str]) -> Mapping[str, Ringing]:
    """Return tickets as their alarms see them, by id: as many statements for many as for one."""
    return await store.db.read(lambda connection: _ringing(connection, tuple(ticket_ids)))


def _ringing(connection: Connection, ticket_ids: tuple[str, ...]) -> dict[str, Ringing]:
    ids = {"ids": ticket_ids}
    rows = connection.execute(_TICKETS, ids).all()
    unanswered = {row.subject: row for row in connection.execute(_WATCHED, ids)}
    graver = frozenset(connection.execute(_GRAVER, ids).scalars())
    drilled = drills_among(connection, ticket_ids)
    return {
        row.id: _seen(
            row,
            unanswered.get(row.id),
            rings_holder=row.id in graver,
            is_drill=row.id in drilled,
        )
        for row in rows
    }


def _seen(row: Row[Any], unanswered: Any, *, rings_holder: bool, is_drill: bool) -> Ringing:
    return Ringing(
        ticket_id=row.id,
        number=row.number,
        conversation_id=row.conversation_id,
        channel=row.channel,
        urgency=Urgency(row.urgency),
        is_life_in_minutes=row.danger is not None,
        commune_code=row.commune_code,
        holder_id=row.holder_id,
        is_over=row.state in _OVER,
        acknowledged_at=row.acknowledged_at,
        last_reporter_at=row.last_reporter_at,
        unanswered_since=unanswered.received_at if unanswered else None,
        first_silence_step=unanswered.step if unanswered else None,
        rings_holder=rings_holder,
        is_drill=is_drill,
    )
