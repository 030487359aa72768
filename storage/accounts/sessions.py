"""Signed-in browsers (phiên đăng nhập), known by the hash of a token that only the browser has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from storage import events
from storage.accounts.user_rows import select_staff, to_user
from storage.moment import Moment
from storage.rota import duty
from storage.rows import UserRow
from storage.store import Store
from storage.tables import sessions, users

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is known: a write for each request would be too many."""
_HANDLE_LETTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A signed-in browser and its user."""

    user: UserRow
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    factor_at: datetime | None
    """When the second factor was passed; None: not yet, or there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A signed-in browser as its user sees it in a list (thiết bị)."""

    handle: str
    """Names it in a form; nobody signs in with it."""
    browser: str
    created_at: datetime
    seen_at: datetime
    is_admitted: bool
    """Whether the second factor was passed in it."""


_SESSION = (
    select_staff()
    .add_columns(
        sessions.c.csrf, sessions.c.seen_at, sessions.c.expires_at, sessions.c.factor_at,
        sessions.c.created_at.label("opened_at"),
    )
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        users.c.is_active,
        sessions.c.expires_at > bindparam("now", type_=Moment),
        sessions.c.seen_at > bindparam("idle_since", type_=Moment),
    )
)  # fmt: skip


def handle_of(token_hash: bytes) -> str:
    """Return the name of a session in a form."""
    return token_hash.hex()[:_HANDLE_LETTERS]


async def open_session(
    store: Store,
    user_id: str,
    *,
    token_hash: bytes,
    csrf: str,
    now: datetime,
    lifetime: timedelta,
    browser: str = "",
    factor_at: datetime | None = None,
) -> None:
    """Remember a browser that signed in; sessions that ran out are forgotten."""
    row = {
        "token_hash": token_hash,
        "user_id": user_id,
        "csrf": csrf,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + lifetime,
        "browser": browser,
        "factor_at": factor_at,
    }

    def work(connection: Connection) -> None:
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        connection.execute(sessions.insert().values(**row))

    await store.db.transaction(work)


async def session(
    store: Store, token_hash: bytes, *, now: datetime, idle: timedelta
) -> SessionRow | None:
    """Return a session of an active user that is neither over nor idle for too long."""

    def work(connection: Connection) -> SessionRow | None:
        known = {"token_hash": token_hash, "now": now, "idle_since": now - idle}
        row = connection.execute(_SESSION, known).first()
        if row is None:
            return None
        return SessionRow(
            user=duty.as_of(to_user(row, store.vault.staff_key), now),
            csrf=row.csrf,
            created_at=row.opened_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            factor_at=row.factor_at,
        )

    found = await store.db.read(work)
    if found and now - found.seen_at >= _SEEN_EVERY:
        await _change(store, token_hash, {"seen_at": now})
    return found


async def admit(store: Store, token_hash: bytes, *, new_hash: bytes, now: datetime) -> None:
    """Note that the second factor was passed; the browser goes on with a new token (rotation)."""
    changes = {"token_hash": new_hash, "factor_at": now, "seen_at": now}
    await _change(store, token_hash, changes)


async def devices(
    store: Store, user_id: str, *, now: datetime, idle: timedelta
) -> tuple[DeviceRow, ...]:
    """Return where somebody is signed in, the newest first."""
    found = await store.db.read(
        lambda connection: connection.execute(
            select(sessions)
            .where(sessions.c.user_id == user_id, *_alive(now, idle))
            .order_by(sessions.c.created_at.desc())
        ).all()
    )
    return tuple(
        DeviceRow(
            handle=handle_of(row.token_hash),
            browser=row.browser,
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_admitted=row.factor_at is not None,
        )
        for row in found
    )


async def close_session(store: Store, token_hash: bytes, *, now: datetime) -> None:
    """Sign a browser out, which ends the shift; a session that is gone already is no error."""

    def work(connection: Connection) -> None:
        user_id = connection.execute(
            delete(sessions)
            .where(sessions.c.token_hash == token_hash)
            .returning(sessions.c.user_id)
        ).scalar()
        if not user_id:
            return
        was_on_duty = duty.end_shift(connection, user_id)
        if was_on_duty:
            events.append(
                connection, store.vault, kind="duty_ended", at=now, actor_id=user_id,
                detail={"user": user_id, "why": "signed_out"},
            )  # fmt: skip
        events.append(connection, store.vault, kind="user_signed_out", at=now, actor_id=user_id)

    await store.db.transaction(work)


async def close_device(store: Store, user_id: str, handle: str, *, now: datetime) -> bool:
    """Sign out another browser of one's own, the shift goes on; False when it is gone already."""

    def work(connection: Connection) -> bool:
        owned = select(sessions.c.token_hash).where(sessions.c.user_id == user_id)
        hashes = [each for each in connection.execute(owned).scalars() if handle_of(each) == handle]
        return _end(connection, store, user_id, sessions.c.token_hash.in_(hashes), now, user_id) > 0

    return await store.db.transaction(work)


async def close_other_devices(
    store: Store, user_id: str, token_hash: bytes, *, now: datetime
) -> int:
    """Sign out every browser of one's own but this one; return how many that were."""
    others = sessions.c.token_hash != token_hash
    return await store.db.transaction(
        lambda connection: _end(connection, store, user_id, others, now, user_id)
    )


async def close_sessions_of(store: Store, user_id: str, *, now: datetime, actor_id: str) -> int:
    """Sign a user out everywhere, which ends the shift; return how many sessions that were."""

    def work(connection: Connection) -> int:
        duty.end_shift(connection, user_id)
        everywhere = sessions.c.user_id == user_id
        return _end(connection, store, user_id, everywhere, now, actor_id)

    return await store.db.transaction(work)


def _end(
    connection: Connection,
    store: Store,
    user_id: str,
    which: ColumnElement[bool],
    now: datetime,
    actor_id: str,
) -> int:
    count = connection.execute(
        delete(sessions).where(sessions.c.user_id == user_id, which)
    ).rowcount
    if count:
        detail = {"user": user_id, "count": count}
        events.append(
            connection, store.vault, kind="sessions_ended", at=now, actor_id=actor_id, detail=detail
        )
    return count


def _alive(now: datetime, idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    return sessions.c.expires_at > now, sessions.c.seen_at > now - idle


async def _change(store: Store, token_hash: bytes, values: Mapping[str, Any]) -> None:
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                update(sessions).where(sessions.c.token_hash == token_hash).values(**values)
            ).rowcount
        )
    )
