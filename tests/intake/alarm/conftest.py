"""The alarm's tests run on both engines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from intake.service import Service
from intake.settings import Settings
from intake.timekeeper import Timekeeper
from storage import timers
from storage.store import Store
from tests.engines import engine, store, urls
from tests.fakes.alarm_service import alarm_service, with_ways

__all__ = ["engine", "service_on", "store", "urls"]


@pytest.fixture
def service_on(settings: Settings, clock: Any) -> Callable[..., Service]:
    """Build a service on a store, as one process would; every way is set up unless named."""

    def build(store: Store, owner: str = "p1", *ways: str) -> Service:
        return alarm_service(
            with_ways(settings),
            store,
            clock,
            owner=owner,
            ways=ways or ("telegram", "alarm_webhook"),
        )

    return build


@pytest.fixture
def service(service_on: Callable[..., Service], store: Store) -> Service:
    """One process on the test's store."""
    return service_on(store)


@pytest.fixture
def pass_time(service: Service, clock: Any) -> Callable[[float], Any]:
    """Let seconds pass: the clock stops whenever a timer is due, and the timekeeper looks."""
    keeper = Timekeeper(service, service.owner)

    async def run(seconds: float) -> None:
        end = clock() + timedelta(seconds=seconds)
        while True:
            while await keeper.run_due():
                pass
            due_at = await timers.next_due(service.store)
            if clock() == end:
                return
            clock.now = min(max(due_at or end, clock()), end)

    return run
