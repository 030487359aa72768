"""What a line of the queue shows of its ticket's clocks; read together with the line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.clocks.tables import clocks

OPEN, OVER, DONE = "open", "over", "done"
"""How a row of `clocks` stands: owed on an open ticket, on one that is over, or no more owed."""
_RUNNING = (
    select(clocks.c.ticket_id, clocks.c.name, clocks.c.amber_at, clocks.c.due_at)
    .where(clocks.c.ticket_id.in_(bindparam("ids", expanding=True)), clocks.c.state == OPEN)
    .order_by(clocks.c.due_at.desc())  # the last one that is put in is the first one due
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """The term of a ticket that is due first."""

    name: str
    amber_at: datetime
    due_at: datetime


def running_clocks(connection: Connection, ticket_ids: Collection[str]) -> dict[str, RunningClock]:
    """Return the term that is due first, ticket by ticket; nothing for one that owes none."""
    return {
        row.ticket_id: RunningClock(name=row.name, amber_at=row.amber_at, due_at=row.due_at)
        for row in connection.execute(_RUNNING, {"ids": tuple(ticket_ids)})
    }
