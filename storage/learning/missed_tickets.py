"""A ticket that a reader opens for a talk that the machine let pass (bỏ sót).

It goes by the ordinary road: the talk is locked, an open ticket is kept rather than doubled, a
critical one rings. What the machine made of the message stays beside it as a lesson.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from nlu.labels import Intent, Urgency
from storage.database import new_id
from storage.keys.sealing import Key, seal_json
from storage.keys.vault import KeyKind
from storage.learning.corrections import note_correction
from storage.learning.readings import Answer, Reading, settle, tell
from storage.rows import TicketChange, TicketRow
from storage.store import Store
from storage.tables import conversations, inbox, tickets
from storage.tickets import ReasonMissing, facts_context, open_ticket, ticket_of
from storage.tickets.rows import record, seal_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What the reader says, and what the machine had made of it."""

    change: TicketChange
    inbox_id: int | None
    """The message that the machine let pass."""
    machine_kind: Intent
    machine_urgency: Urgency
    reason: str = field(repr=False)


async def open_missed(
    store: Store, reading: Reading, missed: Missed, *, user_id: str, now: datetime
) -> TicketRow | None:
    """Open the ticket and answer the reading, both or neither; None: somebody answered before.

    A talk that has got a ticket meanwhile keeps it. Raises `ReasonMissing`.
    """
    ticket_id = new_id()
    key = (await store.vault.create({ticket_id: KeyKind.TICKET}))[ticket_id]
    sealed = await seal_note(store, ticket_id, missed.reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow | None:
        talk = connection.execute(
            select(conversations.c.channel)
            .where(conversations.c.id == reading.conversation_id)
            .with_for_update()
        ).one()
        found = ticket_of(connection, reading.conversation_id, now=now)
        kept = found if found is not None and found.closed_at is None else None
        ticket = kept or _open(connection, reading, missed, ticket_id, key, talk.channel, now)
        said = Answer.MISSED
        if not settle(connection, reading.id, said, ticket_id=ticket.id, user_id=user_id, now=now):
            raise _Answered
        if kept is None:
            _tell_opened(connection, store, ticket, missed, sealed, user_id, now)
        tell(connection, store, reading.id, said, user_id=user_id, now=now)
        return ticket

    try:
        return await store.db.transaction(work)
    except _Answered:
        return None


class _Answered(Exception):
    """Rolls the new ticket back."""


def _open(
    connection: Connection,
    reading: Reading,
    missed: Missed,
    ticket_id: str,
    key: Key,
    channel: str,
    now: datetime,
) -> TicketRow:
    facts = {**missed.change.facts, "reasons": [dict(each) for each in missed.change.reasons]}
    return open_ticket(
        connection,
        ticket_id=ticket_id,
        conversation_id=reading.conversation_id,
        channel=channel,
        change=missed.change,
        facts_sealed=seal_json(key, facts, facts_context(ticket_id)),
        first_message_at=_said_at(connection, missed.inbox_id) or now,
        now=now,
        previous_id=_previous(connection, reading.conversation_id),
    )


def _said_at(connection: Connection, inbox_id: int | None) -> datetime | None:
    """Legal clocks start with the message, not with its reader (design §5)."""
    asked = select(inbox.c.sent_at).where(inbox.c.id == inbox_id)
    found: datetime | None = connection.execute(asked).scalar()
    return found


def _previous(connection: Connection, conversation_id: str) -> str | None:
    asked = (
        select(tickets.c.id)
        .where(tickets.c.conversation_id == conversation_id)
        .order_by(tickets.c.opened_at.desc())
        .limit(1)
    )
    found: str | None = connection.execute(asked).scalar()
    return found


def _tell_opened(
    connection: Connection,
    store: Store,
    ticket: TicketRow,
    missed: Missed,
    sealed: bytes,
    user_id: str,
    now: datetime,
) -> None:
    record(
        connection, store, "ticket_opened", ticket,
        user_id=user_id, now=now, note_sealed=sealed,
        detail={
            "kind": ticket.kind.value,
            "inbox_id": missed.inbox_id,
            "machine": dict(missed.change.machine),
            "reasons": [f"{each['layer']}:{each['code']}" for each in missed.change.reasons],
        },
    )  # fmt: skip
    machine = replace(ticket, kind=missed.machine_kind, urgency=missed.machine_urgency)
    note_correction(connection, machine, ticket, user_id=user_id, now=now)
