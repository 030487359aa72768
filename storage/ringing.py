"""What the alarm must know of a ticket that rings; read before storage/alarms.py decides."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from nlu.labels import Urgency
from storage.alarms import SILENCE
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
    """When the reporter wrote the first message that no operator has answered."""
    first_silence_step: int | None
    """The oldest timer that watches this ticket's holder; the others leave the ringing to it."""


async def ringing(store: Store, ticket_id: str) -> Ringing | None:
    """Return a ticket as its alarm sees it; None for an unknown one."""
    return await store.db.read(lambda connection: _ringing(connection, ticket_id))


def _ringing(connection: Connection, ticket_id: str) -> Ringing | None:
    row = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
    if row is None:
        return None
    unanswered = select(func.min(inbox.c.received_at)).where(
        inbox.c.conversation_id == row.conversation_id
    )
    if row.last_operator_at is not None:
        unanswered = unanswered.where(inbox.c.received_at > row.last_operator_at)
    watching = select(func.min(timers.c.step)).where(
        timers.c.kind == SILENCE, timers.c.subject == ticket_id, timers.c.settled_at.is_(None)
    )
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
        unanswered_since=connection.execute(unanswered).scalar(),
        first_silence_step=connection.execute(watching).scalar(),
    )
