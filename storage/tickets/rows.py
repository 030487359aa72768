"""What the ticket functions share: mapping rows, locking, and one event for each change."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from nlu.labels import Danger, Intent, Urgency
from storage import events
from storage.database import ring
from storage.errors import NotFound, StorageError
from storage.keys.sealing import seal_text
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations, tickets

WAITING_STATES = (TicketState.NEW, TicketState.REOPENED)
"""Nobody holds these: they wait to be claimed."""
HELD_STATES = (TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS)
ENDED_STATES = (TicketState.CLOSED, TicketState.DISMISSED)
"""A reporter's message reopens these within 30 days."""


class TicketError(StorageError):
    """A change of a ticket is refused.

    TicketError
    ├── IllegalMove         the state does not allow it
    ├── ReasonMissing       this change needs a reason
    └── SecondPersonNeeded  a critical one is lowered by two people (storage/learning/lowering.py)
    """


class IllegalMove(TicketError):
    """The ticket's state does not allow this move."""

    def __init__(self, state: TicketState, to: TicketState) -> None:
        super().__init__(f"{state.value} to {to.value}")
        self.state = state
        self.to = to


class ReasonMissing(TicketError):
    """This change needs a reason."""


class SecondPersonNeeded(TicketError):
    """Nobody lowers a critical ticket alone."""


_LOCKED = select(tickets).where(tickets.c.id == bindparam("ticket")).with_for_update()


def facts_context(ticket_id: str) -> str:
    """Bind sealed facts to their ticket."""
    return f"ticket:{ticket_id}:facts"


def to_ticket(row: Row[Any], facts: Mapping[str, Any] | None = None) -> TicketRow:
    """Map a row of `tickets`; facts stay sealed unless they are given."""
    return TicketRow(
        id=row.id,
        number=row.number,
        conversation_id=row.conversation_id,
        channel=row.channel,
        kind=Intent(row.kind),
        urgency=Urgency(row.urgency),
        danger=Danger(row.danger) if row.danger else None,
        state=TicketState(row.state),
        commune_code=row.commune_code,
        holder_id=row.holder_id,
        opened_at=row.opened_at,
        first_message_at=row.first_message_at,
        acknowledged_at=row.acknowledged_at,
        closed_at=row.closed_at,
        last_reporter_at=row.last_reporter_at,
        last_operator_at=row.last_operator_at,
        needs_human=row.needs_human,
        facts=facts or {},
    )


def read(connection: Connection, ticket_id: str) -> TicketRow:
    """Return a ticket as it is now; raises `NotFound`."""
    row = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
    if row is None:
        raise NotFound
    return to_ticket(row)


def lock(connection: Connection, ticket_id: str) -> TicketRow:
    """Lock a ticket for a change; its conversation first, as every turn of the road does."""
    conversation_id = read(connection, ticket_id).conversation_id
    connection.execute(
        select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update()
    )
    return lock_within_talk(connection, ticket_id)


def lock_within_talk(connection: Connection, ticket_id: str) -> TicketRow:
    """Lock a ticket whose conversation is locked already."""
    return to_ticket(connection.execute(_LOCKED, {"ticket": ticket_id}).one())


def change(connection: Connection, ticket_id: str, **values: Any) -> TicketRow:
    """Write columns and return the ticket as it is then."""
    new = {f"new_{name}": value for name, value in values.items()}
    row = connection.execute(_changing(tuple(values)), {"ticket": ticket_id, **new}).one()
    return to_ticket(row)


@cache
def _changing(names: tuple[str, ...]) -> Any:
    """Build an update of some columns once: it is written for nearly every message."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return (
        update(tickets).where(tickets.c.id == bindparam("ticket")).values(**new).returning(tickets)
    )


def give_back_talk(connection: Connection, ticket: TicketRow) -> None:
    """Let the bot answer again: nobody is left who would."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == ticket.conversation_id)
        .values(held_by=None)
    )


async def seal_note(store: Store, ticket_id: str, text: str) -> bytes | None:
    """Seal a note or a reason with the ticket's key; None for no words."""
    if not text.strip():
        return None
    keys = await store.vault.keys([ticket_id])
    if ticket_id not in keys:
        raise NotFound
    return seal_text(keys[ticket_id], text.strip(), events.note_context(ticket_id))


def record(
    connection: Connection,
    store: Store,
    kind: str,
    ticket: TicketRow,
    *,
    user_id: str | None,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    note_sealed: bytes | None = None,
) -> int:
    """Append the one event of a change, as the last statement, and ring who looks at the talk."""
    ring(connection, f"conversation:{ticket.conversation_id}")
    return events.append(
        connection,
        store.vault,
        kind=kind,
        at=now,
        ticket_id=ticket.id,
        actor_id=user_id,
        detail={
            "number": ticket.number,
            "urgency": ticket.urgency.value,
            "state": ticket.state.value,
            **(detail or {}),
        },
        note_sealed=note_sealed,
    )


def tell_desk(
    connection: Connection,
    store: Store,
    kind: str,
    ticket: TicketRow,
    *,
    now: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Append what the machine noticed of a ticket: a term that ran out, a reporter's silence."""
    events.append(
        connection,
        store.vault,
        kind=kind,
        at=now,
        ticket_id=ticket.id,
        detail={
            "number": ticket.number,
            "urgency": ticket.urgency.value,
            "commune": ticket.commune_code,
            **detail,
        },
    )
