"""An invented year in rows: made as reports are, told apart, and removed again."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.content.check import faults_of_reply, read_rulebook
from intake.canned import wrong_placeholder
from intake.clock import LOCAL_ZONE
from intake.demo.voices import read_voices
from intake.demo.year import AlreadySeeded, Order, ProductionRefused, RealRefused, Seeded, seed
from intake.settings import Settings, read_settings
from storage import events, tickets
from storage.accounts import users
from storage.drills import demo, drills
from storage.drills.demo_marks import holds_real_tickets
from storage.drills.drills import Outcome
from storage.incidents import incidents
from storage.learning import readings
from storage.rows import EventRow
from storage.store import Store
from storage.tables import conversations, inbox
from storage.words import canned, held_words
from tests.tickets_made import open_ticket

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
SMALL = Order(tickets=20, days=3, seed=4)
QUIET = Order(tickets=6, days=3, seed=4, beside=True)
SCREENS = {"queue", "canned", "drills", "held", "incidents", "reading"}
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
    assert len(ids) >= SMALL.tickets
    assert times == sorted(times)
    assert len(made.passwords) == 6
    assert not await holds_real_tickets(store)
    assert len(await store.vault.keys(ids)) == len(ids)

    gone = await demo.remove(store, actor_id="shell", now=NOW, tell=lambda _done, _all: None)

    notes = [event for each in ids for event in await events.ticket_events(store, each)]
    assert (gone.tickets, gone.people) == (len(ids), 6)
    assert await store.vault.keys(ids) == {}
    assert {each.note for each in notes} == {""}
    assert await tickets.queue(store) == ()
    assert await users.list_users(store) == ()
    assert (await _events(store))[-1].kind == demo.REMOVED
    assert (await events.verify(store)).is_whole


async def test_every_screen_has_something_to_see_and_nothing_once_it_is_removed(
    store: Store, make: Made
) -> None:
    await make(replace(SMALL, tickets=40, days=30))

    assert await _screens(store) == SCREENS
    assert [one.is_approved for one in await canned.replies(store)] == [True, True, False]
    drill = (await drills.last_drills(store))[0]
    assert (drill.outcome, drill.human_ms) == (Outcome.ANSWERED, 25_000)

    await demo.remove(store, actor_id="shell", now=NOW, tell=lambda _done, _all: None)

    assert await _screens(store) == set()
    assert not await holds_real_tickets(store)
    owners = await store.db.read(lambda c: c.execute(select(conversations.c.id)).scalars().all())
    assert await store.vault.keys(owners) == {}


async def _screens(store: Store) -> set[str]:
    """Return which screens of the console show something."""
    day = NOW.astimezone(LOCAL_ZONE).date() - timedelta(days=1)
    begin, end = readings.bounds(day)
    told = await store.db.read(
        lambda c: c.execute(
            select(inbox.c.id).where(
                inbox.c.doubt.is_not(None), inbox.c.received_at.between(begin, end)
            )
        ).first()
    )
    found = {
        "queue": await tickets.queue(store),
        "canned": await canned.replies(store),
        "drills": await drills.last_drills(store),
        "held": await held_words.waiting(store),
        "incidents": await incidents.open_incidents(store),
        "reading": told,
    }
    return {name for name, rows in found.items() if rows}


async def test_beside_real_reports_no_screen_but_the_queue_of_the_past_is_filled(
    store: Store, make: Made
) -> None:
    await make(QUIET)

    assert await _screens(store) == set()


def test_invented_replies_keep_to_the_rules() -> None:
    for text in read_voices().lines("canned"):
        assert list(faults_of_reply(text, read_rulebook())) == []
        assert wrong_placeholder(text) is None


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
