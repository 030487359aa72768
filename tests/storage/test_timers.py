"""Timers: set once, claimed by one, taken again from the dead, gone when cancelled."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import timers
from storage.rows import NewTimer, TimerRow
from storage.store import Store
from tests.engines import Urls


async def _set(store: Store, *wanted: NewTimer) -> None:
    await store.db.transaction(lambda connection: timers.set_timers(connection, wanted))


async def _claim(store: Store, now, owner: str = "a", limit: int = 100) -> tuple[TimerRow, ...]:
    return await timers.claim_due(store, owner=owner, now=now, claim_seconds=15, limit=limit)


@pytest.fixture
def timer(clock) -> NewTimer:
    return NewTimer(kind="alarm", subject="t1", due_at=clock())


async def test_what_is_not_due_is_not_claimed(store: Store, clock, timer: NewTimer) -> None:
    await _set(store, replace(timer, due_at=clock() + timedelta(seconds=5)))

    assert await _claim(store, clock()) == ()
    clock.forward(5)
    assert len(await _claim(store, clock())) == 1


async def test_kinds_that_come_last_let_everything_else_before_them(
    store: Store, clock, timer: NewTimer
) -> None:
    long_due = clock() - timedelta(days=1)
    await _set(
        store,
        timer,
        *(NewTimer(kind="clock", subject=f"t{n}", due_at=long_due) for n in range(3)),
    )

    found = await timers.claim_due(
        store, owner="a", now=clock(), claim_seconds=15, limit=2, last=("clock",)
    )

    assert [row.kind for row in found] == ["alarm", "clock"]


async def test_of_many_claimers_each_timer_has_one(urls: Urls, clock, timer: NewTimer) -> None:
    async with urls.open() as one, urls.open() as other:
        await _set(one, *(replace(timer, step=n) for n in range(40)))

        claimed = await asyncio.gather(
            *(_claim(each, clock(), limit=10) for each in (one, other) * 6)
        )

    steps = [row.step for rows in claimed for row in rows]
    assert sorted(steps) == list(range(40))


async def test_a_claim_that_ran_out_is_taken_again(store: Store, clock, timer: NewTimer) -> None:
    await _set(store, timer)
    (first,) = await _claim(store, clock(), "killed")

    assert await _claim(store, clock(), "b") == ()
    clock.forward(15)
    assert await _claim(store, clock(), "b") == (first,)


async def test_a_settled_timer_is_not_due_any_more(store: Store, clock, timer: NewTimer) -> None:
    await _set(store, timer)
    (claimed,) = await _claim(store, clock())

    assert await timers.settle(store, claimed, now=clock())
    assert not await timers.settle(store, claimed, now=clock())
    clock.forward(60)
    assert await _claim(store, clock()) == ()


async def test_set_twice_while_it_waits_it_is_one_timer_at_the_earlier_time(
    store: Store, clock, timer: NewTimer
) -> None:
    later = replace(timer, due_at=clock() + timedelta(seconds=30))
    await _set(store, later)
    await _set(store, timer)
    await _set(store, later)

    assert await timers.next_due(store) == clock()
    assert len(await _claim(store, clock())) == 1


async def test_set_again_after_it_was_settled_it_is_armed_anew(
    store: Store, clock, timer: NewTimer
) -> None:
    await _set(store, timer)
    (claimed,) = await _claim(store, clock())
    await timers.settle(store, claimed, now=clock())

    await _set(store, replace(timer, due_at=clock() + timedelta(seconds=60)))

    assert not await timers.settle(store, claimed, now=clock())  # the old one is over
    clock.forward(60)
    assert len(await _claim(store, clock())) == 1


async def test_cancelled_timers_are_gone_and_others_stay(
    store: Store, clock, timer: NewTimer
) -> None:
    await _set(store, timer, replace(timer, kind="silence"), replace(timer, subject="t2"))
    (running, *_) = await _claim(store, clock(), limit=1)

    await store.db.transaction(
        lambda connection: timers.cancel_timers(connection, subject="t1", kinds=("alarm",))
    )

    assert not await timers.settle(store, running, now=clock())
    left = {(row.kind, row.subject) for row in await _claim(store, clock())}
    assert left == {("silence", "t1"), ("alarm", "t2")}


async def test_a_timer_put_off_falls_due_later(store: Store, clock, timer: NewTimer) -> None:
    await _set(store, timer)
    (claimed,) = await _claim(store, clock())

    await timers.put_off(store, claimed, until=clock() + timedelta(seconds=10))

    assert await _claim(store, clock()) == ()
    clock.forward(10)
    assert len(await _claim(store, clock())) == 1


async def test_the_next_due_time_counts_running_claims_as_their_end(
    store: Store, clock, timer: NewTimer
) -> None:
    assert await timers.next_due(store) is None
    await _set(store, timer)
    assert await timers.next_due(store) == clock()

    await _claim(store, clock())

    assert await timers.next_due(store) == clock() + timedelta(seconds=15)


async def test_whoever_keeps_the_time_hears_of_a_new_timer(
    store: Store, clock, timer: NewTimer
) -> None:
    with store.db.bell.listen("timers") as ear:
        await ear.wait(0.5)
        await _set(store, timer)

        assert await ear.wait(5)
