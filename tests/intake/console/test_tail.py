"""The end of the events, shared by all streams of a process: read seldom, and nothing is missed."""

import asyncio

from intake.console.tail import Tail
from storage import events


async def _tell(store, clock, count: int = 1) -> int:
    for _ in range(count):
        last = await events.tell(store, kind="test", now=clock(), actor_id=None, detail={})
    return last


async def test_fifty_who_ask_at_once_cost_two_readings_at_most(store, clock) -> None:
    tail = Tail()
    before = await tail.newest(store)
    readings = tail.readings
    last = await _tell(store, clock)

    answers = await asyncio.gather(*(tail.after(store, before) for _ in range(50)))

    assert all([event.id for event in found] == [last] for found in answers)
    assert tail.readings - readings <= 2


async def test_what_is_told_before_somebody_asks_is_in_the_answer(store, clock) -> None:
    tail = Tail()
    await tail.newest(store)

    async def ask() -> None:
        for _ in range(10):
            last = await _tell(store, clock)
            assert await tail.newest(store) >= last
            found = await tail.after(store, last - 1)
            assert found[0].id == last

    await asyncio.gather(*(ask() for _ in range(8)))


async def test_who_comes_with_an_old_id_is_told_everything_since(store, clock) -> None:
    first = await _tell(store, clock)
    tail = Tail()
    last = await _tell(store, clock, 3)
    await tail.newest(store)

    found = await tail.after(store, first)

    assert [event.id for event in found] == list(range(first + 1, last + 1))
