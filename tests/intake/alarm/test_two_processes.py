"""Two processes on PostgreSQL, one killed by SIGKILL: no alarm lost, none decided twice."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import events
from storage.store import Store
from storage.tables import alarms, outbox
from tests.engines import Urls
from tests.intake.alarm.ringer import START, fast_clock
from tests.tickets_made import BEATEN, add_user, open_ticket

_ROOT = Path(__file__).parents[3]
_TICKETS = 12
_TIERS = [0, 1, 2, 3, 4]


@pytest.fixture
def engine() -> str:
    return "postgresql"


@asynccontextmanager
async def _ringer(
    urls: Urls, began: float, when: str = "never", count: int = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.intake.alarm.ringer", urls.database_url, urls.keys_url,
        str(urls.master_key_file), str(began), when, str(count), cwd=_ROOT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _rung(store: Store) -> dict[str, list[int]]:
    tiers: dict[str, list[int]] = {}
    for event in await events.events_after(store, 0, limit=10_000):
        if event.kind == "alarm_rung" and event.ticket_id:
            tiers.setdefault(event.ticket_id, []).append(event.detail["tier"])
    return tiers


async def _until_all_rang(store: Store) -> dict[str, list[int]]:
    with store.db.bell.listen("events") as ear:
        async with asyncio.timeout(60):
            while True:
                tiers = await _rung(store)
                if len(tiers) == _TICKETS and all(4 in rung for rung in tiers.values()):
                    return tiers
                await ear.wait(1)


async def _check(store: Store, tiers: dict[str, list[int]]) -> None:
    """Each tier once and in order; each alarm with an address has exactly one send."""
    for rung in tiers.values():
        assert rung[:5] == _TIERS
        assert rung == list(range(len(rung)))
    sends = await store.db.read(
        lambda c: c.execute(
            select(alarms.c.way, func.count(outbox.c.id))
            .outerjoin(outbox, outbox.c.alarm_id == alarms.c.id)
            .group_by(alarms.c.id, alarms.c.way)
        ).all()
    )
    assert Counter((way, count) for way, count in sends if count > 1) == {}
    assert {count for way, count in sends if way != "console"} == {1}
    assert (await events.verify(store)).is_whole


@pytest.mark.postgresql
@pytest.mark.parametrize(("when", "count"), [("before", 5), ("inside", 9), ("after", 14)])
async def test_a_process_killed_at_a_decision_loses_no_ring_and_doubles_none(
    urls: Urls, when: str, count: int
) -> None:
    async with urls.open() as store:
        await add_user(store, START, is_on_duty=True)
        for _ in range(_TICKETS):
            await open_ticket(store, START, BEATEN)
        began = time.time()

        async with _ringer(urls, began, when, count) as victim, _ringer(urls, began):
            await _check(store, await _until_all_rang(store))
            await asyncio.wait_for(victim.wait(), 20)

        assert victim.returncode == -9


@pytest.mark.postgresql
async def test_a_process_killed_from_outside_is_replaced_by_the_next_that_starts(
    urls: Urls,
) -> None:
    async with urls.open() as store:
        await add_user(store, START, is_on_duty=True)
        began = time.time()
        async with _ringer(urls, began) as first:
            for _ in range(_TICKETS - 1):
                await open_ticket(store, fast_clock(began)(), BEATEN)
            await open_ticket(store, fast_clock(began)(), BEATEN)
            with store.db.bell.listen("events") as ear:
                while not await _rung(store):
                    await ear.wait(1)
            first.kill()
            await first.wait()

        async with _ringer(urls, began):
            await _check(store, await _until_all_rang(store))
