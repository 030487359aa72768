"""The lines of a ticket (đường liên lạc): the conversations in which its reporter wrote.

`tickets.conversation_id` is the one that people answer on; the others stand in `ticket_lines`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.codes.tables import ticket_lines
from storage.database import insert_new
from storage.rows import TicketRow
from storage.store import Store
from storage.tables import conversations, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One conversation of a ticket."""

    conversation_id: str
    channel: str


_OTHERS = (
    select(conversations.c.id, conversations.c.channel)
    .join(ticket_lines, ticket_lines.c.conversation_id == conversations.c.id)
    .where(
        ticket_lines.c.ticket_id == bindparam("ticket"),
        conversations.c.id != bindparam("talk"),
    )
    .order_by(ticket_lines.c.since)
)


async def lines_of(store: Store, ticket: TicketRow) -> tuple[Line, ...]:
    """Return every line of a ticket, the one that people answer on last."""
    wanted = {"ticket": ticket.id, "talk": ticket.conversation_id}
    others = await store.db.read(lambda connection: connection.execute(_OTHERS, wanted).all())
    return (
        *(Line(conversation_id=row.id, channel=row.channel) for row in others),
        Line(conversation_id=ticket.conversation_id, channel=ticket.channel),
    )


async def tickets_on(store: Store, conversation_id: str) -> frozenset[str]:
    """Return the ids of all tickets that a conversation belongs to."""
    asked = select(tickets.c.id).where(tickets.c.conversation_id == conversation_id)
    tied = select(ticket_lines.c.ticket_id).where(ticket_lines.c.conversation_id == conversation_id)
    found = await store.db.read(
        lambda connection: connection.execute(asked.union(tied)).scalars().all()
    )
    return frozenset(found)


def follow(
    connection: Connection, ticket: TicketRow, conversation_id: str, *, now: datetime
) -> TicketRow:
    """Let people answer on the line that the reporter writes on now; its row must be locked.

    An operator who held the talk holds it here: the bot is silent where somebody answers.
    """
    left, found = (_talk(connection, one) for one in (ticket.conversation_id, conversation_id))
    for one in (left.id, found.id):
        tied = {"conversation_id": one, "ticket_id": ticket.id, "since": now}
        insert_new(connection, ticket_lines, tied)
    if left.held_by is not None:
        _hold(connection, left.id, None)
        _hold(connection, found.id, found.held_by or left.held_by)
    connection.execute(
        update(tickets)
        .where(tickets.c.id == ticket.id)
        .values(conversation_id=found.id, channel=found.channel)
    )
    return replace(ticket, conversation_id=found.id, channel=found.channel)


def _talk(connection: Connection, conversation_id: str) -> Any:
    return connection.execute(
        select(conversations.c.id, conversations.c.channel, conversations.c.held_by).where(
            conversations.c.id == conversation_id
        )
    ).one()


def _hold(connection: Connection, conversation_id: str, user_id: str | None) -> None:
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(held_by=user_id)
    )
