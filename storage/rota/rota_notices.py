"""Looking ahead in the rota (lịch trống): once an hour, and each hole is told of once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage import events
from storage.rows import NewTimer, TimerRow
from storage.store import Store
from storage.tables import events as event_table
from storage.timers import put_off_inside, set_timers

ROTA_LOOK = "rota_look"
"""The kind of the timer that looks ahead; there is one, and it never ends."""
ROTA_HOLE = "rota_hole"
_EVERY = timedelta(hours=1)


async def keep_looking(store: Store, *, now: datetime) -> None:
    """See to it that somebody looks within the hour; harmless when done twice."""
    timer = NewTimer(kind=ROTA_LOOK, subject="rota", due_at=now + _EVERY)
    await store.db.transaction(lambda connection: set_timers(connection, (timer,)))


async def tell_hole(store: Store, timer: TimerRow, *, hole: str, now: datetime) -> bool:
    """Tell the desk of a hole unless the last one told of was the same; look again in an hour.

    `hole` is a name for it: the time at which it ends; empty: there is none. True when it was told.
    """

    def work(connection: Connection) -> bool:
        put_off_inside(connection, timer, until=now + _EVERY)
        last = connection.execute(
            select(event_table.c.detail)
            .where(event_table.c.kind == ROTA_HOLE)
            .order_by(event_table.c.id.desc())
            .limit(1)
        ).scalar()
        if not hole or (last or {}).get("until") == hole:
            return False
        events.append(connection, store.vault, kind=ROTA_HOLE, at=now, detail={"until": hole})
        return True

    return await store.db.transaction(work)
