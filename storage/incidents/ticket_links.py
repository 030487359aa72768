"""Tickets of one reporter (cùng người báo): linked by a person, with a reason. Talks stay apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, delete, or_, select

from storage.calls.tables import ticket_links
from storage.database import insert_new
from storage.errors import NotFound
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import ReasonMissing, lock, record, seal_note


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTicket:
    """The other ticket of a link, as much of it as its line on the page shows."""

    number: str
    kind: str
    state: TicketState
    linked_at: datetime


_TICKET = bindparam("ticket", type_=String)
_LINKED = (
    select(
        tickets.c.id,
        tickets.c.number,
        tickets.c.kind,
        tickets.c.state,
        ticket_links.c.linked_at,
    )
    .join(
        tickets,
        or_(
            (ticket_links.c.one_id == _TICKET) & (tickets.c.id == ticket_links.c.other_id),
            (ticket_links.c.other_id == _TICKET) & (tickets.c.id == ticket_links.c.one_id),
        ),
    )
    .order_by(ticket_links.c.linked_at)
)


async def links_of(
    store: Store, ticket_id: str, *, hidden: Collection[str] = ()
) -> tuple[LinkedTicket, ...]:
    """Return the tickets linked with this one that are not hidden from the reader."""
    rows = await store.db.read(
        lambda connection: connection.execute(_LINKED, {"ticket": ticket_id}).all()
    )
    return tuple(
        LinkedTicket(
            number=row.number,
            kind=row.kind,
            state=TicketState(row.state),
            linked_at=row.linked_at,
        )
        for row in rows
        if row.id not in hidden
    )


async def link_tickets(
    store: Store, ticket_id: str, other_number: str, *, reason: str, user_id: str, now: datetime
) -> bool:
    """Say that two tickets come from one person; False: that was known. An event on both.

    Raises `NotFound` for an unknown number or the ticket's own, `ReasonMissing`.
    """
    other_id = await _id_of(store, ticket_id, other_number)
    notes = await _sealed(store, (ticket_id, other_id), reason)

    def work(connection: Connection) -> bool:
        pair = _locked(connection, ticket_id, other_id)
        row = {**_key(ticket_id, other_id), "linked_at": now, "linked_by": user_id}
        if not insert_new(connection, ticket_links, row):
            return False
        _tell(connection, store, "ticket_linked", pair, notes, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def part_tickets(
    store: Store, ticket_id: str, other_number: str, *, reason: str, user_id: str, now: datetime
) -> bool:
    """Take a link back; False: there is none. An event on both. Raises as `link_tickets`."""
    other_id = await _id_of(store, ticket_id, other_number)
    notes = await _sealed(store, (ticket_id, other_id), reason)

    def work(connection: Connection) -> bool:
        pair = _locked(connection, ticket_id, other_id)
        key = _key(ticket_id, other_id)
        gone = connection.execute(
            delete(ticket_links).where(
                ticket_links.c.one_id == key["one_id"], ticket_links.c.other_id == key["other_id"]
            )
        )
        if gone.rowcount != 1:
            return False
        _tell(connection, store, "ticket_unlinked", pair, notes, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def _id_of(store: Store, ticket_id: str, number: str) -> str:
    asked = select(tickets.c.id).where(tickets.c.number == number)
    found: str | None = await store.db.read(lambda connection: connection.execute(asked).scalar())
    if found is None or found == ticket_id:
        raise NotFound
    return found


async def _sealed(store: Store, ids: tuple[str, str], reason: str) -> dict[str, bytes]:
    notes = {each: await seal_note(store, each, reason) for each in ids}
    sealed = {each: note for each, note in notes.items() if note is not None}
    if len(sealed) < len(ids):
        raise ReasonMissing
    return sealed


def _key(ticket_id: str, other_id: str) -> dict[str, Any]:
    one, other = sorted((ticket_id, other_id))
    return {"one_id": one, "other_id": other}


def _locked(connection: Connection, *ids: str) -> tuple[TicketRow, TicketRow]:
    """Lock both, always in one order."""
    one, other = (lock(connection, each) for each in sorted(ids))
    return one, other


def _tell(
    connection: Connection,
    store: Store,
    kind: str,
    pair: tuple[TicketRow, TicketRow],
    notes: dict[str, bytes],
    *,
    user_id: str,
    now: datetime,
) -> None:
    for ticket, other in (pair, pair[::-1]):
        record(
            connection, store, kind, ticket,
            user_id=user_id, now=now, detail={"other": other.number}, note_sealed=notes[ticket.id],
        )  # fmt: skip
