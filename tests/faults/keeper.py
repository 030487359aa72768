"""One process that keeps the time, until it dies: `python -m tests.faults.keeper FOLDER KIND WHEN`.

All of them share a clock that only the test moves, so nothing here depends on how fast a machine
is. The first process that comes to a decision about a timer of KIND is killed by SIGKILL: `inside`
its transaction, with everything written, or `after` the commit, before the process knows. It leaves
the file `dead`, so the others live.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.shelf import read_content
from intake.clock_watch import keep_clocks
from intake.settings import read_settings
from intake.shelving import shelving_of
from intake.timekeeper import keep_time
from storage.postgres import PostgresDatabase
from storage.rows import TimerRow
from storage.store import open_store
from tests.fakes.alarm_service import alarm_service, with_ways

Transaction = Callable[[Any, Callable[[Any], Any]], Awaitable[Any]]


def shared_clock(folder: Path) -> Callable[[], datetime]:
    """Return the clock that stands in a file."""
    return lambda: datetime.fromisoformat((folder / "clock").read_text("ascii"))


def set_clock(folder: Path, now: datetime) -> None:
    """Move the clock of all processes at once."""
    fresh = folder / "clock.new"
    fresh.write_text(now.isoformat(), "ascii")
    fresh.replace(folder / "clock")


def timer_of(work: Callable[[Any], Any]) -> TimerRow | None:
    """Return the timer that a piece of storage work decides about."""
    for cell in work.__closure__ or ():
        with suppress(ValueError):  # a name that its function has not set yet
            if isinstance(cell.cell_contents, TimerRow):
                return cell.cell_contents
    return None


def dying(transaction: Transaction, kind: str, when: str, mark: Path) -> Transaction:
    """Return the engine's own transaction with one sudden death, of whoever comes first."""

    async def run(database: Any, work: Callable[[Any], Any]) -> Any:
        timer = timer_of(work)
        if timer is None or timer.kind != kind:
            return await transaction(database, work)

        def work_and_die(connection: Any) -> Any:
            outcome = work(connection)
            if when == "inside":
                _die_once(mark)
            return outcome

        outcome = await transaction(database, work_and_die)
        _die_once(mark)
        return outcome

    return run


def _die_once(mark: Path) -> None:
    with suppress(FileExistsError):
        mark.touch(exist_ok=False)
        os.kill(os.getpid(), signal.SIGKILL)


async def _main(folder: Path, kind: str, when: str) -> None:
    urls = json.loads((folder / "urls").read_text("utf-8"))
    broken = dying(PostgresDatabase.transaction, kind, when, folder / "dead")
    PostgresDatabase.transaction = broken  # type: ignore[method-assign]  # the death is the test
    settings = with_ways(read_settings({}))
    settings = replace(settings, web=replace(settings.web, public_url=urls["public_url"]))
    async with open_store(
        database_url=urls["database_url"],
        keys_url=urls["keys_url"],
        master_key_file=Path(urls["master_key_file"]),
    ) as store:
        service = replace(
            alarm_service(
                settings, store, shared_clock(folder), owner=f"p{os.getpid()}",
                ways=("telegram", "alarm_webhook"),
            ),
            shelving=shelving_of(read_content(), mode_is_production=False),
        )  # fmt: skip
        await asyncio.gather(keep_time(service, service.owner), keep_clocks(service))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
