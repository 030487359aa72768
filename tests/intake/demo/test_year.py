"""An invented year in rows: made as reports are, told apart, and removed again."""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from intake.demo.year import AlreadySeeded, Order, ProductionRefused, RealRefused, Seeded, seed
from intake.settings import Settings, read_settings
from storage import events, tickets
from storage.accounts import users
from storage.drills import demo
from storage.drills.demo_marks import holds_real_tickets
from storage.rows import EventRow
from storage.store import Store
from tests.tickets_made import open_ticket

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
SMALL = Order(tickets=20, days=3, seed=4)
QUIET = Order(tickets=6, days=3, seed=4, beside=True)
Made = Callable[[Order], Awaitable[Seeded]]


@pytest.fixture
def settings(tmp_path: os.PathLike[str]) -> Settings:
    return read_settings({"LANGNGHE_DATA_DIR": str(tmp_path)})


@pytest.fixture
def make(store: Store, settings: Settings) -> Made:
    async def made(order: Order) -> Seeded:
        return await seed(settings, store, order, now=NOW, tell=lambda _done: None)

    return made


async def test_a_small_year_is_made_and_nothing_of_it_can_be_read_once_it_is_removed(
    store: Store, make: Made
) -> None:
    made = await make(SMALL)

    opened = [each for each in await _events(store) if each.kind == "ticket_opened"]
    times = [each.at for each in opened]
    ids = [str(each.ticket_id) for each in opened]
    assert (await events.verify(store)).is_whole
    assert len(ids) == SMALL.tickets
    assert times == sorted(times)
    assert len(made.passwords) == 6
    assert not await holds_real_tickets(store)
    assert len(await store.vault.keys(ids)) == SMALL.tickets

    gone = await demo.remove(store, actor_id="shell", now=NOW, tell=lambda _done, _all: None)

    notes = [event for each in ids for event in await events.ticket_events(store, each)]
    assert (gone.tickets, gone.people) == (SMALL.tickets, 6)
    assert await store.vault.keys(ids) == {}
    assert {each.note for each in notes} == {""}
    assert await tickets.queue(store) == ()
    assert await users.list_users(store) == ()
    assert (await _events(store))[-1].kind == demo.REMOVED
    assert (await events.verify(store)).is_whole


async def _events(store: Store) -> tuple[EventRow, ...]:
    return await events.events_after(store, 0, limit=100_000)


async def test_it_can_be_made_again_once_it_is_removed(store: Store, make: Made) -> None:
    await make(QUIET)
    with pytest.raises(AlreadySeeded):
        await make(QUIET)
    await demo.remove(store, actor_id="shell", now=NOW, tell=lambda _done, _all: None)

    await make(QUIET)

    assert (await events.verify(store)).is_whole


async def test_beside_a_real_ticket_it_is_refused_or_quiet(store: Store, make: Made) -> None:
    real = await open_ticket(store, NOW)

    with pytest.raises(RealRefused):
        await make(SMALL)
    await make(QUIET)

    assert [row.ticket.id for row in await tickets.queue(store)] == [real.id]
    await demo.remove(store, actor_id="shell", now=NOW, tell=lambda _done, _all: None)
    assert [row.ticket.id for row in await tickets.queue(store)] == [real.id]
    assert await store.vault.keys([real.id])


async def test_in_production_it_is_refused(store: Store, tmp_path: os.PathLike[str]) -> None:
    production = read_settings({"LANGNGHE_DATA_DIR": str(tmp_path), "LANGNGHE_MODE": "production"})

    with pytest.raises(ProductionRefused):
        await seed(production, store, SMALL, now=NOW, tell=lambda _done: None)
