"""Events commit in the order of their ids, and a changed one breaks the chain."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, text, update

from storage import events
from storage.store import Store
from storage.tables import chain
from storage.tables import events as table
from tests.engines import Urls


def _append(store: Store, now: Any, kind: str = "noted", **values: Any):  # type: ignore[no-untyped-def]  # a coroutine of int
    return store.db.transaction(
        lambda connection: events.append(connection, store.vault, kind=kind, at=now, **values)
    )


async def _tamper(store: Store, statement: str) -> None:
    """Do what an administrator of the database could do: lift the guard and change a row."""

    def work(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER events_refuse_update"))
            connection.execute(text("DROP TRIGGER events_refuse_delete"))
        connection.execute(text(statement))

    await store.db.transaction(work)


async def test_ids_have_no_gaps_even_when_many_write_and_some_fail(store: Store, clock) -> None:
    def failing(connection: Connection) -> None:
        events.append(connection, store.vault, kind="lost", at=clock())
        raise ValueError

    results = await asyncio.gather(
        *(_append(store, clock(), detail={"n": n}) for n in range(30)),
        *(store.db.transaction(failing) for _ in range(5)),
        return_exceptions=True,
    )

    assert sorted(r for r in results if isinstance(r, int)) == list(range(1, 31))
    assert await events.last_event_id(store) == 30


async def test_two_processes_append_to_one_chain(urls: Urls, clock) -> None:
    async with urls.open() as one, urls.open() as other:
        ids = await asyncio.gather(*(_append(each, clock()) for each in (one, other) * 15))

        assert sorted(ids) == list(range(1, 31))
        assert (await events.verify(one)).is_whole


async def test_a_reader_gets_what_came_after_an_id_in_order(store: Store, clock) -> None:
    for kind in ("a", "b", "c"):
        await _append(store, clock(), kind)

    assert [event.kind for event in await events.events_after(store, 1)] == ["b", "c"]
    assert [event.kind for event in await events.events_after(store, 0, limit=1)] == ["a"]
    assert await events.events_after(store, 3) == ()


async def test_whoever_listens_hears_of_a_new_event(store: Store, clock) -> None:
    with store.db.bell.listen("events") as ear:
        await ear.wait(0.5)  # the first connection of PostgreSQL's ear rings everybody
        await _append(store, clock())

        assert await ear.wait(5)


async def test_a_whole_chain_is_reported_with_its_end(store: Store, clock) -> None:
    for n in range(5):
        await _append(store, clock(), detail={"chữ": n, "a": [1, "x", None]}, note_sealed=b"x")

    report = await events.verify(store)

    assert report.is_whole
    assert (report.count, report.last_id) == (5, 5)


async def test_a_chain_longer_than_a_batch_is_walked_to_its_end(store: Store, clock) -> None:
    def many(connection: Connection) -> None:
        for _ in range(1_000):
            events.append(connection, store.vault, kind="noted", at=clock())

    await store.db.transaction(many)

    assert (await events.verify(store)).count == 1_000


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE events SET actor_id = 'somebody' WHERE id = 3", 3),
        ("UPDATE events SET detail = '{\"n\": 9}' WHERE id = 2", 2),
        ("UPDATE events SET note_sealed = NULL WHERE id = 4", 4),
        ("DELETE FROM events WHERE id = 1", 1),
        ("DELETE FROM events WHERE id = 3", 3),
        ("DELETE FROM events WHERE id = 5", 5),
    ],
)
async def test_a_changed_or_removed_event_is_found(
    store: Store, clock, statement: str, broken_at: int
) -> None:
    for n in range(5):
        await _append(store, clock(), detail={"n": n}, note_sealed=b"sealed")

    await _tamper(store, statement)

    report = await events.verify(store)
    assert not report.is_whole
    assert report.broken_at == broken_at


async def test_an_inserted_event_is_found(store: Store, clock) -> None:
    await _append(store, clock())

    def insert(connection: Connection) -> None:
        row = {"id": 2, "at": clock(), "kind": "forged", "detail": {}, "mac": bytes(32)}
        connection.execute(table.insert().values(**row))
        connection.execute(update(chain).values(last_id=2, last_mac=bytes(32)))

    await store.db.transaction(insert)

    assert (await events.verify(store)).broken_at == 2
