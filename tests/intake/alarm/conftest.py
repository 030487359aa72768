"""The alarm's tests run on both engines."""

from collections.abc import Callable
from typing import Any

import pytest

from intake.service import Service
from intake.settings import Settings
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
