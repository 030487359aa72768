"""Leases and buckets hold across processes, and time decides."""

import asyncio
from datetime import timedelta

from storage import leases
from storage.rows import Bucket
from storage.store import Store

_BUCKET = Bucket(name="chat:someone", per_second=0.5, burst=3)


async def test_one_of_many_owners_holds_a_name(store: Store, clock) -> None:
    won = await asyncio.gather(
        *(leases.hold(store, "telegram", owner=f"p{n}", now=clock(), seconds=30) for n in range(8))
    )

    assert won.count(True) == 1


async def test_an_owner_keeps_its_lease_and_a_stranger_waits_until_it_runs_out(
    store: Store, clock
) -> None:
    assert await leases.hold(store, "telegram", owner="a", now=clock(), seconds=30)
    clock.forward(20)
    assert await leases.hold(store, "telegram", owner="a", now=clock(), seconds=30)
    clock.forward(20)

    assert not await leases.hold(store, "telegram", owner="b", now=clock(), seconds=30)
    clock.forward(10)
    assert await leases.hold(store, "telegram", owner="b", now=clock(), seconds=30)


async def test_a_lease_given_back_is_free_at_once_and_only_its_owner_can_do_so(
    store: Store, clock
) -> None:
    await leases.hold(store, "telegram", owner="a", now=clock(), seconds=30)

    await leases.let_go(store, "telegram", owner="b")
    assert not await leases.hold(store, "telegram", owner="b", now=clock(), seconds=30)

    await leases.let_go(store, "telegram", owner="a")
    assert await leases.hold(store, "telegram", owner="b", now=clock(), seconds=30)


async def test_a_bucket_gives_its_burst_at_once_then_its_rate(store: Store, clock) -> None:
    async def take() -> bool:
        now = clock()
        return await store.db.transaction(lambda c: leases.take_token(c, _BUCKET, now))

    assert [await take() for _ in range(5)] == [True, True, True, False, False]
    clock.forward(2)
    assert [await take() for _ in range(2)] == [True, False]
    clock.forward(timedelta(days=1).total_seconds())
    assert [await take() for _ in range(4)] == [True, True, True, False]


async def test_a_bucket_gives_no_token_twice_to_callers_at_once(store: Store, clock) -> None:
    now = clock()
    taken = await asyncio.gather(
        *(store.db.transaction(lambda c: leases.take_token(c, _BUCKET, now)) for _ in range(12))
    )

    assert taken.count(True) == 3
