"""One process that keeps the time on a fast clock: `python -m tests.intake.alarm.ringer`.

Arguments: database URL, keys URL, master key file, the moment the clock began, WHEN, COUNT. WHEN is
`never`, or where this process kills itself at its COUNT-th ring: `before`, `inside` or `after` the
transaction that decides it.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from intake.settings import read_settings
from intake.timekeeper import Timekeeper
from storage.postgres import PostgresDatabase
from storage.store import open_store
from tests.fakes.alarm_service import alarm_service, with_ways

SPEED = 60
"""A minute a second."""
START = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
_DECIDES = "decide.<locals>.work"


def fast_clock(began: float) -> Callable[[], datetime]:
    """Return a clock that all processes share."""
    return lambda: START + timedelta(seconds=(time.time() - began) * SPEED)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(
    transaction: Callable[..., Awaitable[Any]], when: str, count: int
) -> Callable[..., Awaitable[Any]]:
    """Return the engine's transaction with a sudden death at one of the alarm's decisions."""
    left = [count]

    async def run(database: Any, work: Callable[[Any], Any]) -> Any:
        left[0] -= work.__qualname__ == _DECIDES
        is_last = left[0] == 0 and work.__qualname__ == _DECIDES

        def work_and_die(connection: Any) -> Any:
            outcome = work(connection)
            if is_last and when == "inside":
                _die()
            return outcome

        if is_last and when == "before":
            _die()
        outcome = await transaction(database, work_and_die)
        if is_last and when == "after":
            _die()
        return outcome

    return run


async def _main() -> None:
    database_url, keys_url, master_key_file, began, when, count = sys.argv[1:]
    if when != "never":
        broken = dying(PostgresDatabase.transaction, when, int(count))
        PostgresDatabase.transaction = broken  # type: ignore[method-assign]  # the death is the test
    async with open_store(
        database_url=database_url, keys_url=keys_url, master_key_file=Path(master_key_file)
    ) as store:
        service = alarm_service(
            with_ways(read_settings({})),
            store,
            fast_clock(float(began)),
            owner=f"p{os.getpid()}",
            ways=("telegram", "alarm_webhook"),
        )
        keeper = Timekeeper(service, service.owner)
        while True:  # keep_time sleeps by the wall clock, which is too slow here
            await keeper.run_due()
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(_main())
