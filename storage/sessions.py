"""Signed-in browsers (phiên đăng nhập), known by the hash of a token that only the browser has."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from storage import duty, events
from storage.rows import UserRow
from storage.store import Store
from storage.tables import sessions, users
from storage.user_rows import to_user

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is known: a write for each request would be too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A signed-in browser and its user."""

    user: UserRow
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


async def open_session(
    store: Store, user_id: str, *, token_hash: bytes, csrf: str, now: datetime, lifetime: timedelta
) -> None:
    """Remember a browser that signed in; sessions that ran out are forgotten."""
    row = {
        "token_hash": token_hash,
        "user_id": user_id,
        "csrf": csrf,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + lifetime,
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
        row = connection.execute(
            select(
                users, sessions.c.csrf, sessions.c.seen_at, sessions.c.expires_at,
                sessions.c.created_at.label("opened_at"),
            )
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(
                sessions.c.token_hash == token_hash,
                sessions.c.expires_at > now,
                sessions.c.seen_at > now - idle,
                users.c.is_active,
            )
        ).first()  # fmt: skip
        if row is None:
            return None
        return SessionRow(
            user=duty.as_of(to_user(row, store.vault.staff_key), now),
            csrf=row.csrf,
            created_at=row.opened_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
        )

    found = await store.db.read(work)
    if found and now - found.seen_at >= _SEEN_EVERY:
        await _touch(store, token_hash, now)
    return found


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


async def close_sessions_of(store: Store, user_id: str) -> None:
    """Sign a user out everywhere, which ends the shift."""

    def work(connection: Connection) -> None:
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        duty.end_shift(connection, user_id)

    await store.db.transaction(work)


async def _touch(store: Store, token_hash: bytes, now: datetime) -> None:
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now)
            ).rowcount
        )
    )
