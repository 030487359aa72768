"""When drills are held by themselves (diễn tập theo giờ): once a week, or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage import events
from storage.drills.drills import Drill, DrillRuns, RealAlarm, begin_inside
from storage.drills.tables import drill_plans
from storage.rota.rows import local_day, local_moment
from storage.rows import NewTimer, TimerRow
from storage.store import Store
from storage.timers import cancel_timers, set_timers, settle_inside

DRILL_DUE = "drill_due"
"""The kind of the timer that holds the weekly drill; its subject is `plan`."""
_PLAN = 1
_LATE = timedelta(minutes=30)
"""A drill that an outage put off for longer is left out: it was planned for that hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPlan:
    """When in the week a drill is held."""

    weekday: int | None
    """Monday is 0; None: drills by themselves are off."""
    start_minute: int
    """Of the local day."""


async def plan(store: Store) -> DrillPlan:
    """Return the plan; off until somebody turns it on."""
    return await store.db.read(_plan)


async def set_plan(store: Store, wanted: DrillPlan, *, actor_id: str, now: datetime) -> None:
    """Turn weekly drills on for a time of the week, or off."""

    def work(connection: Connection) -> None:
        connection.execute(drill_plans.delete())
        connection.execute(
            drill_plans.insert().values(
                id=_PLAN,
                weekday=wanted.weekday,
                start_minute=wanted.start_minute,
                changed_at=now,
                changed_by=actor_id,
            )
        )
        cancel_timers(connection, subject="plan", kinds=(DRILL_DUE,))
        _arm(connection, wanted, now)
        detail = {"weekday": wanted.weekday, "minute": wanted.start_minute}
        events.append(
            connection, store.vault, kind="drill_plan_changed", at=now, actor_id=actor_id,
            detail=detail,
        )  # fmt: skip

    await store.db.transaction(work)


async def begin_planned(
    store: Store,
    timer: TimerRow,
    story: str,
    *,
    actor_id: str,
    within: timedelta,
    now: datetime,
) -> Drill | None:
    """Settle the timer, set the one of next week and note the drill, all at once.

    None: it is left out. Somebody turned drills off, it comes too late, a real report waits or
    another drill is under way.
    """

    def work(connection: Connection) -> Drill | None:
        if not settle_inside(connection, timer, now=now):
            return None
        found = _plan(connection)
        _arm(connection, found, now)
        if found.weekday is None or now - timer.due_at > _LATE:
            return None
        try:
            return begin_inside(connection, store, story, actor_id=actor_id, within=within, now=now)
        except (DrillRuns, RealAlarm):
            return None

    return await store.db.transaction(work)


def next_drill(wanted: DrillPlan, now: datetime) -> datetime | None:
    """Return when the next drill is due, later than now."""
    if wanted.weekday is None:
        return None
    today = local_day(now)
    day = today + timedelta(days=(wanted.weekday - today.weekday()) % 7)
    due_at = local_moment(day, wanted.start_minute)
    return due_at if due_at > now else due_at + timedelta(days=7)


def _arm(connection: Connection, wanted: DrillPlan, now: datetime) -> None:
    due_at = next_drill(wanted, now)
    if due_at is not None:
        set_timers(connection, (NewTimer(kind=DRILL_DUE, subject="plan", due_at=due_at),))


def _plan(connection: Connection) -> DrillPlan:
    row = connection.execute(select(drill_plans).where(drill_plans.c.id == _PLAN)).first()
    if row is None:
        return DrillPlan(weekday=None, start_minute=0)
    return DrillPlan(weekday=row.weekday, start_minute=row.start_minute)
