"""Polling: one process fetches, nothing is acknowledged before it is stored, and it goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from bot.channels.contract import Text
from intake.service import Service
from intake.telegram import poll
from intake.telegram_inbox import Pace
from intake.telegram_poller import POLLER_LEASE
from storage import leases
from tests.conftest import Clock
from tests.fakes.broken import broken_database, broken_spool
from tests.fakes.stored import kept
from tests.fakes.telegram_api import FakeTelegramApi, Fault, refusal
from tests.fakes.telegram_updates import payload, wrote

PACE = Pace(renew_seconds=0.01)


class Pauses:
    """Waits that do not take their time; those for Telegram are remembered."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.renewals = 0
        self.may_renew = asyncio.Event()
        self.may_renew.set()
        self._news = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        if seconds == PACE.renew_seconds:
            self.renewals += 1
            await self.may_renew.wait()
        else:
            self.waits.append(seconds)
        self._news.set()
        await asyncio.sleep(0.001)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a pause after which something is true."""
        async with asyncio.timeout(10):
            while not holds():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@asynccontextmanager
async def polling(service: Service, owner: str, pauses: Pauses) -> AsyncIterator[None]:
    task = asyncio.create_task(poll(service, owner, pace=PACE, pause=pauses))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def acknowledged(api: FakeTelegramApi) -> None:
    """Wait until Telegram may forget everything that it had."""
    async with asyncio.timeout(10):
        while api.updates:
            api.told.clear()
            await api.told.wait()


async def test_what_people_write_is_stored_and_only_then_acknowledged(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.put(wrote(1, "một"), payload("not_ours_group"), wrote(700900, "hai"))

    async with polling(service, "one", pauses):
        await acknowledged(api)

    assert await kept(service) == [Text(text="một"), Text(text="hai")]


async def test_a_webhook_that_was_set_before_is_closed(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.webhook = {"url": "https://vidu.example/webhooks/telegram"}
    api.put(wrote(1, "một"))

    async with polling(service, "one", pauses):
        await acknowledged(api)

    assert await kept(service) == [Text(text="một")]


async def test_after_a_restart_nothing_is_lost_and_nothing_is_there_twice(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.put(wrote(1, "một"), wrote(2, "hai"))
    api.faults["getUpdates"].extend([None, Fault(is_silent=True)])
    async with polling(service, "one", pauses):
        await api.until_called("getUpdates", times=2)  # both stored, the acknowledgement lost

    async with polling(service, "two", pauses):
        await acknowledged(api)

    assert await kept(service) == [Text(text="một"), Text(text="hai")]


async def test_one_process_polls_and_another_takes_over_when_it_stops(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    async with polling(service, "one", pauses):
        await api.until_called("getUpdates")
        async with polling(service, "two", pauses):
            assert not await holds(service, "two")
            assert len(api.of("getUpdates")) == 1

    async with polling(service, "two", pauses):
        api.put(wrote(1, "một"))
        await acknowledged(api)

    assert await kept(service) == [Text(text="một")]


async def holds(service: Service, owner: str) -> bool:
    return await leases.hold(
        service.store, POLLER_LEASE, owner=owner, now=service.clock(), seconds=30
    )


async def test_a_process_that_lost_the_lease_stops_fetching(
    service: Service, api: FakeTelegramApi, pauses: Pauses, clock: Clock
) -> None:
    pauses.may_renew.clear()
    async with polling(service, "one", pauses):
        await api.until_called("getUpdates")
        clock.forward(60)
        assert await holds(service, "two")

        pauses.may_renew.set()
        await pauses.until(lambda: pauses.renewals >= 4)  # it has tried to come back
        api.put(wrote(1, "một"))
        await pauses.until(lambda: pauses.renewals >= 8)

    assert len(api.of("getUpdates")) == 1
    assert await kept(service) == []


async def test_failures_are_waited_out_longer_each_time_and_as_telegram_asks(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.faults["getUpdates"].extend(
        [
            refusal(502, "Bad Gateway"),
            refusal(409, "Conflict: terminated by other getUpdates request"),
            Fault(drops=True),
            refusal(429, "Too Many Requests", retry_after=17),
            refusal(401, "Unauthorized"),
        ]
    )
    api.put(wrote(1, "một"))

    async with polling(service, "one", pauses):
        await acknowledged(api)

    assert pauses.waits == [1, 2, 4, 17, 16]
    assert await kept(service) == [Text(text="một")]


async def test_what_can_be_kept_nowhere_is_not_acknowledged(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.put(wrote(1, "một"), wrote(2, "hai"))

    with broken_database(service), broken_spool(service):
        async with polling(service, "one", pauses):
            await pauses.until(lambda: len(pauses.waits) > 2)
    assert len(api.updates) == 2
    async with polling(service, "two", pauses):
        await acknowledged(api)

    assert await kept(service) == [Text(text="một"), Text(text="hai")]


async def test_without_a_database_polling_goes_on_into_the_spool(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    api.put(wrote(1, "con bi danh"), replaced(payload("blocked"), 2), wrote(3, "hai"))

    async with polling(service, "one", pauses):
        with broken_database(service):
            await acknowledged(api)

    assert len(service.spool.waiting()) == 2


def replaced(update: dict[str, object], number: int) -> dict[str, object]:
    return {**update, "update_id": number}


async def test_stopping_is_clean_and_gives_the_lease_back(
    service: Service, api: FakeTelegramApi, pauses: Pauses
) -> None:
    async with polling(service, "one", pauses):
        await api.until_called("getUpdates")

    assert await holds(service, "another")


async def test_without_a_bot_there_is_nothing_to_poll(service: Service, pauses: Pauses) -> None:
    await poll(replace(service, channels={}), "one", pace=PACE, pause=pauses)

    assert pauses.waits == []
