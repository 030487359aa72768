"""Who is kept from a ticket (không được xem phiếu), because the report may be about them.

Kept at once, by the machine or by one supervisor; lifted only by two. Whoever is kept away learns
nothing of it: for them there is no such ticket, nor another one of the same talk. What is kept is
decided in storage/safeguarding/keeping.py.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from storage.alarm.alarms import call_somebody, stop_alarm
from storage.database import insert_into
from storage.errors import Changed, NotFound, OwnWords
from storage.rows import TicketRow, TicketState
from storage.safeguarding.keeping import is_open_to, kept_talks, kept_tickets, kept_users
from storage.safeguarding.tables import kept_from
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import (
    HELD_STATES,
    ReasonMissing,
    change,
    give_back_talk,
    lock,
    record,
    seal_note,
)

_IS_KEPT = kept_from.c.lifted_at.is_(None)
_KEPT_OF = kept_tickets().where(kept_from.c.user_id == bindparam("user"))
_KEPT_OF_EVERYBODY = kept_tickets().add_columns(kept_from.c.user_id)
_KEPT_USERS = kept_users()
_KEPT_NUMBER = select(tickets.c.id).where(
    tickets.c.number == bindparam("number"), ~is_open_to(bindparam("user"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """One person who is kept from one ticket."""

    user_id: str
    kept_at: datetime
    kept_by: str | None
    """None: the machine found the name in the report."""
    lift_asked_by: str | None


def keep_inside(
    connection: Connection,
    ticket: TicketRow,
    user_ids: Collection[str],
    *,
    kept_by: str | None,
    now: datetime,
) -> list[str]:
    """Keep people from a ticket, inside a transaction; return who was not kept from it before.

    What one of them holds goes back to the queue and calls for somebody else.
    """
    kept, ticket_id = [], ticket.id
    for user_id in sorted(set(user_ids)):
        row = connection.execute(
            insert_into(connection.dialect.name, kept_from)
            .values(ticket_id=ticket_id, user_id=user_id, kept_at=now, kept_by=kept_by)
            .on_conflict_do_nothing()
            .returning(kept_from.c.id)
        ).first()
        if row is not None and not _was_lifted(connection, ticket_id, user_id, kept_by):
            kept.append(user_id)
        elif row is not None:
            connection.execute(kept_from.delete().where(kept_from.c.id == row.id))
    if ticket.holder_id in kept:
        _take_away(connection, ticket, now)
    return kept


async def kept_of(store: Store, user_id: str) -> frozenset[str]:
    """Return the ids of the tickets that somebody is kept from; nearly always none."""
    found = await store.db.read(
        lambda connection: connection.execute(
            _KEPT_OF, {"user": user_id}
        ).scalars().all()
    )  # fmt: skip
    return frozenset(found)


async def kept_of_everybody(store: Store) -> Mapping[str, frozenset[str]]:
    """Return the ids of the tickets that people are kept from, person by person."""
    kept: dict[str, set[str]] = defaultdict(set)
    for ticket_id, user_id in await store.db.read(
        lambda connection: connection.execute(_KEPT_OF_EVERYBODY).all()
    ):
        kept[user_id].add(ticket_id)
    return {user_id: frozenset(ids) for user_id, ids in kept.items()}


async def talks_kept_of(store: Store, user_id: str) -> frozenset[str]:
    """Return the ids of the talks that somebody is kept from."""
    found = await store.db.read(
        lambda connection: connection.execute(kept_talks(user_id)).scalars().all()
    )
    return frozenset(found)


async def kept_away(store: Store, ticket_id: str) -> frozenset[str]:
    """Return the ids of all who are kept from a ticket or its talk: nobody rings them for it."""
    return (await kept_away_among(store, (ticket_id,)))[ticket_id]


async def kept_away_among(
    store: Store, ticket_ids: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Return the same of several tickets, by their ids, in one statement."""
    ids = {"ids": tuple(ticket_ids)}
    kept: dict[str, set[str]] = {ticket_id: set() for ticket_id in ticket_ids}
    for ticket_id, user_id in await store.db.read(
        lambda connection: connection.execute(_KEPT_USERS, ids).all()
    ):
        kept[ticket_id].add(user_id)
    return {ticket_id: frozenset(users) for ticket_id, users in kept.items()}


async def kept_on(store: Store, ticket_id: str) -> tuple[KeptRow, ...]:
    """Return who is kept from a ticket now."""
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(kept_from)
            .where(kept_from.c.ticket_id == ticket_id, _IS_KEPT)
            .order_by(kept_from.c.id)
        ).all()
    )
    return tuple(
        KeptRow(
            user_id=row.user_id,
            kept_at=row.kept_at,
            kept_by=row.kept_by,
            lift_asked_by=row.lift_asked_by,
        )
        for row in rows
    )


async def is_kept(store: Store, number: str, user_id: str) -> bool:
    """Whether somebody is kept from the ticket with this number."""
    found = await store.db.read(
        lambda connection: connection.execute(
            _KEPT_NUMBER, {"number": number, "user": user_id}
        ).first()
    )
    return found is not None


async def count_of(store: Store, *, reader_id: str) -> int:
    """Return how many tickets are kept from somebody: all that an administrator is told.

    Those that are kept from the reader are left out.
    """
    hidden = await kept_of(store, reader_id)
    counted = select(func.count(func.distinct(kept_from.c.ticket_id))).where(
        _IS_KEPT, kept_from.c.ticket_id.not_in(hidden)
    )
    return await store.db.read(lambda connection: connection.execute(counted).scalar_one())


async def keep(
    store: Store, ticket_id: str, *, from_user: str, reason: str, user_id: str, now: datetime
) -> bool:
    """Keep somebody from a ticket, with a reason; False when they are kept from it already."""
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        if not keep_inside(connection, ticket, (from_user,), kept_by=user_id, now=now):
            return False
        record(
            connection, store, "ticket_kept_from", ticket, user_id=user_id, now=now,
            note_sealed=sealed,
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


async def lift(
    store: Store, ticket_id: str, *, from_user: str, reason: str, user_id: str, now: datetime
) -> bool:
    """Open a ticket to somebody again: the first call asks, another person's call lifts (True).

    Raises `OwnWords` for the person who is kept, `NotFound` when nobody is kept, `ReasonMissing`.
    """
    if user_id == from_user:
        raise OwnWords
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        mine = (
            kept_from.c.ticket_id == ticket_id, kept_from.c.user_id == from_user, _IS_KEPT,
        )  # fmt: skip
        row = connection.execute(select(kept_from).where(*mine).with_for_update()).first()
        if row is None:
            raise NotFound
        if row.lift_asked_by == user_id:
            raise Changed
        is_second = row.lift_asked_by is not None
        values: dict[str, Any] = (
            {"lifted_at": now, "lifted_by": user_id}
            if is_second
            else {"lift_asked_at": now, "lift_asked_by": user_id}
        )
        connection.execute(update(kept_from).where(kept_from.c.id == row.id).values(**values))
        record(
            connection, store, "ticket_opened_to" if is_second else "kept_lift_asked", ticket,
            user_id=user_id, now=now, note_sealed=sealed,
        )  # fmt: skip
        return is_second

    return await store.db.transaction(work)


def _take_away(connection: Connection, ticket: TicketRow, now: datetime) -> None:
    if ticket.state not in HELD_STATES:
        change(connection, ticket.id, holder_id=None)
        return
    after = change(
        connection, ticket.id, state=TicketState.NEW, holder_id=None, acknowledged_at=None
    )
    give_back_talk(connection, after)
    stop_alarm(connection, ticket.id, now=now)
    call_somebody(connection, after, now=now)


def _was_lifted(connection: Connection, ticket_id: str, user_id: str, kept_by: str | None) -> bool:
    """Two people have looked at it: the machine does not shut again what they opened."""
    if kept_by is not None:
        return False
    mine = and_(kept_from.c.ticket_id == ticket_id, kept_from.c.user_id == user_id)
    found = select(kept_from.c.id).where(mine, kept_from.c.lifted_at.is_not(None))
    return connection.execute(found.limit(1)).first() is not None
