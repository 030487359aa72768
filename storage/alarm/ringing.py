"""What the alarm must know of a ticket that rings; read before deciding.py decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, literal, select

from nlu.labels import Urgency
from storage.alarm.alarms import GRAVER, SILENCE
from storage.drills.drill_marks import is_drill_talk
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


async def ringing(store: Store, ticket_id: str) -> Ringing | None:
    """Return a ticket as its alarm sees it; None for an unknown one."""
    return await store.db.read(lambda connection: _ringing(connection, ticket_id))


def _ringing(connection: Connection, ticket_id: str) -> Ringing | None:
    row = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
    if row is None:
        return None
    first_silence_step, unanswered_since = _first_unanswered(connection, row)
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
        unanswered_since=unanswered_since,
        first_silence_step=first_silence_step,
        rings_holder=_rings_holder(connection, ticket_id),
        is_drill=_is_drill(connection, row.conversation_id),
    )


def _first_unanswered(
    connection: Connection, ticket: Row[Any]
) -> tuple[int | None, datetime | None]:
    """Look only at messages that a timer watches: a live location's steps need no answer."""
    watched = (
        select(timers.c.step, inbox.c.received_at)
        .join(inbox, inbox.c.id == timers.c.step)
        .where(
            timers.c.kind == SILENCE, timers.c.subject == ticket.id, timers.c.settled_at.is_(None)
        )
        .order_by(timers.c.step)
        .limit(1)
    )
    if ticket.last_operator_at is not None:
        watched = watched.where(inbox.c.received_at > ticket.last_operator_at)
    row = connection.execute(watched).first()
    return (row.step, row.received_at) if row else (None, None)


def _is_drill(connection: Connection, conversation_id: str) -> bool:
    asked = select(is_drill_talk(literal(conversation_id)))
    return bool(connection.execute(asked).scalar())


def _rings_holder(connection: Connection, ticket_id: str) -> bool:
    found = select(timers.c.id).where(
        timers.c.kind == GRAVER, timers.c.subject == ticket_id, timers.c.settled_at.is_(None)
    )
    return connection.execute(found.limit(1)).first() is not None
