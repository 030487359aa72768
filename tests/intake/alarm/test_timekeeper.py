"""The timekeeper never stops, wakes when a timer is set, and tries again what failed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from intake.service import Service
from intake.timekeeper import Timekeeper, keep_time
from storage import timers
from storage.errors import StorageUnavailable
from storage.rows import NewTimer
from storage.store import Store


@pytest.fixture
def service(service_on: Callable[..., Service], store: Store) -> Service:
    return service_on(store)


async def _set(store: Store, kind: str, due_at: Any, subject: str = "c1") -> None:
    timer = NewTimer(kind=kind, subject=subject, due_at=due_at)
    await store.db.transaction(lambda connection: timers.set_timers(connection, (timer,)))


async def test_a_timer_of_the_dialogue_makes_the_desk_speak_once(
    store: Store, service: Service, clock
) -> None:
    keeper = Timekeeper(service, "p1")
    await _set(store, "still_waiting", clock() + timedelta(seconds=5))

    assert await keeper.run_due() == 0
    assert await keeper.seconds_until_next() == 5
    clock.forward(5)
    assert await keeper.run_due() == 1
    assert await keeper.run_due() == 0

    assert service.desk.spoken == [("c1", "still_waiting")]  # type: ignore[attr-defined]  # the fake


async def test_a_timer_that_fails_is_tried_again_later_and_the_others_go_on(
    store: Store, service: Service, clock
) -> None:
    desk: Any = service.desk
    speak, broken = desk.speak, ["broken"]

    async def sometimes(conversation_id: str, kind: str) -> None:
        if kind in broken:
            raise ValueError
        await speak(conversation_id, kind)

    desk.speak = sometimes
    keeper = Timekeeper(service, "p1")
    await _set(store, "broken", clock())
    await _set(store, "whole", clock())

    assert await keeper.run_due() == 2
    assert desk.spoken == [("c1", "whole")]
    clock.forward(1)
    assert await keeper.run_due() == 1
    clock.forward(1)
    assert await keeper.run_due() == 0  # the second wait is longer
    clock.forward(1)
    broken.clear()
    assert await keeper.run_due() == 1

    assert desk.spoken == [("c1", "whole"), ("c1", "broken")]


async def test_a_timer_whose_ticket_is_gone_is_settled(
    store: Store, service: Service, clock
) -> None:
    for kind in ("alarm", "silence", "tell_nobody_answered", "tell_nobody_on_duty"):
        await _set(store, kind, clock(), subject="f" * 32)

    assert await Timekeeper(service, "p1").run_due() == 4

    assert await timers.next_due(store) is None


async def test_it_wakes_when_a_timer_is_set_and_goes_on_when_the_database_was_away(
    store: Store, service: Service, clock
) -> None:
    desk: Any = service.desk
    speak, was_away, spoke = desk.speak, asyncio.Event(), asyncio.Event()

    async def through_an_outage(conversation_id: str, kind: str) -> None:
        if not was_away.is_set():
            was_away.set()
            raise StorageUnavailable
        await speak(conversation_id, kind)
        if kind == "still_waiting":
            spoke.set()

    desk.speak = through_an_outage
    loop = asyncio.create_task(keep_time(service, "p1"))
    await _set(store, "still_waiting", clock())

    async with asyncio.timeout(20):
        await was_away.wait()
        clock.forward(15)  # the claim runs out
        await _set(store, "another", clock())
        await spoke.wait()
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop

    assert ("c1", "still_waiting") in desk.spoken
