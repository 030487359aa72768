"""Passing a ticket on to a person or a role, with a note (chuyển phiếu).

The holder keeps the ticket until somebody accepts it: it is never held by nobody on the way. An
offer stands while its holder holds the ticket; what ends the holding ends the offer with it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, or_, select, update

from nlu.labels import Urgency
from storage.alarm.alarms import watch_silence
from storage.errors import NotFound
from storage.queue.tables import transfers
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations, tickets, users
from storage.tickets.rows import (
    HELD_STATES,
    IllegalMove,
    ReasonMissing,
    change,
    lock,
    record,
    seal_note,
)


class Outcome(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    GIVEN_BACK = "given_back"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A ticket that waits to be accepted."""

    id: int
    ticket_id: str
    number: str
    urgency: Urgency
    offered_by: str
    """Who holds it."""
    to_user_id: str | None
    to_role: str | None
    offered_at: datetime

    def is_to(self, user_id: str, role: str) -> bool:
        """Whether somebody may accept it; not the one who holds it."""
        return self.offered_by != user_id and (self.to_user_id == user_id or self.to_role == role)


async def offer(
    store: Store,
    ticket_id: str,
    *,
    to_user_id: str | None = None,
    to_role: str | None = None,
    note: str,
    user_id: str,
    now: datetime,
) -> TicketRow:
    """Offer a held ticket; an offer before it lapses. Raises `IllegalMove`, `ReasonMissing`.

    Raises `NotFound` for a person who has left.
    """
    sealed = await seal_note(store, ticket_id, note)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow:
        ticket = _held(connection, ticket_id)
        if to_user_id is not None:
            _must_be_active(connection, to_user_id)
        _settle(connection, ticket_id, Outcome.LAPSED, user_id, now)
        connection.execute(
            transfers.insert().values(
                ticket_id=ticket_id, offered_by=ticket.holder_id, to_user_id=to_user_id,
                to_role=to_role, offered_at=now,
            )
        )  # fmt: skip
        detail = {"to": to_user_id or to_role}
        record(
            connection, store, "transfer_offered", ticket,
            user_id=user_id, now=now, detail=detail, note_sealed=sealed,
        )  # fmt: skip
        return ticket

    return await store.db.transaction(work)


async def accept(
    store: Store, ticket_id: str, *, user_id: str, role: str, now: datetime
) -> TicketRow | None:
    """Take over a ticket that was offered; None: there is no such offer any more.

    The reporter's talk goes with it, and so does the clock of an unanswered message.
    """

    def work(connection: Connection) -> TicketRow | None:
        ticket = lock(connection, ticket_id)
        _must_be_active(connection, user_id)
        found = _standing_offer(connection, ticket_id)
        if found is None or not found.is_to(user_id, role):
            return None
        _settle(connection, ticket_id, Outcome.ACCEPTED, user_id, now)
        after = change(connection, ticket_id, holder_id=user_id)
        connection.execute(
            update(conversations)
            .where(
                conversations.c.id == ticket.conversation_id,
                conversations.c.held_by == found.offered_by,
            )
            .values(held_by=user_id)
        )
        if after.urgency is Urgency.CRITICAL:
            watch_silence(connection, ticket_id, after.conversation_id, now)
        detail = {"holder": found.offered_by}
        record(
            connection, store, "transfer_accepted", after, user_id=user_id, now=now, detail=detail
        )
        return after

    return await store.db.transaction(work)


async def give_back(
    store: Store, ticket_id: str, *, note: str, user_id: str, role: str, now: datetime
) -> bool:
    """Say no to an offer, with a reason; the holder goes on. Raises `ReasonMissing`."""
    sealed = await seal_note(store, ticket_id, note)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        found = _standing_offer(connection, ticket_id)
        if found is None or not found.is_to(user_id, role):
            return False
        _settle(connection, ticket_id, Outcome.GIVEN_BACK, user_id, now)
        record(
            connection, store, "transfer_given_back", ticket,
            user_id=user_id, now=now, note_sealed=sealed,
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


async def withdraw(store: Store, ticket_id: str, *, user_id: str, now: datetime) -> bool:
    """Take an offer back before anybody accepted it."""

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        if _standing_offer(connection, ticket_id) is None:
            return False
        _settle(connection, ticket_id, Outcome.WITHDRAWN, user_id, now)
        record(connection, store, "transfer_withdrawn", ticket, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def offer_of(store: Store, ticket_id: str) -> Offer | None:
    """Return the offer of a ticket that stands."""
    return await store.db.read(lambda connection: _standing_offer(connection, ticket_id))


async def offers(store: Store) -> tuple[Offer, ...]:
    """Return every offer that stands, the oldest first; there are few."""
    found = await store.db.read(lambda connection: connection.execute(_STANDING).all())
    return tuple(_to_offer(row) for row in found)


def _standing(*which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(transfers, tickets.c.number, tickets.c.urgency)
        .join(tickets, tickets.c.id == transfers.c.ticket_id)
        .where(
            transfers.c.settled_at.is_(None),
            tickets.c.holder_id == transfers.c.offered_by,
            tickets.c.state.in_(HELD_STATES),
            or_(
                tickets.c.acknowledged_at.is_(None),
                tickets.c.acknowledged_at <= transfers.c.offered_at,
            ),
            *which,
        )
        .order_by(transfers.c.offered_at)
    )


_STANDING = _standing()
_STANDING_OFFER = _standing(transfers.c.ticket_id == bindparam("ticket"))


def _standing_offer(connection: Connection, ticket_id: str) -> Offer | None:
    row = connection.execute(_STANDING_OFFER, {"ticket": ticket_id}).first()
    return _to_offer(row) if row else None


def _to_offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        ticket_id=row.ticket_id,
        number=row.number,
        urgency=Urgency(row.urgency),
        offered_by=row.offered_by,
        to_user_id=row.to_user_id,
        to_role=row.to_role,
        offered_at=row.offered_at,
    )


def _held(connection: Connection, ticket_id: str) -> TicketRow:
    ticket = lock(connection, ticket_id)
    if ticket.state not in HELD_STATES:
        raise IllegalMove(ticket.state, TicketState.ACKNOWLEDGED)
    return ticket


def _must_be_active(connection: Connection, user_id: str) -> None:
    """Refuse who has left, and let nobody leave before this is committed."""
    is_active = connection.execute(
        select(users.c.is_active).where(users.c.id == user_id).with_for_update(read=True)
    ).scalar()
    if not is_active:
        raise NotFound


def _settle(
    connection: Connection, ticket_id: str, outcome: Outcome, user_id: str, now: datetime
) -> None:
    connection.execute(
        update(transfers)
        .where(transfers.c.ticket_id == ticket_id, transfers.c.settled_at.is_(None))
        .values(settled_at=now, settled_by=user_id, outcome=outcome)
    )
