"""Substitutes (thay ca): asked for, taken, and agreed to by a supervisor; then the shift changes.

Until then whoever has the shift keeps it: a wish that nobody answered must not leave a hole.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage.errors import StorageError
from storage.keys.sealing import Key, open_text, seal_text
from storage.rota.rows import OPEN_SUBSTITUTIONS, Shift, Substitution, SubstitutionState
from storage.rota.shifts import give_shift, lock_user, note, read_shift, to_shift
from storage.rota.tables import shifts, substitutions
from storage.store import Store

State = SubstitutionState


class SubstitutionOver(StorageError):
    """This wish is not open any more, or the shift is over."""


async def ask(store: Store, shift_id: int, *, user_id: str, reason: str, now: datetime) -> int:
    """Ask for a substitute for one's own shift; return the wish's number. Asked twice it is one."""

    def work(connection: Connection) -> int:
        shift = read_shift(connection, shift_id)
        if shift.user_id != user_id or shift.ends_at <= now:
            raise SubstitutionOver
        is_open = substitutions.c.state.in_(OPEN_SUBSTITUTIONS)
        found: int | None = connection.execute(
            select(substitutions.c.id).where(substitutions.c.shift_id == shift_id, is_open)
        ).scalar()
        if found is not None:
            return found
        wish_id = _insert(connection, store, shift, State.ASKED, user_id, reason, now)
        note(connection, store, "substitute_asked", shift, actor_id=user_id, now=now)
        return wish_id

    return await store.db.transaction(work)


async def take(store: Store, wish_id: int, *, user_id: str, now: datetime) -> None:
    """Say that one will take a shift; the first one counts. Raises `SubstitutionOver`."""

    def work(connection: Connection) -> None:
        shift, row = _lock(connection, wish_id)
        lock_user(connection, user_id)
        if row.state != State.ASKED or row.asked_by == user_id or shift.ends_at <= now:
            raise SubstitutionOver
        _change(connection, wish_id, state=State.TAKEN, taken_by=user_id, taken_at=now)
        note(connection, store, "substitute_taken", shift, actor_id=user_id, now=now)

    await store.db.transaction(work)


async def agree(store: Store, wish_id: int, *, actor_id: str, now: datetime) -> None:
    """Give the shift to who has taken it. Raises `SubstitutionOver`."""

    def work(connection: Connection) -> None:
        shift, row = _lock(connection, wish_id)
        if row.state != State.TAKEN or shift.ends_at <= now:
            raise SubstitutionOver
        lock_user(connection, row.taken_by)
        _change(connection, wish_id, state=State.AGREED, settled_by=actor_id, settled_at=now)
        give_shift(connection, shift, row.taken_by, now=now)
        note(
            connection, store, "substitute_agreed", shift, actor_id=actor_id, now=now,
            by=row.taken_by,
        )  # fmt: skip

    await store.db.transaction(work)


async def refuse(store: Store, wish_id: int, *, actor_id: str, now: datetime) -> None:
    """Leave the shift with who has it. Raises `SubstitutionOver`."""
    await _end(store, wish_id, State.REFUSED, actor_id, now)


async def withdraw(store: Store, wish_id: int, *, user_id: str, now: datetime) -> None:
    """Take one's own wish back. Raises `SubstitutionOver`."""
    await _end(store, wish_id, State.WITHDRAWN, user_id, now)


async def replace(
    store: Store, shift_id: int, *, user_id: str, actor_id: str, now: datetime
) -> None:
    """Give a shift to somebody at once, as a supervisor may; what was asked for it is settled.

    Raises `SubstitutionOver` where the shift is over or theirs already.
    """

    def work(connection: Connection) -> None:
        shift = read_shift(connection, shift_id)
        lock_user(connection, user_id)
        if shift.user_id == user_id or shift.ends_at <= now:
            raise SubstitutionOver
        is_open = substitutions.c.state.in_(OPEN_SUBSTITUTIONS)
        connection.execute(
            update(substitutions)
            .where(substitutions.c.shift_id == shift_id, is_open)
            .values(state=State.REFUSED, settled_by=actor_id, settled_at=now)
        )
        wish_id = _insert(connection, store, shift, State.AGREED, actor_id, "", now)
        _change(
            connection, wish_id, taken_by=user_id, taken_at=now, settled_by=actor_id,
            settled_at=now,
        )  # fmt: skip
        give_shift(connection, shift, user_id, now=now)
        note(connection, store, "substitute_agreed", shift, actor_id=actor_id, now=now, by=user_id)

    await store.db.transaction(work)


async def of_shifts_between(
    store: Store, start: datetime, end: datetime
) -> tuple[Substitution, ...]:
    """Return the wishes for the shifts that touch a time, oldest first."""
    return await _read(store, _joined().where(shifts.c.ends_at > start, shifts.c.starts_at < end))


async def still_open(store: Store, *, now: datetime) -> tuple[Substitution, ...]:
    """Return the wishes that wait for somebody, the next shift first."""
    is_open = substitutions.c.state.in_(OPEN_SUBSTITUTIONS)
    return await _read(store, _joined().where(is_open, shifts.c.ends_at > now))


async def _read(store: Store, asked: Select[Any]) -> tuple[Substitution, ...]:
    rows = await store.db.read(
        lambda connection: connection.execute(
            asked.order_by(shifts.c.starts_at, substitutions.c.id)
        ).all()
    )
    return tuple(_to_substitution(row, store.vault.staff_key) for row in rows)


async def _end(store: Store, wish_id: int, state: State, actor_id: str, now: datetime) -> None:
    def work(connection: Connection) -> None:
        shift, row = _lock(connection, wish_id)
        is_theirs = state is State.REFUSED or row.asked_by == actor_id
        if row.state not in OPEN_SUBSTITUTIONS or not is_theirs:
            raise SubstitutionOver
        _change(connection, wish_id, state=state, settled_by=actor_id, settled_at=now)
        note(connection, store, f"substitute_{state.value}", shift, actor_id=actor_id, now=now)

    await store.db.transaction(work)


def _insert(
    connection: Connection,
    store: Store,
    shift: Shift,
    state: State,
    user_id: str,
    reason: str,
    now: datetime,
) -> int:
    sealed = seal_text(store.vault.staff_key, reason, _context(shift.id)) if reason else None
    wish_id: int = connection.execute(
        substitutions.insert()
        .values(
            shift_id=shift.id, state=state, asked_by=user_id, asked_at=now, reason_sealed=sealed
        )
        .returning(substitutions.c.id)
    ).scalar_one()
    return wish_id


def _lock(connection: Connection, wish_id: int) -> tuple[Shift, Row[Any]]:
    """Lock the shift, then its wish."""
    shift_id = connection.execute(
        select(substitutions.c.shift_id).where(substitutions.c.id == wish_id)
    ).scalar()
    if shift_id is None:
        raise SubstitutionOver
    shift = read_shift(connection, shift_id)
    row = connection.execute(
        select(substitutions).where(substitutions.c.id == wish_id).with_for_update()
    ).one()
    return shift, row


def _change(connection: Connection, wish_id: int, **values: Any) -> None:
    connection.execute(update(substitutions).where(substitutions.c.id == wish_id).values(**values))


def _joined() -> Select[Any]:
    wish = [column.label(f"wish_{column.name}") for column in substitutions.c]
    return (
        select(shifts, *wish)
        .join(substitutions, substitutions.c.shift_id == shifts.c.id)
        .where(shifts.c.cancelled_at.is_(None))
    )


def _to_substitution(row: Row[Any], key: Key) -> Substitution:
    sealed = row.wish_reason_sealed
    return Substitution(
        id=row.wish_id,
        shift=to_shift(row),
        state=State(row.wish_state),
        asked_by=row.wish_asked_by,
        asked_at=row.wish_asked_at,
        taken_by=row.wish_taken_by,
        taken_at=row.wish_taken_at,
        settled_by=row.wish_settled_by,
        settled_at=row.wish_settled_at,
        reason=open_text(key, sealed, _context(row.id)) if sealed else "",
    )


def _context(shift_id: int) -> str:
    return f"shift:{shift_id}:reason"
