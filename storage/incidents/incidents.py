"""Incidents that several reporters told of (vụ việc chung): joined and parted by people.

Tickets stand side by side; nothing of one is written into another. A ticket is in one incident at
most. Two tickets that a person parted are not proposed again.

Rings once. A critical ticket that nobody holds keeps its alarm unless a person joined it with
another, and (a) somebody holds the other and works on it, or (b) nobody holds either: then one of
them rings for both. Its timer is only put off meanwhile, so that it rings by itself again half a
minute after the other was released, ended, lowered or parted. A ticket that became graver while it
is held, and a holder who is silent, ring whatever is joined.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from storage.alarm.alarms import call_somebody
from storage.database import insert_new
from storage.errors import NotFound
from storage.incidents.covering import covered_among
from storage.incidents.tables import incident_partings, incident_tickets, incidents
from storage.rows import TicketRow
from storage.store import Store
from storage.tables import tickets
from storage.tickets.reading import QueueRow, queue_rows, with_holder
from storage.tickets.rows import HELD_STATES, WAITING_STATES, lock, record, to_ticket

COVERED_FOR: Final = timedelta(seconds=30)
"""How long the alarm of a covered ticket is put off before it is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident with its tickets, the first reported first."""

    id: int
    rows: tuple[QueueRow, ...] = field(repr=False)


async def join(
    store: Store, ticket_id: str, other_number: str, *, user_id: str, now: datetime
) -> int:
    """Say that two tickets tell of one incident; return its number. Said twice, it is said once.

    Where both are in incidents these become one. Raises `NotFound` for an unknown number or the
    ticket's own. An event on every ticket that comes to an incident.
    """
    other_id = await _id_of(store, ticket_id, other_number)

    def work(connection: Connection) -> int:
        pair = _locked(connection, (ticket_id, other_id))
        _forget_parting(connection, ticket_id, other_id)
        known = {each.id: incident_of(connection, each.id) for each in pair}
        found = sorted({each for each in known.values() if each is not None})
        incident_id = found[0] if found else _new(connection, user_id, now)
        joined = [each for each in pair if known[each.id] != incident_id]
        for each in _moved(connection, found[1:], incident_id):
            joined += [each] if each.id not in known else []
        for each in joined:
            _put(connection, each.id, incident_id, user_id, now)
        _tell(connection, store, "incident_joined", joined, incident_id, user_id, now)
        return incident_id

    return await store.db.transaction(work)


async def part(store: Store, ticket_id: str, *, user_id: str, now: datetime) -> bool:
    """Take a ticket out of its incident; False: it is in none. It rings by itself again.

    It is proposed with none of the others any more. One ticket alone is no incident.
    """

    def work(connection: Connection) -> bool:
        incident_id = incident_of(connection, ticket_id)
        if incident_id is None:
            return False
        ids = _members(connection, incident_id)
        locked = {each.id: each for each in _locked(connection, ids)}
        if incident_of(connection, ticket_id) != incident_id:
            return False
        others = [each for each in ids if each != ticket_id]
        for other in others:
            one, second = sorted((ticket_id, other))
            row = {"one_id": one, "other_id": second, "parted_at": now, "parted_by": user_id}
            insert_new(connection, incident_partings, row)
        left = [ticket_id, *(others if len(others) == 1 else [])]
        connection.execute(delete(incident_tickets).where(incident_tickets.c.ticket_id.in_(left)))
        if len(left) > 1:
            same = incidents.c.id == incident_id
            connection.execute(update(incidents).where(same).values(closed_at=now))
        for each in (locked[one] for one in left):
            _ring_alone(connection, each, now)
        parted = [locked[one] for one in left]
        _tell(connection, store, "incident_parted", parted, incident_id, user_id, now)
        return True

    return await store.db.transaction(work)


async def incident(store: Store, incident_id: int) -> Incident | None:
    """Return an incident and its tickets; None: nobody is in it (any more)."""

    def work(connection: Connection) -> Incident | None:
        asked = (
            with_holder()
            .where(tickets.c.id.in_(_members(connection, incident_id)))
            .order_by(tickets.c.first_message_at, tickets.c.id)
        )
        rows = connection.execute(asked).all()
        if not rows:
            return None
        return Incident(id=incident_id, rows=queue_rows(connection, rows, store.vault.staff_key))

    return await store.db.read(work)


async def open_incidents(
    store: Store, *, hidden: Collection[str] = (), limit: int = 100
) -> tuple[tuple[int, int], ...]:
    """Return the numbers of incidents, the newest first, each with how many tickets are in it.

    What is hidden from the reader is in none.
    """
    count = func.count(incident_tickets.c.ticket_id)
    asked = (
        select(incident_tickets.c.incident_id, count)
        .where(incident_tickets.c.ticket_id.not_in(hidden))
        .group_by(incident_tickets.c.incident_id)
        .order_by(incident_tickets.c.incident_id.desc())
        .limit(limit)
    )
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    return tuple((row[0], row[1]) for row in rows)


async def incident_with(store: Store, ticket_id: str) -> int | None:
    """Return the incident that a ticket is in."""
    return await store.db.read(lambda connection: incident_of(connection, ticket_id))


async def twins_of(
    store: Store, ticket: TicketRow, *, within: timedelta, limit: int
) -> tuple[TicketRow, ...]:
    """Return open tickets near in time that nobody joined with this one or parted from it.

    Those of its own talk are left out: they are one reporter's.
    """

    def work(connection: Connection) -> tuple[TicketRow, ...]:
        mine = incident_of(connection, ticket.id)
        left_out = [ticket.id, *_parted_from(connection, ticket.id)]
        if mine is not None:
            left_out += _members(connection, mine)
        asked = (
            select(tickets)
            .where(
                tickets.c.state.in_((*WAITING_STATES, *HELD_STATES)),
                tickets.c.first_message_at.between(
                    ticket.first_message_at - within, ticket.first_message_at + within
                ),
                tickets.c.conversation_id != ticket.conversation_id,
                tickets.c.id.not_in(left_out),
            )
            .order_by(tickets.c.urgency_rank, tickets.c.first_message_at.desc())
            .limit(limit)
        )
        if ticket.commune_code is not None:
            here = tickets.c.commune_code == ticket.commune_code
            asked = asked.where(or_(here, tickets.c.commune_code.is_(None)))
        return tuple(to_ticket(row) for row in connection.execute(asked))

    return await store.db.read(work)


async def is_covered(store: Store, ticket_id: str) -> bool:
    """Whether another ticket of its incident keeps this one from ringing (see above)."""
    found = await store.db.read(lambda connection: covered_among(connection, (ticket_id,)))
    return ticket_id in found


def incident_of(connection: Connection, ticket_id: str) -> int | None:
    """Return the incident that a ticket is in, inside a transaction."""
    asked = select(incident_tickets.c.incident_id).where(incident_tickets.c.ticket_id == ticket_id)
    found: int | None = connection.execute(asked).scalar()
    return found


def _ring_alone(connection: Connection, ticket: TicketRow, now: datetime) -> None:
    """Let a parted ticket ring from the beginning: what rang for both rings for the other."""
    if ticket.holder_id is None and ticket.state in WAITING_STATES:
        call_somebody(connection, ticket, now=now)


async def _id_of(store: Store, ticket_id: str, number: str) -> str:
    asked = select(tickets.c.id).where(tickets.c.number == number)
    found: str | None = await store.db.read(lambda connection: connection.execute(asked).scalar())
    if found is None or found == ticket_id:
        raise NotFound
    return found


def _locked(connection: Connection, ids: Iterable[str]) -> list[TicketRow]:
    """Lock tickets, always in one order."""
    return [lock(connection, each) for each in sorted(ids)]


def _members(connection: Connection, incident_id: int) -> list[str]:
    asked = select(incident_tickets.c.ticket_id).where(
        incident_tickets.c.incident_id == incident_id
    )
    return list(connection.execute(asked).scalars())


def _new(connection: Connection, user_id: str, now: datetime) -> int:
    made = incidents.insert().values(opened_at=now, opened_by=user_id).returning(incidents.c.id)
    incident_id: int = connection.execute(made).scalar_one()
    return incident_id


def _put(
    connection: Connection, ticket_id: str, incident_id: int, user_id: str, now: datetime
) -> None:
    same = incident_tickets.c.ticket_id == ticket_id
    connection.execute(delete(incident_tickets).where(same))
    connection.execute(
        incident_tickets.insert().values(
            ticket_id=ticket_id, incident_id=incident_id, joined_at=now, joined_by=user_id
        )
    )


def _moved(
    connection: Connection, merged: Iterable[int], incident_id: int
) -> tuple[TicketRow, ...]:
    """Bring the tickets of other incidents to this one, and close those."""
    moved: list[Row[Any]] = []
    for each in merged:
        ids = _members(connection, each)
        moved += connection.execute(select(tickets).where(tickets.c.id.in_(ids))).all()
        same = incident_tickets.c.incident_id == each
        connection.execute(update(incident_tickets).where(same).values(incident_id=incident_id))
    return tuple(to_ticket(row) for row in moved)


def _parted_from(connection: Connection, ticket_id: str) -> list[str]:
    rows = connection.execute(
        select(incident_partings.c.one_id, incident_partings.c.other_id).where(
            or_(incident_partings.c.one_id == ticket_id, incident_partings.c.other_id == ticket_id)
        )
    )
    return [other if one == ticket_id else one for one, other in rows]


def _forget_parting(connection: Connection, *pair: str) -> None:
    one, other = sorted(pair)
    connection.execute(
        delete(incident_partings).where(
            incident_partings.c.one_id == one, incident_partings.c.other_id == other
        )
    )


def _tell(
    connection: Connection,
    store: Store,
    kind: str,
    told: Iterable[TicketRow],
    incident_id: int,
    user_id: str,
    now: datetime,
) -> None:
    detail = {"incident": incident_id}
    for ticket in told:
        record(connection, store, kind, ticket, user_id=user_id, now=now, detail=detail)
