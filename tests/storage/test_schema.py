"""Migrations go up and down with data in the tables, on both engines, and match the tables."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage import schema
from storage.accounts import users
from storage.copies import backup_rows
from storage.rows import NewTimer
from storage.store import Store, open_store
from storage.tables import events, metadata, tickets
from storage.timers import set_timers
from tests.engines import Urls, migrated_cluster
from tests.tickets_made import DROWNING, HAZARD, add_user, open_ticket


@pytest.fixture
def empty_url(engine: str, tmp_path: Path) -> str:
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'rows.db'}"
    return migrated_cluster().create()


def test_an_empty_database_is_brought_to_the_newest_revision(empty_url: str) -> None:
    assert schema.current(empty_url) is None

    schema.migrate(empty_url)
    schema.migrate(empty_url)

    assert schema.current(empty_url) == schema.newest() == "0023"


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(schema.migrate, [empty_url] * 4))

    assert schema.current(empty_url) == schema.newest()


async def test_the_migrations_build_exactly_the_tables_of_the_code(store: Store) -> None:
    def differences(connection):  # type: ignore[no-untyped-def]  # alembic's own shapes
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert {table.name for table in backup_rows.ROW_TABLES} == set(metadata.tables)

    assert await store.db.read(differences) == []


async def test_going_down_a_step_keeps_the_tickets_and_going_up_again_works(
    urls: Urls, clock
) -> None:
    async with urls.open() as store:
        await add_user(store, clock())
        ticket = await open_ticket(store, clock(), DROWNING)

    schema.migrate(urls.database_url, "0001")
    assert schema.current(urls.database_url) == "0001"
    schema.migrate(urls.database_url)

    async with urls.open() as store:
        kept = await store.db.read(lambda c: c.execute(select(tickets.c.number)).scalar_one())
        assert kept == ticket.number
        await add_user(store, clock())  # events are written again, the chain begins anew
        assert await store.db.read(lambda c: c.execute(select(events.c.id)).scalars().all()) == [1]


async def test_a_shift_under_way_ends_12_hours_after_it_began_whatever_the_tables_went_through(
    urls: Urls, clock
) -> None:
    begun = clock()
    async with urls.open() as store:
        on, off = await add_user(store, begun, is_on_duty=True), await add_user(store, begun)
        ticket = await open_ticket(store, begun, HAZARD)
        later = NewTimer(kind="alarm", subject=ticket.id, due_at=begun, step=2**31 + 7)
        await store.db.transaction(lambda connection: set_timers(connection, (later,)))

    schema.migrate(urls.database_url, "0002")
    assert await _kinds_that_wait(urls) == ["alarm"]  # the older code knows no other
    schema.migrate(urls.database_url)

    assert await _kinds_that_wait(urls) == ["alarm", "duty_over"]
    async with urls.open() as store:
        ends = {user.id: user.duty_until for user in await users.list_users(store)}
        assert ends == {on.id: begun + timedelta(hours=12), off.id: None}
        assert [user.id for user in await users.on_duty(store, now=clock())] == [on.id]


async def _kinds_that_wait(urls: Urls) -> list[str]:
    async with urls.open() as store:
        found = await store.db.read(
            lambda c: c.execute(text("SELECT kind FROM timers")).scalars().all()
        )
        return sorted(found)


async def test_all_the_way_down_leaves_no_table(urls: Urls, clock) -> None:
    async with urls.open() as store:
        await add_user(store, clock())
        await open_ticket(store, clock(), DROWNING)

    schema.migrate(urls.database_url, "base")

    assert schema.current(urls.database_url) is None
    async with open_store(
        database_url=urls.database_url,
        keys_url=urls.keys_url,
        master_key_file=urls.master_key_file,
    ) as store:
        left = await store.db.read(lambda c: inspect(c).get_table_names())
    assert set(left) - {"sqlite_sequence"} == {"alembic_version"}


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events"])
async def test_the_engine_itself_refuses_to_change_an_event(
    store: Store, clock, statement: str
) -> None:
    await add_user(store, clock())

    with pytest.raises(DBAPIError, match="append-only"):
        await store.db.transaction(lambda c: c.execute(text(statement)).rowcount)
    assert await store.db.read(lambda c: c.execute(select(events.c.kind)).scalars().all()) == [
        "user_created"
    ]
