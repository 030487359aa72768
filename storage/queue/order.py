"""Whose turn it is in the queue (thứ tự hàng đợi).

Critical comes first, always. Inside an urgency who waits longest comes first. So that nobody waits
for ever behind newer reports that are more urgent: a normal or low ticket that nobody has taken by
the end of its clock stands among the high ones from then on, as if it had come at that moment. High
reports that came before it stay before it, all that come later stand behind it; none of them ever
stands before a critical one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, union

from nlu.labels import Intent, Urgency
from storage.alarm.alarms import ASSIGNED_WITHIN
from storage.clocks.marks import OPEN
from storage.clocks.tables import clocks
from storage.moment import Moment
from storage.rows import TicketState
from storage.safeguarding.keeping import is_open_to
from storage.tables import tickets

Place = tuple[int, datetime]
WAIT_LIMITS: Mapping[Urgency, timedelta] = {
    Urgency.CRITICAL: timedelta(minutes=2),
    **ASSIGNED_WITHIN,
    Urgency.LOW: timedelta(hours=24),
}
"""The operational clocks of design §5 until somebody holds a ticket; beyond them it is overdue."""
WAITING = (TicketState.NEW, TicketState.REOPENED)
_NOW = bindparam("past_due", type_=Moment)
_PAST_DUE = select(clocks.c.ticket_id).where(
    clocks.c.state == OPEN, clocks.c.amber_at <= _NOW, clocks.c.due_at <= _NOW
)
"""Tickets with a term that ran out, legal or operational; amber comes first, so the index begins
with it."""


def place_of(urgency: Urgency, since: datetime, *, is_waiting: bool, now: datetime) -> Place:
    """Return what the queue sorts by: a rank, and since when it counts."""
    late_at = since + WAIT_LIMITS[urgency]
    if is_waiting and urgency.rank > Urgency.HIGH.rank and late_at <= now:
        return Urgency.HIGH.rank, late_at
    return urgency.rank, since


def since_of(state: TicketState) -> ColumnElement[Any]:
    """Return the column since when a ticket in a state counts: a reopened one was done before."""
    if state is TicketState.REOPENED:
        return func.coalesce(tickets.c.last_reporter_at, tickets.c.first_message_at)
    return tickets.c.first_message_at


def overdue(state: TicketState, urgency: Urgency) -> ColumnElement[bool]:
    """Return whether a ticket of this state and urgency waits too long, or owes what is past due.

    A statement with it is executed with `late_since`.
    """
    owes = tickets.c.id.in_(_PAST_DUE)
    return or_(_waits_too_long(state, urgency), owes) if state in WAITING else owes


def late_since(now: datetime) -> dict[str, datetime]:
    """Return the parameters of `overdue`: who waits since before them waits too long."""
    limits = {f"late_{urgency.value}": now - limit for urgency, limit in WAIT_LIMITS.items()}
    return {**limits, "past_due": now}


def any_overdue(states: Collection[TicketState]) -> ColumnElement[bool]:
    """Return whether a ticket in one of these states is overdue, whatever its urgency is.

    Two ways to the same ids, each along an index of its own: an `OR` would walk all tickets.
    """
    waits = or_(
        *(
            and_(
                tickets.c.state == state.value,
                tickets.c.urgency_rank == urgency.rank,
                _waits_too_long(state, urgency),
            )
            for state in WAITING
            for urgency in Urgency
        )
    )
    late = select(tickets.c.id).where(waits).correlate(None)
    return tickets.c.state.in_(states) & tickets.c.id.in_(union(late, _PAST_DUE))


def _waits_too_long(state: TicketState, urgency: Urgency) -> ColumnElement[bool]:
    return since_of(state) < bindparam(f"late_{urgency.value}", type_=Moment)


def in_turn(rows: Iterable[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Sort rows with `state`, `urgency` and `since` by their places."""

    def place(row: Row[Any]) -> Place:
        is_waiting = row.state in WAITING
        return place_of(Urgency(row.urgency), row.since, is_waiting=is_waiting, now=now)

    return sorted(rows, key=place)


def next_in_turn(
    connection: Connection,
    *,
    user_id: str,
    passes_over: Collection[Intent],
    only_critical: bool,
    now: datetime,
) -> list[str]:
    """Return the ids of the first free ticket of each state and urgency, locked, in their turn.

    Without those that the caller is kept from. What is passed over comes after all the rest, never
    left out: nobody waits because of it.
    """
    is_open = is_open_to(user_id)
    avoided = [kind.value for kind in passes_over]
    first, last = [], []
    for urgency in Urgency:
        if only_critical and urgency is not Urgency.CRITICAL:
            break
        if urgency is Urgency.CRITICAL or not avoided:
            first += _free(connection, urgency, is_open)
            continue
        first += _free(connection, urgency, is_open, tickets.c.kind.not_in(avoided))
        last += _free(connection, urgency, is_open, tickets.c.kind.in_(avoided))
    return [row.id for row in in_turn(first, now) + in_turn(last, now)]


def _free(connection: Connection, urgency: Urgency, *which: ColumnElement[bool]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for state in WAITING:
        since = since_of(state)
        found += connection.execute(
            select(tickets.c.id, tickets.c.state, tickets.c.urgency, since.label("since"))
            .where(
                tickets.c.state == state.value,
                tickets.c.urgency_rank == urgency.rank,
                tickets.c.holder_id.is_(None),
                *which,
            )
            .order_by(since)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    return found
