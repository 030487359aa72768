"""Change what a member of staff may do (vai trò)."""

from datetime import datetime

from sqlalchemy import Connection, delete, update

from storage import duty, events
from storage.errors import NotFound
from storage.store import Store
from storage.tables import sessions, users
from storage.tickets.leaving import lay_down, record_laid_down


async def set_role(store: Store, user_id: str, *, role: str, now: datetime, actor_id: str) -> None:
    """Give another role; nothing of the old one stays.

    The user is off duty and signed out, and their tickets wait for somebody again.
    """

    def work(connection: Connection) -> None:
        changed = connection.execute(update(users).where(users.c.id == user_id).values(role=role))
        if changed.rowcount != 1:
            raise NotFound
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        duty.end_shift(connection, user_id)
        laid_down = lay_down(connection, user_id, now=now)
        record_laid_down(connection, store, laid_down, user_id=user_id, actor_id=actor_id, now=now)
        detail = {"user": user_id, "role": role}
        events.append(
            connection, store.vault, kind="role_changed", at=now, actor_id=actor_id, detail=detail
        )

    await store.db.transaction(work)
