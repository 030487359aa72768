"""The single writer: what fails alone fails alone, what is told is on the disk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.database import Database, open_database, ring
from storage.errors import StorageUnavailable
from storage.sqlite import UNDURABLE


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite:///{tmp_path / 'rows.db'}") as database:
        await database.transaction(_make_table)
        yield database


def _make_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"))


def _count(connection: Connection) -> int:
    return connection.execute(text("SELECT count(*) FROM numbers")).scalar_one()


def _insert(number: int):  # type: ignore[no-untyped-def]  # a closure over a plain number
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
        return number

    return work


async def test_many_callers_each_hear_of_their_own_result(database: Database) -> None:
    results = await asyncio.gather(*(database.transaction(_insert(n)) for n in range(200)))

    assert results == list(range(200))
    assert await database.read(_count) == 200


async def test_a_failing_neighbour_in_the_same_commit_takes_nobody_with_it(
    database: Database,
) -> None:
    def fail(connection: Connection) -> None:
        _insert(999)(connection)
        raise ValueError("mine alone")

    outcomes = await asyncio.gather(
        database.transaction(_insert(1)),
        database.transaction(fail),
        database.transaction(_insert(2)),
        return_exceptions=True,
    )

    assert outcomes[0] == 1
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 2
    assert await database.read(_count) == 2


async def test_the_bell_rings_for_what_was_committed_only(database: Database) -> None:
    def fail(connection: Connection) -> None:
        ring(connection, "lost")
        raise ValueError

    def work(connection: Connection) -> None:
        ring(connection, "kept")

    with database.bell.listen("lost") as lost, database.bell.listen("kept") as kept:
        await asyncio.gather(
            database.transaction(fail), database.transaction(work), return_exceptions=True
        )

        assert await kept.wait(1)
        assert not await lost.wait(0.01)


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        await database.read(_insert(1))


async def test_a_locked_file_is_unavailable_and_comes_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    await database.transaction(
        lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 50") and None
    )
    other = sqlite3.connect(tmp_path / "rows.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable):
        await database.transaction(_insert(1))
    other.execute("ROLLBACK")
    other.close()

    assert await database.transaction(_insert(1)) == 1


async def test_the_file_is_for_the_service_alone(database: Database, tmp_path: Path) -> None:
    assert (tmp_path / "rows.db").stat().st_mode & 0o077 == 0


async def test_who_writes_alone_loses_only_what_failed_and_keeps_the_rest(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'alone' / 'rows.db'}"

    def fail(connection: Connection) -> None:
        _insert(999_999)(connection)
        raise ValueError("mine alone")

    async with open_database(url + UNDURABLE) as alone:
        await alone.transaction(_make_table)
        for number in range(1_200):  # more than one commit
            assert await alone.transaction(_insert(number)) == number
        with pytest.raises(ValueError, match="mine alone"):
            await alone.transaction(fail)
        assert await alone.read(_count) == 1_200

    async with open_database(url) as database:
        assert await database.read(_count) == 1_200
    assert (tmp_path / "alone" / "rows.db").stat().st_mode & 0o077 == 0
