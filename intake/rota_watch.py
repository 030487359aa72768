"""Looks ahead in the rota: lays patterns out as shifts, tells supervisors of a hole, without sound.

The notice itself is shown as the rota stands (intake/console/queue/duty_bar.py); the event only
lets open desks fetch it.
"""

from collections.abc import Iterable
from datetime import datetime

from intake.escalation import is_of_desk
from intake.rota import DAY, holes_in
from intake.service import Service
from storage.accounts import users
from storage.rota import rota_notices, shift_patterns, shifts
from storage.rota.rows import Shift
from storage.rows import TimerRow, UserRow


async def look_at_rota(service: Service, timer: TimerRow) -> None:
    """Do it once, and again in an hour (timer `rota_look`)."""
    now = service.clock()
    await shift_patterns.lay_out_patterns(service.store, now=now)
    holes = holes_in(await shifts_of_desk(service, now, now + DAY), now, now + DAY)
    hole = holes[0].ends_at.isoformat() if holes else ""
    if holes and holes[0].ends_at == now + DAY:
        hole = "open"
    await rota_notices.tell_hole(service.store, timer, hole=hole, now=now)


async def shifts_of_desk(service: Service, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the planned shifts of those whom the alarm may ring."""
    return await shifts_of(service, await users.list_users(service.store), start, end)


async def shifts_of(
    service: Service, staff: Iterable[UserRow], start: datetime, end: datetime
) -> tuple[Shift, ...]:
    """Return the same of a staff that was read already."""
    desk = {user.id for user in staff if is_of_desk(user)}
    found = await shifts.shifts_between(service.store, start, end)
    return tuple(shift for shift in found if shift.user_id in desk)
