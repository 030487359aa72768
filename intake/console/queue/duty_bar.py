"""What the desk says of duty (trực): one's own shift, who is on call, holes of the rota, tests."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiohttp import web

from intake.console.queue.board import Snapshot
from intake.console.render import may
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission
from intake.rota import DAY, WEEK, Hole, holes_in
from intake.service import SERVICE
from storage.rota import duty
from storage.rota.rows import Shift, ShiftRole

_SOON = timedelta(minutes=30)
"""How long before a shift ends by itself its person is asked whether they are still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBar:
    """The lines above the queue."""

    is_on_duty: bool
    until: datetime | None
    """When one's own shift ends by itself."""
    ends_soon: bool
    on_call: tuple[str, ...] = field(repr=False)
    next_shift: datetime | None
    """When one's next planned shift begins, within a day."""
    hole_today: Hole | None = None
    """The next hole within 24 hours; for who plans the rota, without a sound."""
    hole_of_week: Hole | None = None
    holes: int = 0
    """How many there are within 7 days."""
    test_id: int | None = None
    """The test of the alarm that rings here."""


def duty_bar_of(request: web.Request, snapshot: Snapshot) -> DutyBar:
    """Return what this reader has to know."""
    user, now = request[SIGNED_IN].user, request.app[SERVICE].clock()
    mine, planned = duty.as_of(user, now), snapshot.planned
    until = mine.duty_until if mine.is_on_duty else None
    bar = DutyBar(
        is_on_duty=mine.is_on_duty,
        until=until,
        ends_soon=until is not None and until - now <= _SOON,
        on_call=_on_call(snapshot, now),
        next_shift=_next(planned, user.id, now),
        test_id=snapshot.tests.get(user.id),
    )
    if not may(request[SIGNED_IN], Permission.MANAGE_ROTA):
        return bar
    return _with_holes(bar, planned, now)


def _with_holes(bar: DutyBar, planned: tuple[Shift, ...], now: datetime) -> DutyBar:
    today, week = holes_in(planned, now, now + DAY), holes_in(planned, now, now + WEEK)
    return replace(
        bar,
        hole_today=today[0] if today else None,
        hole_of_week=week[0] if week else None,
        holes=len(week),
    )


def _on_call(snapshot: Snapshot, now: datetime) -> tuple[str, ...]:
    ids = {
        shift.user_id
        for shift in snapshot.planned
        if shift.role is ShiftRole.ON_CALL and shift.starts_at <= now
    }
    return tuple(each.display_name for each in snapshot.staff if each.id in ids)


def _next(planned: tuple[Shift, ...], user_id: str, now: datetime) -> datetime | None:
    starts = [each.starts_at for each in planned if each.user_id == user_id]
    return min((at for at in starts if now < at <= now + DAY), default=None)
