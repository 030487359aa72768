"""Shifts (ca trực): begun by a person, ended by a person or by the time, whichever comes first.

A flag that nobody clears would have the alarm ring somebody who went home. A shift that is not
confirmed ends 12 hours after it began; it also ends with the log-out, the account and the role.
A flag without an end (written by an older process) does not count: then everybody is rung.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage import events
from storage.errors import NotFound
from storage.rows import NewTimer, TimerRow, UserRow
from storage.store import Store
from storage.tables import users
from storage.timers import cancel_timers, set_timers, settle_inside

SHIFT = timedelta(hours=12)
DUTY_OVER = "duty_over"
"""The kind of the timer that ends a shift; its subject is a user."""


def as_of(user: UserRow, now: datetime) -> UserRow:
    """Return the user as on duty as they are at a moment."""
    is_on_duty = user.is_on_duty and user.duty_until is not None and user.duty_until > now
    return user if is_on_duty == user.is_on_duty else replace(user, is_on_duty=is_on_duty)


def begin_shift(connection: Connection, user_id: str, *, now: datetime) -> None:
    """Begin a shift or confirm one: it ends 12 hours from now. Raises `NotFound`."""
    until = now + SHIFT
    if not _write(connection, user_id, is_on_duty=True, until=until):
        raise NotFound
    cancel_timers(connection, subject=user_id, kinds=(DUTY_OVER,))
    set_timers(connection, (NewTimer(kind=DUTY_OVER, subject=user_id, due_at=until),))


def begin_planned(connection: Connection, user_id: str, *, until: datetime) -> None:
    """Put somebody on duty by the rota; a shift of theirs that ends later goes on."""
    own = connection.execute(
        select(users.c.duty_until).where(users.c.id == user_id, users.c.is_on_duty)
    ).scalar()
    until = max(until, own or until)
    _write(connection, user_id, is_on_duty=True, until=until)
    cancel_timers(connection, subject=user_id, kinds=(DUTY_OVER,))
    set_timers(connection, (NewTimer(kind=DUTY_OVER, subject=user_id, due_at=until),))


def end_shift(connection: Connection, user_id: str) -> bool:
    """End a shift inside a transaction; False when there was none. Raises `NotFound`."""
    was_on_duty = connection.execute(
        select(users.c.is_on_duty).where(users.c.id == user_id).with_for_update(key_share=True)
    ).scalar()
    if not _write(connection, user_id, is_on_duty=False, until=None):
        raise NotFound
    cancel_timers(connection, subject=user_id, kinds=(DUTY_OVER,))
    return bool(was_on_duty)


async def end_when_over(store: Store, timer: TimerRow, *, now: datetime) -> bool:
    """End the shift that a timer watches and settle it; True when a shift ended."""

    def work(connection: Connection) -> bool:
        row = connection.execute(
            select(users.c.is_on_duty, users.c.duty_until)
            .where(users.c.id == timer.subject)
            .with_for_update(key_share=True)
        ).first()
        if not settle_inside(connection, timer, now=now):
            return False
        if row is None or not row.is_on_duty or (row.duty_until and row.duty_until > now):
            return False
        _write(connection, timer.subject, is_on_duty=False, until=None)
        events.append(
            connection, store.vault, kind="duty_ended", at=now,
            detail={"user": timer.subject, "why": "time"},
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


def _write(
    connection: Connection, user_id: str, *, is_on_duty: bool, until: datetime | None
) -> bool:
    changed = connection.execute(
        update(users).where(users.c.id == user_id).values(is_on_duty=is_on_duty, duty_until=until)
    )
    return changed.rowcount == 1
