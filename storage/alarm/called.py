"""That somebody called for help (đã gọi cứu giúp): the child may have no credit, so people do."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage.store import Store
from storage.tables import events
from storage.tickets.rows import lock, record

CALLED = "emergency_called"
_ONCE = timedelta(seconds=10)
"""Two presses of a button in so short a time are one call."""


async def note_call(
    store: Store, ticket_id: str, *, called: str, user_id: str, now: datetime
) -> bool:
    """Note whom somebody called for a ticket; False when this was noted a moment ago.

    `called`: a number, or a code of one. Several calls, to the same number too, are several events.
    """

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        before = connection.execute(
            select(events.c.detail).where(
                events.c.ticket_id == ticket_id,
                events.c.kind == CALLED,
                events.c.at > now - _ONCE,
            )
        ).scalars()
        if any(detail.get("called") == called for detail in before):
            return False
        waited = max(now - ticket.first_message_at, timedelta())
        record(
            connection, store, CALLED, ticket, user_id=user_id, now=now,
            detail={"called": called, "seconds": round(waited.total_seconds())},
        )  # fmt: skip
        return True

    return await store.db.transaction(work)
