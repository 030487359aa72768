"""After a crash of the only process: what it had claimed is free again at once."""

from datetime import datetime

from sqlalchemy import Connection, update

from storage.store import Store
from storage.tables import conversations, leases, outbox, timers


async def end_all_claims(store: Store, *, now: datetime) -> None:
    """End every lease and claim. Only for a process that knows that no other runs on these rows.

    A send that was under way counts as in doubt, as if its claim had run out.
    """
    await store.db.transaction(lambda connection: _end(connection, now))


def _end(connection: Connection, now: datetime) -> None:
    for table, column in (
        (conversations, conversations.c.lease_until),
        (outbox, outbox.c.claimed_until),
        (timers, timers.c.claimed_until),
        (leases, leases.c.until),
    ):
        connection.execute(update(table).where(column > now).values({column.name: now}))
