"""Rows that have done their work: settled timers, full buckets, sessions that are over.

Corrections and return codes go with their ticket: when its key was erased, they are deleted.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from storage.calls import drafts
from storage.codes import codes, tries
from storage.learning import lessons
from storage.store import Store
from storage.tables import leases, sessions, timers
from storage.telephone import taking

KEPT = timedelta(days=1)
"""Long enough to look at after a bad night; a bucket untouched for so long is full."""


async def tidy(store: Store, *, now: datetime) -> int:
    """Delete what nobody will ask for again; return how many rows. Harmless when done twice."""
    gone = await store.db.transaction(lambda connection: _tidy(connection, now))
    gone += await drafts.forget_settled(store, now=now)
    gone += await taking.forget_calls(store, now=now)
    return gone + await lessons.forget_erased(store) + await codes.forget_erased(store)


def _tidy(connection: Connection, now: datetime) -> int:
    old = now - KEPT
    statements = (
        delete(timers).where(timers.c.settled_at < old),
        delete(leases).where(leases.c.refilled_at < old),
        delete(leases).where(leases.c.until < old),
        delete(sessions).where(sessions.c.expires_at < now),
    )
    gone = sum(connection.execute(statement).rowcount for statement in statements)
    return gone + codes.forget_over(connection, now=now) + tries.forgive(connection, now=now)
