"""The clocks of tickets in rows (thời hạn): kept by whoever follows the events, told when breached.

intake/clocks.py says which terms a ticket has; storage calls it (`Measure`) inside the transaction
that holds the ticket, so a term is never reckoned from a ticket that has changed since. A timer for
each open term (kind `clock`) fires when it is due, and finds out anew whether it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, select

from storage import events
from storage.clocks.marks import DONE, OPEN, OVER
from storage.clocks.tables import clocks
from storage.database import insert_into
from storage.drills.drill_marks import drills_among
from storage.keys.sealing import Key, SealBroken, open_json
from storage.rows import EventRow, NewTimer, TicketRow, TicketState
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import facts_context, to_ticket
from storage.timers import cancel_timers, set_timers

CLOCK: Final = "clock"
"""The timer of a term; its subject is the ticket, its step the number of the clock."""
CLOCK_BREACHED: Final = "clock_breached"
TOLD_WITHIN = timedelta(days=1)
"""A breach that is found later than that (tickets taken in from elsewhere) is marked, not rung."""
_OPEN_STATES = (
    TicketState.NEW,
    TicketState.REOPENED,
    TicketState.ACKNOWLEDGED,
    TicketState.IN_PROGRESS,
)


_LOCKED = select(tickets).where(tickets.c.id == bindparam("ticket")).with_for_update()
_OF_TICKET = select(clocks).where(clocks.c.ticket_id == bindparam("ticket"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTerm:
    """A term of a ticket as it was reckoned."""

    name: str
    number: int
    """Of the clock: the step of its timer."""
    start_at: datetime
    amber_at: datetime
    due_at: datetime
    done_at: datetime | None


Measure = Callable[[TicketRow, Sequence[EventRow]], tuple[ClockTerm, ...]]
"""Reckons a ticket's terms from its row, facts opened, and its events; pure."""


async def wind(store: Store, ticket_id: str, *, measure: Measure) -> bool:
    """Write a ticket's terms down as they are now, with their timers; True when they changed."""
    key = (await store.vault.keys([ticket_id])).get(ticket_id)

    def work(connection: Connection) -> bool:
        ticket = locked(connection, ticket_id, key)
        happened = events.events_of(connection, ticket_id, None)
        return write(connection, ticket, terms_of(connection, ticket, happened, measure))

    return await store.db.transaction(work)


def terms_of(
    connection: Connection, ticket: TicketRow, happened: Sequence[EventRow], measure: Measure
) -> tuple[ClockTerm, ...]:
    """Reckon a ticket's terms; the invented report of a drill owes nothing to anybody."""
    if drills_among(connection, (ticket.id,)):
        return ()
    return measure(ticket, happened)


def locked(connection: Connection, ticket_id: str, key: Key | None) -> TicketRow:
    """Lock a ticket and open its facts; those of an erased or broken seal stay empty."""
    row = connection.execute(_LOCKED, {"ticket": ticket_id}).one()
    return to_ticket(row, _facts(row, key))


def write(
    connection: Connection,
    ticket: TicketRow,
    terms: tuple[ClockTerm, ...],
    breached: Mapping[str, datetime] | None = None,
) -> bool:
    """Bring rows and timers of a locked ticket to these terms; False: they stood so already."""
    before = rows_of(connection, ticket.id)
    told = {name: row.breached_at for name, row in before.items() if row.breached_at}
    told |= breached or {}
    wanted = {term.name: _values(ticket, term, before, told) for term in terms}
    if wanted == {name: _kept(row) for name, row in before.items()}:
        return False
    gone = tuple(before.keys() - wanted.keys())
    if gone:
        mine = clocks.c.ticket_id == ticket.id
        connection.execute(delete(clocks).where(mine, clocks.c.name.in_(gone)))
    for name, values in wanted.items():
        _put(connection, ticket.id, name, values)
    _time(connection, ticket.id, terms, wanted)
    return True


def rows_of(connection: Connection, ticket_id: str) -> dict[str, Row[Any]]:
    """Return what is written of a ticket, by the names of its clocks."""
    found = connection.execute(_OF_TICKET, {"ticket": ticket_id})
    return {row.name: row for row in found}


def newly_breached(
    rows: Mapping[str, Row[Any]], terms: tuple[ClockTerm, ...], now: datetime
) -> tuple[ClockTerm, ...]:
    """Return the terms that ran out and that nobody was told of yet."""
    return tuple(
        term
        for term in terms
        if term.done_at is None and term.due_at <= now and not _is_told(rows.get(term.name), term)
    )


def _is_told(row: Row[Any] | None, term: ClockTerm) -> bool:
    return row is not None and row.breached_at is not None and row.due_at == term.due_at


def _values(
    ticket: TicketRow,
    term: ClockTerm,
    before: Mapping[str, Row[Any]],
    told: Mapping[str, datetime],
) -> dict[str, Any]:
    """Return the columns of a term; one that begins anew may be breached anew."""
    row = before.get(term.name)
    is_same = row is None or row.due_at == term.due_at
    state = OPEN if ticket.state in _OPEN_STATES else OVER
    return {
        "state": DONE if term.done_at else state,
        "start_at": term.start_at,
        "amber_at": term.amber_at,
        "due_at": term.due_at,
        "done_at": term.done_at,
        "breached_at": told.get(term.name) if is_same else None,
    }


def _kept(row: Row[Any]) -> dict[str, Any]:
    kept = dict(row._mapping)
    return {name: kept[name] for name in kept if name not in ("ticket_id", "name")}


def _put(connection: Connection, ticket_id: str, name: str, values: Mapping[str, Any]) -> None:
    row = {"ticket_id": ticket_id, "name": name, **values}
    connection.execute(_putting(connection.dialect.name), row)


@cache
def _putting(dialect: str) -> Any:
    statement = insert_into(dialect, clocks)
    changed = {
        column.name: statement.excluded[column.name]
        for column in clocks.c
        if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=["ticket_id", "name"], set_=changed)


def _time(
    connection: Connection,
    ticket_id: str,
    terms: tuple[ClockTerm, ...],
    written: Mapping[str, Mapping[str, Any]],
) -> None:
    """Set the timers anew: one for each term that is owed and of which nobody was told."""
    cancel_timers(connection, subject=ticket_id, kinds=(CLOCK,))
    set_timers(
        connection,
        (
            NewTimer(kind=CLOCK, subject=ticket_id, step=term.number, due_at=term.due_at)
            for term in terms
            if term.done_at is None and written[term.name]["breached_at"] is None
        ),
    )


def _facts(row: Row[Any], key: Key | None) -> Mapping[str, Any]:
    if key is None or row.facts_sealed is None:
        return {}
    try:
        facts: Mapping[str, Any] = open_json(key, row.facts_sealed, facts_context(row.id))
    except SealBroken:  # one broken seal must not stop a ticket's clocks
        return {}
    return facts
