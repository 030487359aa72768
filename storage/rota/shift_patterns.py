"""Shifts that come back every week (lịch lặp), laid out as rows of the rota some weeks ahead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage import events
from storage.database import insert_new
from storage.errors import NotFound
from storage.rota.rows import (
    AHEAD,
    LONGEST,
    NewPattern,
    NewShift,
    Pattern,
    ShiftRole,
    SubstitutionState,
    local_day,
    occurrences,
)
from storage.rota.shifts import SHIFT_BEGINS, BadShift, lock_user, shift_values, watch_shift
from storage.rota.tables import shift_patterns, shifts, substitutions
from storage.store import Store
from storage.timers import cancel_timers


async def add_pattern(store: Store, pattern: NewPattern, *, actor_id: str, now: datetime) -> int:
    """Plan the same shift for every week, return the pattern's number. Raises `BadShift`."""
    is_short = 0 < pattern.minutes <= LONGEST[pattern.role].total_seconds() / 60
    if not (is_short and 0 <= pattern.weekday < 7 and 0 <= pattern.start_minute < 24 * 60):
        raise BadShift

    def work(connection: Connection) -> int:
        lock_user(connection, pattern.user_id)
        row = connection.execute(
            shift_patterns.insert()
            .values(
                user_id=pattern.user_id,
                role=pattern.role.value,
                weekday=pattern.weekday,
                start_minute=pattern.start_minute,
                minutes=pattern.minutes,
                from_day=pattern.from_day,
                until_day=pattern.until_day,
                created_at=now,
                created_by=actor_id,
            )
            .returning(shift_patterns)
        ).one()
        _lay_out(connection, (_pattern(row),), now)
        detail = {"user": pattern.user_id, "role": pattern.role.value, "weekday": pattern.weekday}
        events.append(
            connection, store.vault, kind="shifts_repeated", at=now, actor_id=actor_id,
            detail=detail,
        )  # fmt: skip
        pattern_id: int = row.id
        return pattern_id

    return await store.db.transaction(work)


async def end_pattern(store: Store, pattern_id: int, *, actor_id: str, now: datetime) -> int:
    """Let a pattern end today; return how many later shifts it takes with it.

    What a substitute has taken over stays: somebody was told so.
    """

    def work(connection: Connection) -> int:
        row = connection.execute(
            select(shift_patterns).where(shift_patterns.c.id == pattern_id).with_for_update()
        ).first()
        if row is None:
            raise NotFound
        connection.execute(
            update(shift_patterns)
            .where(shift_patterns.c.id == pattern_id)
            .values(until_day=local_day(now))
        )
        later = _of_pattern(connection, pattern_id, now)
        for each in later:
            cancel_timers(connection, subject=str(each), kinds=(SHIFT_BEGINS,))
        connection.execute(update(shifts).where(shifts.c.id.in_(later)).values(cancelled_at=now))
        events.append(
            connection, store.vault, kind="shifts_ended", at=now, actor_id=actor_id,
            detail={"user": row.user_id, "count": len(later)},
        )  # fmt: skip
        return len(later)

    return await store.db.transaction(work)


async def lay_out_patterns(store: Store, *, now: datetime) -> None:
    """Make shifts of all patterns some weeks ahead; harmless when done twice."""

    def work(connection: Connection) -> None:
        _lay_out(connection, _patterns(connection, now), now)

    await store.db.transaction(work)


async def patterns(store: Store, *, now: datetime) -> tuple[Pattern, ...]:
    """Return the patterns that go on, by weekday and time."""
    return await store.db.read(lambda connection: _patterns(connection, now))


def _lay_out(connection: Connection, wanted: Iterable[Pattern], now: datetime) -> None:
    last = local_day(now + AHEAD)
    for pattern in wanted:
        for each in occurrences(pattern, local_day(now), last):
            if each.ends_at > now:
                _insert_once(connection, pattern, each, now)


def _insert_once(connection: Connection, pattern: Pattern, shift: NewShift, now: datetime) -> None:
    values = shift_values(shift) | {
        "pattern_id": pattern.id,
        "created_at": now,
        "created_by": "rota",
    }
    if not insert_new(connection, shifts, values):
        return  # laid out before, and perhaps given to somebody else or cancelled since
    shift_id = connection.execute(
        select(shifts.c.id).where(
            shifts.c.pattern_id == pattern.id, shifts.c.starts_at == shift.starts_at
        )
    ).scalar_one()
    watch_shift(connection, shift_id, shift, now)


def _of_pattern(connection: Connection, pattern_id: int, now: datetime) -> list[int]:
    given = select(substitutions.c.shift_id).where(
        substitutions.c.state == SubstitutionState.AGREED
    )
    found = connection.execute(
        select(shifts.c.id).where(
            shifts.c.pattern_id == pattern_id,
            shifts.c.starts_at > now,
            shifts.c.cancelled_at.is_(None),
            shifts.c.id.not_in(given),
        )
    )
    return list(found.scalars())


def _patterns(connection: Connection, now: datetime) -> tuple[Pattern, ...]:
    rows = connection.execute(
        select(shift_patterns)
        .where(shift_patterns.c.until_day.is_(None) | (shift_patterns.c.until_day > local_day(now)))
        .order_by(shift_patterns.c.weekday, shift_patterns.c.start_minute, shift_patterns.c.id)
    )
    return tuple(_pattern(row) for row in rows)


def _pattern(row: Row[Any]) -> Pattern:
    return Pattern(
        id=row.id,
        user_id=row.user_id,
        role=ShiftRole(row.role),
        weekday=row.weekday,
        start_minute=row.start_minute,
        minutes=row.minutes,
        from_day=row.from_day,
        until_day=row.until_day,
    )
