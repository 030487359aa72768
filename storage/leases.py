"""Rights and rates that all processes share: who may do a thing now, and how often."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, case, or_, type_coerce, update

from storage.database import insert_into, insert_new
from storage.moment import Moment
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
    """Take one token of a bucket inside a transaction; False when it is empty.

    One statement: an empty bucket's row stays, so that the time waited goes on counting.
    """
    taken = connection.execute(
        _taking(connection.dialect.name),
        {
            "bucket": bucket.name,
            "at": now,
            "rest": int((bucket.burst - 1) * _WHOLE),
            "full": int(bucket.burst * _WHOLE),
            "rate": int(bucket.per_second * _WHOLE),
        },
    )
    return taken.first() is not None


@cache
def _taking(dialect: str) -> Any:
    """Build the upsert: tokens earned since the last time, at most a full bucket, less one."""
    at = bindparam("at", type_=Moment)
    refilled, now = type_coerce(leases.c.refilled_at, BigInteger), type_coerce(at, BigInteger)
    waited = case((now > refilled, now - refilled), else_=0)
    earned = leases.c.tokens + waited * bindparam("rate", type_=BigInteger) // 1_000_000
    full = bindparam("full", type_=BigInteger)
    tokens = case((earned > full, full), else_=earned)
    first = insert_into(dialect, leases).values(
        name=bindparam("bucket"), tokens=bindparam("rest"), refilled_at=at
    )
    return first.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "tokens": tokens - _WHOLE,
            "refilled_at": case((now > refilled, at), else_=leases.c.refilled_at),
        },
        where=tokens >= _WHOLE,
    ).returning(leases.c.name)


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
