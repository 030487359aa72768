"""Change what a member of staff may do (vai trò)."""

from datetime import datetime

from sqlalchemy import Connection, delete, update

from storage import events
from storage.errors import NotFound
from storage.store import Store
from storage.tables import sessions, users


async def set_role(store: Store, user_id: str, *, role: str, now: datetime, actor_id: str) -> None:
    """Give another role; the user is off duty and signed out, so that nothing of the old stays."""

    def work(connection: Connection) -> None:
        changed = connection.execute(
            update(users).where(users.c.id == user_id).values(role=role, is_on_duty=False)
        )
        if changed.rowcount != 1:
            raise NotFound
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        detail = {"user": user_id, "role": role}
        events.append(
            connection, store.vault, kind="role_changed", at=now, actor_id=actor_id, detail=detail
        )

    await store.db.transaction(work)
