"""Rights and rates that all processes share: who may do a thing now, and how often."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from storage.database import insert_new
from storage.rows import Bucket
from storage.store import Store
from storage.tables import leases

_WHOLE = 1_000
"""Tokens are counted in thousandths, so that a slow rate is exact."""


async def hold(store: Store, name: str, *, owner: str, now: datetime, seconds: float) -> bool:
    """Take or keep the lease of a name; False while another owner holds it."""
    until = now + timedelta(seconds=seconds)
    return await store.db.transaction(lambda connection: _hold(connection, name, owner, now, until))


async def let_go(store: Store, name: str, *, owner: str) -> None:
    """Give a lease back before it runs out; a lease of another owner stays."""
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                update(leases)
                .where(leases.c.name == name, leases.c.owner == owner)
                .values(owner=None, until=None)
            ).rowcount
        )
    )


def take_token(connection: Connection, bucket: Bucket, now: datetime) -> bool:
    """Take one token of a bucket inside a transaction; False when it is empty."""
    full = int(bucket.burst * _WHOLE)
    first = {"name": bucket.name, "tokens": full - _WHOLE, "refilled_at": now}
    if insert_new(connection, leases, first):
        return True
    row = connection.execute(
        select(leases.c.tokens, leases.c.refilled_at)
        .where(leases.c.name == bucket.name)
        .with_for_update()
    ).one()
    waited = max(0.0, (now - row.refilled_at).total_seconds())
    tokens = min(full, row.tokens + int(waited * bucket.per_second * _WHOLE))
    if tokens < _WHOLE:
        return False  # the row stays: the time waited goes on counting
    connection.execute(
        update(leases)
        .where(leases.c.name == bucket.name)
        .values(tokens=tokens - _WHOLE, refilled_at=max(now, row.refilled_at))
    )
    return True


def _hold(connection: Connection, name: str, owner: str, now: datetime, until: datetime) -> bool:
    if insert_new(connection, leases, {"name": name, "owner": owner, "until": until}):
        return True
    taken = connection.execute(
        update(leases)
        .where(
            leases.c.name == name,
            or_(leases.c.owner.is_(None), leases.c.owner == owner, leases.c.until <= now),
        )
        .values(owner=owner, until=until)
    )
    return taken.rowcount == 1
