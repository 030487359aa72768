"""What becomes of the tickets of somebody who leaves, or who may not work on them any more.

A ticket held by nobody real is the worst one: no alarm, no bot, and it looks taken.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from storage.alarm.alarms import call_somebody, stop_alarm
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations, tickets
from storage.tickets.rows import HELD_STATES, change, lock_within_talk, record


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidDown:
    """What was taken from a user in a transaction, for its events."""

    released: tuple[TicketRow, ...]
    talks: tuple[TicketRow, ...]
    """Tickets of somebody else in whose talks the user wrote: the bot answers there again."""


def lay_down(connection: Connection, user_id: str, *, now: datetime) -> LaidDown:
    """Free every ticket and talk of a user: critical tickets ring again, the bot speaks again.

    Locks conversations and tickets, all before the chain: the caller appends its events later.
    """
    held = tickets.c.holder_id.is_not(None) & (tickets.c.holder_id == user_id)
    found = connection.execute(
        select(tickets.c.id, tickets.c.conversation_id, conversations.c.held_by)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .where(or_(held & tickets.c.state.in_(HELD_STATES), conversations.c.held_by == user_id))
        .order_by(tickets.c.conversation_id, tickets.c.opened_at)
        .with_for_update(of=conversations)
    ).all()
    released, talks = [], []
    for row in found:
        ticket = lock_within_talk(connection, row.id)
        if ticket.holder_id == user_id and ticket.state in HELD_STATES:
            released.append(_release(connection, ticket, now))
        elif row.held_by == user_id:
            talks.append(ticket)
    touched = {ticket.conversation_id for ticket in (*released, *talks)}
    connection.execute(
        update(conversations)
        .where(or_(conversations.c.held_by == user_id, conversations.c.id.in_(touched)))
        .values(held_by=None)
    )
    return LaidDown(released=tuple(released), talks=tuple(talks))


def record_laid_down(
    connection: Connection,
    store: Store,
    laid_down: LaidDown,
    *,
    user_id: str,
    actor_id: str,
    now: datetime,
) -> None:
    """Append one event for each ticket and talk, among the last statements of the transaction."""
    for ticket in laid_down.released:
        record(
            connection, store, "ticket_released", ticket, user_id=actor_id, now=now,
            detail={"holder": user_id, "why": "holder_left"},
        )  # fmt: skip
    for ticket in laid_down.talks:
        record(
            connection, store, "talk_handed_back", ticket, user_id=actor_id, now=now,
            detail={"holder": user_id, "why": "holder_left"},
        )  # fmt: skip


def _release(connection: Connection, ticket: TicketRow, now: datetime) -> TicketRow:
    after = change(
        connection, ticket.id, state=TicketState.NEW, holder_id=None, acknowledged_at=None
    )
    stop_alarm(connection, ticket.id, now=now)
    call_somebody(connection, after, now=now)
    return after
