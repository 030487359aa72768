"""Which tickets keep their alarm because another one of their incident rings or is looked after.

The one answer for the timers of the alarm and for the sound in the browser; the rules stand in
storage/incidents/incidents.py.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from nlu.labels import Urgency
from storage.incidents.tables import incident_tickets
from storage.rows import TicketState
from storage.tables import tickets

_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)
_members = incident_tickets.alias()
_TOGETHER = (
    select(_members.c.incident_id, tickets)
    .join(tickets, tickets.c.id == _members.c.ticket_id)
    .where(
        _members.c.incident_id.in_(
            select(incident_tickets.c.incident_id).where(
                incident_tickets.c.ticket_id.in_(bindparam("ids", expanding=True))
            )
        ),
        tickets.c.urgency == Urgency.CRITICAL.value,
        tickets.c.state.not_in(_OVER),
    )
)


def covered_among(connection: Connection, ticket_ids: Collection[str]) -> frozenset[str]:
    """Return which of these tickets another one keeps from ringing, in one statement."""
    together: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_TOGETHER, {"ids": tuple(ticket_ids)}):
        together[row.incident_id].append(row)
    covered = {row.id for rows in together.values() for row in _covered(rows)}
    return frozenset(covered.intersection(ticket_ids))


def _covered(rows: list[Row[Any]]) -> list[Row[Any]]:
    free = sorted((row for row in rows if row.holder_id is None), key=_loudest)
    return free if len(free) < len(rows) else free[1:]


def _loudest(row: Row[Any]) -> tuple[Any, ...]:
    """The one that rings for all stands first: a danger to life, then the oldest."""
    return row.danger is None, row.first_message_at, row.id
