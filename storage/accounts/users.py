"""Members of staff (người dùng); their names are sealed with the vault's staff key.

Password hashes are made and checked by intake/accounts.py; here they are only kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update

from storage import events
from storage.accounts.second_people import keep_one
from storage.accounts.user_rows import seal_chat, seal_name, select_staff, to_user
from storage.database import insert_new, new_id
from storage.errors import NotFound, StorageError
from storage.keys.vault import Vault
from storage.rota import duty
from storage.rows import UserRow
from storage.store import Store
from storage.tables import sessions, users
from storage.tickets.leaving import lay_down, record_laid_down

LONGEST_LOCK = timedelta(hours=1)
"""However often an account is attacked: nobody is locked out for longer at a time."""


class LoginTaken(StorageError):
    """There is a user with this login already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who joins."""

    login: str
    display_name: str = field(repr=False)
    role: str
    password_hash: str = field(repr=False)
    must_change_password: bool = True
    staff_chat: str = field(default="", repr=False)


_EVERYBODY = select_staff().order_by(users.c.login)
_BY_ID = select_staff().where(users.c.id == bindparam("user"))
_FORGIVEN: Mapping[str, Any] = {"failures": 0, "locked_until": None, "locks": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What signing in needs to know."""

    user: UserRow
    password_hash: str = field(repr=False)
    failures: int
    locked_until: datetime | None


async def create_user(
    store: Store, new: NewUser, *, now: datetime, actor_id: str | None = None
) -> UserRow:
    """Add a member of staff; raises `LoginTaken`."""
    return await store.db.transaction(
        lambda connection: insert_user(
            connection, store.vault, new, now=now, actor_id=actor_id, detail={}
        )
    )


def insert_user(
    connection: Connection,
    vault: Vault,
    new: NewUser,
    *,
    now: datetime,
    actor_id: str | None,
    detail: Mapping[str, Any],
) -> UserRow:
    """Add a member of staff inside a transaction; raises `LoginTaken`."""
    user_id, key = new_id(), vault.staff_key
    row = {
        "id": user_id,
        "login": new.login,
        "display_name_sealed": seal_name(key, user_id, new.display_name),
        "staff_chat_sealed": seal_chat(key, user_id, new.staff_chat),
        "password_hash": new.password_hash,
        "role": new.role,
        "is_active": True,
        "is_on_duty": False,
        "must_change_password": new.must_change_password,
        "failures": 0,
        "created_at": now,
    }
    if not insert_new(connection, users, row):
        raise LoginTaken
    told = {"user": user_id, "role": new.role, **detail}
    events.append(connection, vault, kind="user_created", at=now, actor_id=actor_id, detail=told)
    return to_user(connection.execute(_BY_ID, {"user": user_id}).one(), key)


async def find_user(store: Store, login: str) -> Credentials | None:
    """Return what signing in needs; None for an unknown login."""

    def work(connection: Connection) -> Credentials | None:
        row = connection.execute(select_staff().where(users.c.login == login)).first()
        if row is None:
            return None
        return Credentials(
            user=to_user(row, store.vault.staff_key),
            password_hash=row.password_hash,
            failures=row.failures,
            locked_until=row.locked_until,
        )

    return await store.db.read(work)


async def user(store: Store, user_id: str) -> UserRow | None:
    """Return a member of staff."""
    row = await store.db.read(
        lambda connection: connection.execute(_BY_ID, {"user": user_id}).first()
    )
    return to_user(row, store.vault.staff_key) if row else None


async def list_users(store: Store) -> tuple[UserRow, ...]:
    """Return everybody, by login."""
    rows = await store.db.read(lambda connection: connection.execute(_EVERYBODY).all())
    return tuple(to_user(row, store.vault.staff_key) for row in rows)


async def on_duty(store: Store, *, now: datetime | None = None) -> tuple[UserRow, ...]:
    """Return who is on duty (đang trực); without `now` as the timekeeper left it, seconds ago."""
    staff = await list_users(store)
    if now is not None:
        staff = tuple(duty.as_of(each, now) for each in staff)
    return tuple(each for each in staff if each.is_active and each.is_on_duty)


async def set_password(
    store: Store,
    user_id: str,
    *,
    password_hash: str,
    must_change_password: bool,
    now: datetime,
    actor_id: str,
) -> None:
    """Change a password; every session of the user ends, every lockout too."""
    values = {
        "password_hash": password_hash,
        "must_change_password": must_change_password,
        **_FORGIVEN,
    }

    def work(connection: Connection) -> None:
        _change(connection, user_id, values)
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        _note(connection, store, "password_changed", now, actor_id, user_id)

    await store.db.transaction(work)


async def set_on_duty(store: Store, user_id: str, *, is_on_duty: bool, now: datetime) -> None:
    """Begin a shift (trực), confirm it for 12 hours more, or end it."""

    def work(connection: Connection) -> None:
        if is_on_duty:
            duty.begin_shift(connection, user_id, now=now)
        else:
            duty.end_shift(connection, user_id)
        kind = "duty_begun" if is_on_duty else "duty_ended"
        _note(connection, store, kind, now, user_id, user_id)

    await store.db.transaction(work)


async def set_active(
    store: Store,
    user_id: str,
    *,
    is_active: bool,
    now: datetime,
    actor_id: str,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Let somebody in or lock them out for good; `beside` is what `keep_one` must find, if anybody.

    Who leaves is off duty and signed out, and their tickets wait for somebody again, in the same
    transaction: critical ones ring, the bot answers where they wrote.
    """

    def work(connection: Connection) -> None:
        if beside is not None:
            keep_one(connection, user_id, beside)
        _change(connection, user_id, {"is_active": is_active})
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        kind = "user_activated" if is_active else "user_deactivated"
        if is_active:
            _note(connection, store, kind, now, actor_id, user_id)
            return
        duty.end_shift(connection, user_id)
        laid_down = lay_down(connection, user_id, now=now)
        record_laid_down(connection, store, laid_down, user_id=user_id, actor_id=actor_id, now=now)
        _note(connection, store, kind, now, actor_id, user_id)

    await store.db.transaction(work)


async def set_staff_chat(
    store: Store, user_id: str, *, chat: str, now: datetime, actor_id: str
) -> None:
    """Say where a staff messenger reaches this person; empty: nowhere."""
    sealed = seal_chat(store.vault.staff_key, user_id, chat)

    def work(connection: Connection) -> None:
        _change(connection, user_id, {"staff_chat_sealed": sealed})
        _note(connection, store, "staff_chat_changed", now, actor_id, user_id)

    await store.db.transaction(work)


async def record_failure(
    store: Store,
    user_id: str,
    *,
    now: datetime,
    limit: int,
    lock_for: timedelta,
    kind: str = "sign_in_failed",
) -> datetime | None:
    """Count a wrong password or number; at the limit the user is locked, each time twice as long.

    Returns until when, or None.
    """

    def work(connection: Connection) -> datetime | None:
        row = connection.execute(
            update(users)
            .where(users.c.id == user_id)
            .values(failures=users.c.failures + 1)
            .returning(users.c.failures, users.c.locks)
        ).one()
        if row.failures < limit:
            _note(connection, store, kind, now, None, user_id)
            return None
        until: datetime = now + min(lock_for * 2 ** min(row.locks, 16), LONGEST_LOCK)
        locked = {"failures": 0, "locked_until": until, "locks": row.locks + 1}
        _change(connection, user_id, locked)
        _note(connection, store, "user_locked", now, None, user_id)
        return until

    return await store.db.transaction(work)


async def record_success(store: Store, user_id: str, *, now: datetime) -> None:
    """Somebody is in: forget what was wrong before."""

    def work(connection: Connection) -> None:
        _change(connection, user_id, _FORGIVEN)
        _note(connection, store, "user_signed_in", now, user_id, user_id)

    await store.db.transaction(work)


async def record_half(store: Store, user_id: str, *, now: datetime) -> None:
    """The password was right, the second factor is to come: nothing is forgiven yet."""
    detail = {"user": user_id}
    await events.tell(store, kind="password_accepted", now=now, actor_id=user_id, detail=detail)


async def unlock(store: Store, user_id: str, *, now: datetime, actor_id: str) -> None:
    """Let somebody try again at once."""

    def work(connection: Connection) -> None:
        _change(connection, user_id, _FORGIVEN)
        _note(connection, store, "user_unlocked", now, actor_id, user_id)

    await store.db.transaction(work)


def _change(connection: Connection, user_id: str, values: Mapping[str, Any]) -> None:
    changed = connection.execute(update(users).where(users.c.id == user_id).values(**values))
    if changed.rowcount != 1:
        raise NotFound


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    now: datetime,
    actor_id: str | None,
    user_id: str,
) -> None:
    detail = {"user": user_id}
    events.append(connection, store.vault, kind=kind, at=now, actor_id=actor_id, detail=detail)
