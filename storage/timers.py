"""What happens later (hẹn giờ): set in the transaction that decides it, claimed like other work.

A claim that ran out is taken again, so a timer whose process died still falls due.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, or_, select, update

from storage.database import insert_into, ring
from storage.moment import Moment
from storage.rows import NewTimer, TimerRow
from storage.store import Store
from storage.tables import timers

_CANCEL = delete(timers).where(
    timers.c.subject == bindparam("of"),
    timers.c.kind.in_(bindparam("kinds", expanding=True)),
    timers.c.settled_at.is_(None),
)
_SETTLE = (
    update(timers)
    .where(
        timers.c.id == bindparam("timer"),
        timers.c.due_at == bindparam("was_due_at", type_=Moment),
        timers.c.settled_at.is_(None),
    )
    .values(settled_at=bindparam("settled_now", type_=Moment), claimed_by=None, claimed_until=None)
)


def set_timers(connection: Connection, wanted: Iterable[NewTimer]) -> None:
    """Set timers inside a transaction.

    (kind, subject, step) is one timer: set again while it waits, the earlier time stays;
    set again after it was settled, it is armed anew.
    """
    is_set = False
    for timer in sorted(wanted, key=lambda each: (each.kind, each.subject, each.step)):
        connection.execute(
            _setting(connection.dialect.name),
            {
                "kind": timer.kind,
                "subject": timer.subject,
                "step": timer.step,
                "due_at": timer.due_at,
            },
        )
        is_set = True
    if is_set:
        ring(connection, "timers")


@cache
def _setting(dialect: str) -> Any:
    """Build the statement once: it is written for nearly every message."""
    statement = insert_into(dialect, timers)
    is_waiting_earlier = timers.c.settled_at.is_(None) & (
        timers.c.due_at <= statement.excluded.due_at
    )
    return statement.on_conflict_do_update(
        index_elements=["kind", "subject", "step"],
        set_={
            "due_at": statement.excluded.due_at,
            "settled_at": None,
            "claimed_by": None,
            "claimed_until": None,
        },
        where=~is_waiting_earlier,
    )


def cancel_timers(connection: Connection, *, subject: str, kinds: Collection[str]) -> int:
    """Forget what waits for a subject and return how many; one that runs now finds itself gone."""
    if not kinds:
        return 0
    return connection.execute(_CANCEL, {"of": subject, "kinds": tuple(kinds)}).rowcount


def settle_inside(connection: Connection, timer: TimerRow, *, now: datetime) -> bool:
    """Settle a timer in the transaction of its effects; False: gone, settled or armed anew."""
    done = connection.execute(
        _SETTLE, {"timer": timer.id, "was_due_at": timer.due_at, "settled_now": now}
    )
    return done.rowcount == 1


async def claim_due(
    store: Store,
    *,
    owner: str,
    now: datetime,
    claim_seconds: float,
    limit: int,
    last: Collection[str] = (),
) -> tuple[TimerRow, ...]:
    """Claim what is due, oldest first; no other process gets it before the claim runs out.

    Timers of the kinds in `last` come after all others, however long they have been due.
    """
    until = now + timedelta(seconds=claim_seconds)
    return await store.db.transaction(
        lambda connection: _claim(connection, owner, now, until, limit, tuple(last))
    )


async def settle(store: Store, timer: TimerRow, *, now: datetime) -> bool:
    """Note that a timer is done; False when it was cancelled or armed anew meanwhile."""
    return await store.db.transaction(lambda connection: settle_inside(connection, timer, now=now))


async def put_off(store: Store, timer: TimerRow, *, until: datetime) -> None:
    """Look again at a time: what the timer was set for has not come yet, or failed."""
    await store.db.transaction(lambda connection: put_off_inside(connection, timer, until=until))


def put_off_inside(connection: Connection, timer: TimerRow, *, until: datetime) -> None:
    """Put a timer off in a transaction that does something else too."""
    connection.execute(
        update(timers)
        .where(
            timers.c.id == timer.id,
            timers.c.due_at == timer.due_at,
            timers.c.settled_at.is_(None),
        )
        .values(due_at=until, claimed_by=None, claimed_until=None)
    )
    ring(connection, "timers")


async def next_due(store: Store) -> datetime | None:
    """Return when the next timer is due or its claim runs out; None when nothing waits."""
    later = case(
        (timers.c.claimed_until > timers.c.due_at, timers.c.claimed_until), else_=timers.c.due_at
    )
    return await store.db.read(
        lambda connection: connection.execute(
            select(func.min(later)).where(timers.c.settled_at.is_(None))
        ).scalar()
    )


_DUE = (
    select(timers)
    .where(
        timers.c.settled_at.is_(None),
        timers.c.due_at <= bindparam("now", type_=Moment),
        or_(
            timers.c.claimed_until.is_(None),
            timers.c.claimed_until <= bindparam("now", type_=Moment),
        ),
    )
    .order_by(
        case((timers.c.kind.in_(bindparam("last", expanding=True)), 1), else_=0),
        timers.c.due_at,
        timers.c.id,
    )
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)


def _claim(
    connection: Connection,
    owner: str,
    now: datetime,
    until: datetime,
    limit: int,
    last: tuple[str, ...],
) -> tuple[TimerRow, ...]:
    found = tuple(
        TimerRow(id=row.id, kind=row.kind, subject=row.subject, step=row.step, due_at=row.due_at)
        for row in connection.execute(_DUE, {"now": now, "last": last, "most": limit})
    )
    if found:
        connection.execute(
            update(timers)
            .where(timers.c.id.in_([timer.id for timer in found]))
            .values(claimed_by=owner, claimed_until=until)
        )
    return found
