"""SQLite: one writer thread, BEGIN IMMEDIATE, group commit with a savepoint each; readers apart.

What waits in the queue when a commit ends is committed together in the next one, so the disk's
flush is paid once for many. Every caller hears of its own result only after that flush.
"""

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, IntegrityError

from storage.bell import Bell
from storage.database import Work, collected_rings
from storage.errors import StorageUnavailable
from storage.wal import switch_to_wal

T = TypeVar("T")
_BATCH = 128
_READERS = 4
_BUSY_SECONDS = 5
_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1_000}",
    "PRAGMA cache_size = -16000",
)
_UNFLUSHED = ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -64000")
UNDURABLE = "?synchronous=off"
"""At the end of a URL: `AloneDatabase`. For invented rows alone, which can be made again."""
_ALONE_AT_ONCE = 500
"""Pieces of work in one commit of who writes alone."""


@dataclass(frozen=True, slots=True)
class _Item:
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    item: _Item
    value: Any = None
    error: BaseException | None = None


class SqliteDatabase:
    """The embedded engine."""

    dialect = "sqlite"

    def __init__(self, url: str) -> None:
        self.bell = Bell()
        self._loop = asyncio.get_running_loop()
        self._path = Path(make_url(url).database or "")
        _make_private(self._path)
        self._writer_engine = _engine(self._path, _PRAGMAS)
        self._reader_engine = _engine(self._path, (*_PRAGMAS, "PRAGMA query_only = ON"))
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._writer.start()

    async def transaction(self, work: Work[T]) -> T:
        """See `Database.transaction`."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Item(work, future))
        return await future

    async def read(self, work: Work[T]) -> T:
        """See `Database.read`."""
        return await self._loop.run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """See `Database.close`."""
        self._queue.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    def _read(self, work: Work[T]) -> T:
        try:
            with self._reader_engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    return work(connection)
                finally:
                    connection.exec_driver_sql("ROLLBACK")
        except DatabaseError as error:
            raise StorageUnavailable(type(error.orig).__name__) from None

    def _write(self) -> None:
        connection: Connection | None = None
        while batch := self._next_batch():
            try:
                connection = connection or self._writer_engine.connect()
                outcomes = _commit_together(connection, batch)
            except DatabaseError as error:
                unavailable = StorageUnavailable(type(error.orig).__name__)
                outcomes = [_Outcome(item, error=unavailable) for item in batch]
                _abandon(connection)
                connection = None
            rings = _take_rings(connection)
            self._loop.call_soon_threadsafe(_tell, outcomes, rings, self.bell)
        if connection is not None:
            connection.close()

    def _next_batch(self) -> list[_Item]:
        first = self._queue.get()
        batch = [first]
        while batch[-1] is not None and len(batch) < _BATCH:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        if batch[-1] is None and len(batch) > 1:
            self._queue.put(None)  # finish these first, stop in the next round
        return [item for item in batch if item is not None]


class AloneDatabase:
    """SQLite for who writes a great deal and nobody else does: no threads, no flush, few commits.

    Work runs where it is called; it is kept once the database was closed. Nobody hears the bell.
    """

    dialect = "sqlite"

    def __init__(self, url: str) -> None:
        self.bell = Bell()
        path = Path(make_url(url.removesuffix(UNDURABLE)).database or "")
        _make_private(path)
        self._engine = _engine(path, (*_PRAGMAS, *_UNFLUSHED))
        self._connection = self._engine.connect()
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        self._left = _ALONE_AT_ONCE

    async def transaction(self, work: Work[T]) -> T:
        """See `Database.transaction`."""
        self._connection.exec_driver_sql("SAVEPOINT alone")
        try:
            value = work(self._connection)
        except BaseException:
            self._connection.exec_driver_sql("ROLLBACK TO alone")
            raise
        finally:
            self._connection.exec_driver_sql("RELEASE alone")
            collected_rings(self._connection).clear()
        self._left -= 1
        if not self._left:
            self._connection.exec_driver_sql("COMMIT")
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._left = _ALONE_AT_ONCE
        return value

    async def read(self, work: Work[T]) -> T:
        """See `Database.read`."""
        return work(self._connection)

    async def close(self) -> None:
        """See `Database.close`."""
        self._connection.exec_driver_sql("COMMIT")
        self._connection.close()
        self._engine.dispose()


def _engine(path: Path, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are written below, by hand
        pool_size=_READERS,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        switch_to_wal(connection, patience_seconds=_BUSY_SECONDS)
        for pragma in pragmas:
            connection.execute(pragma)

    return engine


def _commit_together(connection: Connection, batch: list[_Item]) -> list[_Outcome]:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    if len(batch) == 1:
        return [_run_alone(connection, batch[0])]
    outcomes = [_run(connection, item) for item in batch]
    connection.exec_driver_sql("COMMIT")
    return outcomes


def _run_alone(connection: Connection, item: _Item) -> _Outcome:
    """Run without a savepoint: there is no neighbour to spare."""
    try:
        value = item.work(connection)
    except DatabaseError as error:
        if not isinstance(error, IntegrityError):
            raise
        outcome = _Outcome(item, error=error)
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller in the other thread
        outcome = _Outcome(item, error=error)
    else:
        connection.exec_driver_sql("COMMIT")
        return _Outcome(item, value=value)
    connection.exec_driver_sql("ROLLBACK")
    collected_rings(connection).clear()
    return outcome


def _run(connection: Connection, item: _Item) -> _Outcome:
    rung = len(collected_rings(connection))
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        value = item.work(connection)
    except DatabaseError as error:
        if not isinstance(error, IntegrityError):
            raise  # full disk, broken file: the whole batch is in question
        outcome = _Outcome(item, error=error)
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller in the other thread
        outcome = _Outcome(item, error=error)
    else:
        connection.exec_driver_sql("RELEASE one")
        return _Outcome(item, value=value)
    connection.exec_driver_sql("ROLLBACK TO one")
    connection.exec_driver_sql("RELEASE one")
    del collected_rings(connection)[rung:]
    return outcome


def _abandon(connection: Connection | None) -> None:
    """Throw the connection away: the next batch starts on a fresh one."""
    if connection is not None:
        collected_rings(connection).clear()
        connection.invalidate()
        connection.close()


def _take_rings(connection: Connection | None) -> list[str]:
    if connection is None:
        return []
    rings = list(dict.fromkeys(collected_rings(connection)))
    collected_rings(connection).clear()
    return rings


def _tell(outcomes: list[_Outcome], rings: list[str], bell: Bell) -> None:
    for outcome in outcomes:
        future = outcome.item.future
        if future.done():  # the caller went away; what was written stays written
            continue
        if outcome.error is None:
            future.set_result(outcome.value)
        else:
            future.set_exception(outcome.error)
    for topic in rings:
        bell.ring(topic)


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
