"""Planned shifts (ca trực theo lịch): a shift under way puts its people on duty by itself.

It does so once, when it begins: who ends it early, or logs out, is not put on duty again. It ends
by itself as every shift does (storage/rota/duty.py). A timer that comes too late puts nobody
on duty.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from storage import events
from storage.errors import NotFound, StorageError
from storage.moment import Moment
from storage.rota import duty
from storage.rota.rows import LONGEST, NewShift, Shift, ShiftRole
from storage.rota.tables import shifts
from storage.rows import NewTimer, TimerRow
from storage.store import Store
from storage.tables import users
from storage.timers import cancel_timers, set_timers, settle_inside

SHIFT_BEGINS = "shift_begins"
"""The kind of the timer that begins a planned shift; its subject is the shift's number."""


class BadShift(StorageError):
    """A shift ends after it begins, and nobody is on duty for more than 12 hours."""


class ShiftOverlaps(StorageError):
    """This person has a shift of the same role at that time already."""


async def add_shift(store: Store, shift: NewShift, *, actor_id: str, now: datetime) -> int:
    """Plan a shift, return its number. Raises `BadShift` and `ShiftOverlaps`."""
    if not shift.starts_at < shift.ends_at <= shift.starts_at + LONGEST[shift.role]:
        raise BadShift

    def work(connection: Connection) -> int:
        lock_user(connection, shift.user_id)
        if connection.execute(_overlapping(shift)).first():
            raise ShiftOverlaps
        shift_id: int = connection.execute(
            shifts.insert()
            .values(**shift_values(shift), created_at=now, created_by=actor_id)
            .returning(shifts.c.id)
        ).scalar_one()
        watch_shift(connection, shift_id, shift, now)
        note(connection, store, "shift_planned", shift, actor_id=actor_id, now=now)
        return shift_id

    return await store.db.transaction(work)


async def cancel_shift(store: Store, shift_id: int, *, actor_id: str, now: datetime) -> bool:
    """Take a shift off the rota; who is on duty by it is so no more. False: it was off already."""

    def work(connection: Connection) -> bool:
        found = read_shift(connection, shift_id)
        changed = connection.execute(
            update(shifts)
            .where(shifts.c.id == shift_id, shifts.c.cancelled_at.is_(None))
            .values(cancelled_at=now)
        )
        if changed.rowcount != 1:
            return False
        leave_shift(connection, found, now=now)
        note(connection, store, "shift_cancelled", found, actor_id=actor_id, now=now)
        return True

    return await store.db.transaction(work)


async def begin_when_due(store: Store, timer: TimerRow, *, now: datetime) -> bool:
    """Put the person of a planned shift on duty and settle its timer; False: nobody was."""

    def work(connection: Connection) -> bool:
        row = connection.execute(
            select(shifts, users.c.is_active)
            .join(users, users.c.id == shifts.c.user_id)
            .where(shifts.c.id == int(timer.subject))
            .with_for_update(of=users, key_share=True)
        ).first()
        if not settle_inside(connection, timer, now=now) or row is None:
            return False
        if row.cancelled_at or not row.is_active or not row.starts_at <= now < row.ends_at:
            return False
        duty.begin_planned(connection, row.user_id, until=row.ends_at)
        events.append(
            connection, store.vault, kind="duty_begun", at=now,
            detail={"user": row.user_id, "why": "rota"},
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


_PLANNED = (
    select(shifts)
    .join(users, users.c.id == shifts.c.user_id)
    .where(
        shifts.c.ends_at > bindparam("start", type_=Moment),
        shifts.c.starts_at < bindparam("end", type_=Moment),
        shifts.c.cancelled_at.is_(None),
        users.c.is_active,
    )
    .order_by(shifts.c.starts_at, shifts.c.id)
)


async def shifts_between(store: Store, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the planned shifts that touch a time, by their beginning; of active people only."""
    return await store.db.read(lambda connection: planned(connection, start, end))


def planned(connection: Connection, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts that touch a time, inside a transaction."""
    rows = connection.execute(_PLANNED, {"start": start, "end": end})
    return tuple(to_shift(row) for row in rows)


def read_shift(connection: Connection, shift_id: int) -> Shift:
    """Lock a shift and return it; raises `NotFound`."""
    row = connection.execute(
        select(shifts).where(shifts.c.id == shift_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound
    return to_shift(row)


def give_shift(connection: Connection, shift: Shift, user_id: str, *, now: datetime) -> None:
    """Let somebody else have a shift; one that is under way changes hands at once."""
    connection.execute(update(shifts).where(shifts.c.id == shift.id).values(user_id=user_id))
    leave_shift(connection, shift, now=now)
    watch_shift(connection, shift.id, shift, now)


def leave_shift(connection: Connection, shift: Shift, *, now: datetime) -> None:
    """Forget that a shift begins; who is on duty by it is off duty, but for another shift."""
    cancel_timers(connection, subject=str(shift.id), kinds=(SHIFT_BEGINS,))
    is_under_way = shift.role is ShiftRole.DUTY and shift.starts_at <= now < shift.ends_at
    if not is_under_way:
        return
    others = planned(connection, now, now + (shift.ends_at - shift.starts_at))
    mine = [each for each in others if each.user_id == shift.user_id and each.starts_at <= now]
    if not any(each.role is ShiftRole.DUTY and each.id != shift.id for each in mine):
        duty.end_shift(connection, shift.user_id)


def note(
    connection: Connection,
    store: Store,
    kind: str,
    shift: NewShift | Shift,
    *,
    actor_id: str,
    now: datetime,
    note_sealed: bytes | None = None,
    **more: str,
) -> None:
    """Append the event of a change of the rota, as the last statement."""
    detail = {
        "user": shift.user_id,
        "role": shift.role.value,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        **more,
    }
    events.append(
        connection, store.vault, kind=kind, at=now, actor_id=actor_id, detail=detail,
        note_sealed=note_sealed,
    )  # fmt: skip


def to_shift(row: Row[Any]) -> Shift:
    """Map a row of `shifts`."""
    return Shift(
        id=row.id,
        user_id=row.user_id,
        role=ShiftRole(row.role),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        pattern_id=row.pattern_id,
    )


def watch_shift(
    connection: Connection, shift_id: int, shift: NewShift | Shift, now: datetime
) -> None:
    """Set the timer that begins a shift; a telephone on call needs none."""
    if shift.role is ShiftRole.DUTY and shift.ends_at > now:
        due_at = max(shift.starts_at, now)
        timer = NewTimer(kind=SHIFT_BEGINS, subject=str(shift_id), due_at=due_at)
        set_timers(connection, (timer,))


def shift_values(shift: NewShift) -> dict[str, Any]:
    """Return the columns of a shift."""
    return {
        "user_id": shift.user_id,
        "role": shift.role.value,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
    }


def _overlapping(shift: NewShift) -> Select[Any]:
    return select(shifts.c.id).where(
        shifts.c.user_id == shift.user_id,
        shifts.c.role == shift.role.value,
        shifts.c.cancelled_at.is_(None),
        shifts.c.starts_at < shift.ends_at,
        shifts.c.ends_at > shift.starts_at,
    )


def lock_user(connection: Connection, user_id: str) -> None:
    """Two who plan for the same person follow each other; raises `NotFound`, also for who left."""
    is_active = connection.execute(
        select(users.c.is_active).where(users.c.id == user_id).with_for_update(key_share=True)
    ).scalar()
    if not is_active:
        raise NotFound
