"""PostgreSQL: an asyncio pool for the work, and one connection that hears NOTIFY for the bell."""

import asyncio
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.bell import Bell
from storage.database import NOTIFY_CHANNEL, Work
from storage.errors import StorageUnavailable

T = TypeVar("T")
_POOL = 10
_CLASHES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_TRIES = 5
_AWAY = (OperationalError, InterfaceError, InternalError, NotSupportedError, PoolTimeout)
"""Gone, restarting, read-only after a failover: spool and try later. Not: our own mistakes."""
_RECONNECT_SECONDS = 1.0
_LIMITS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=15s"
"""A process that froze while it held a row must not stop all the others."""
_KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class PostgresDatabase:
    """The engine that scales: any number of processes."""

    dialect = "postgresql"

    def __init__(self, engine: AsyncEngine, url: URL) -> None:
        self.bell = Bell()
        self._engine = engine
        self._url = url
        self._ears = asyncio.create_task(self._hear())

    @classmethod
    async def connect(cls, url: str) -> "PostgresDatabase":
        """Prepare the pool; nothing is connected before the first use."""
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_async_engine(
            parsed,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "options": _LIMITS, **_KEEPALIVE},
        )
        return cls(engine, parsed)

    async def transaction(self, work: Work[T]) -> T:
        """See `Database.transaction`."""
        for tries_left in reversed(range(_TRIES)):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except (DBAPIError, PoolTimeout) as error:
                _raise_unless_clash(error, tries_left)
        raise StorageUnavailable("unreachable")

    async def read(self, work: Work[T]) -> T:
        """See `Database.read`."""
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                return await connection.run_sync(work)
        except _AWAY as error:
            raise StorageUnavailable(type(error).__name__) from None

    async def close(self) -> None:
        """See `Database.close`."""
        self._ears.cancel()
        with suppress(asyncio.CancelledError):
            await self._ears
        await self._engine.dispose()

    async def _hear(self) -> None:
        """Pass every NOTIFY on to the bell; after a lost connection, wake everybody."""
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    address, autocommit=True, connect_timeout=5, **_KEEPALIVE
                ) as connection:
                    await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    self.bell.ring_all()
                    async for notification in connection.notifies():
                        self.bell.ring(notification.payload)
            except (psycopg.Error, OSError):
                await asyncio.sleep(_RECONNECT_SECONDS)


def _raise_unless_clash(error: Exception, tries_left: int) -> None:
    """Let a deadlock be tried again; anything else goes up, connection trouble as unavailable."""
    original = getattr(error, "orig", None)
    if getattr(original, "sqlstate", None) in _CLASHES and tries_left:
        return
    if isinstance(error, _AWAY):
        raise StorageUnavailable(type(original or error).__name__) from None
    raise error
