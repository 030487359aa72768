"""Signs of life (dấu hiệu hoạt động): of every process that works, and of the watcher that asks."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from storage.database import insert_into
from storage.store import Store
from storage.watch.tables import beats

WATCHER = "watcher"
"""The kind of whoever asks; every other kind is a process of ours."""
_KEPT = timedelta(days=1)
"""The row of a process that is gone."""


async def beat(store: Store, name: str, *, kind: str, now: datetime) -> None:
    """Say that somebody is there now; forgets who has been gone for a day."""
    await store.db.transaction(lambda connection: _beat(connection, name, kind, now))


async def last_asked(store: Store) -> datetime | None:
    """Return when a watcher asked last; None when none ever did."""
    asked = select(func.max(beats.c.at)).where(beats.c.kind == WATCHER)
    return await store.db.read(lambda connection: connection.execute(asked).scalar())


def _beat(connection: Connection, name: str, kind: str, now: datetime) -> None:
    statement = insert_into(connection.dialect.name, beats).values(name=name, kind=kind, at=now)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"kind": statement.excluded.kind, "at": statement.excluded.at},
        )
    )
    connection.execute(delete(beats).where(beats.c.at < now - _KEPT))
