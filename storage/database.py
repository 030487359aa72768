"""One `transaction()` in front of both engines; the only road on which anything is committed.

Work is a plain function of a SQLAlchemy Core connection. On SQLite it runs in the one writer thread
(storage/sqlite.py), on PostgreSQL inside an asyncio pool (storage/postgres.py).
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Table, func, select

from storage.bell import Bell

T = TypeVar("T")
Work = Callable[[Connection], T]
NOTIFY_CHANNEL = "langnghe"
_RINGS = "langnghe_rings"


class Database(Protocol):
    """What the functions of `storage` need of an engine."""

    dialect: str
    """`sqlite` or `postgresql`."""
    bell: Bell

    async def transaction(self, work: Work[T]) -> T:
        """Run `work` and commit; an exception rolls back. Raises `StorageUnavailable`.

        Work may run more than once (a deadlock is retried), so it keeps no state of its own.
        """

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one consistent snapshot; nothing can be written."""

    async def close(self) -> None:
        """Finish what was handed in, then close."""


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open `sqlite:///path` or `postgresql://…`; closes at the end of the block."""
    database = await _connect(url)
    try:
        yield database
    finally:
        await database.close()


async def _connect(url: str) -> Database:
    """Import the one engine that is used: the other takes a second to load."""
    if url.startswith("sqlite"):
        from storage.sqlite import UNDURABLE, AloneDatabase, SqliteDatabase

        return AloneDatabase(url) if url.endswith(UNDURABLE) else SqliteDatabase(url)
    from storage.postgres import PostgresDatabase

    return await PostgresDatabase.connect(url)


def insert_into(dialect: str, table: Table) -> Any:
    """Return the engine's own INSERT, which knows ON CONFLICT."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql(table)
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite

    return insert_sqlite(table)


def new_id() -> str:
    """Return a random id for a contact, conversation, ticket or user: 32 hex digits."""
    return uuid4().hex


def ring(connection: Connection, topic: str) -> None:
    """Ring the bell in every process once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(NOTIFY_CHANNEL, topic)))
    else:
        connection.info.setdefault(_RINGS, []).append(topic)


def collected_rings(connection: Connection) -> list[str]:
    """Return the topics rung so far on a SQLite connection; the writer empties the list."""
    rings: list[str] = connection.info.setdefault(_RINGS, [])
    return rings


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique key stands in the way; True when inserted."""
    inserted = connection.execute(_insert_new(connection.dialect.name, table), dict(values))
    return inserted.first() is not None  # rowcount of an INSERT is -1 on psycopg


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    statement = insert_into(dialect, table).on_conflict_do_nothing()
    return statement.returning(*table.primary_key.columns)
