"""The walk along the chain of events (kiểm tra chuỗi) as work behind the page, slice by slice.

Between two slices everybody else is served. A walk that its process did not survive is shown as
stopped and begun anew by whoever asks again: nothing is resumed from a row that could be forged.
"""

import asyncio
from datetime import datetime, timedelta

from intake.logs import log
from intake.service import Service
from storage import events
from storage.accounts import chain_checks
from storage.accounts.chain_checks import Check

_PAUSE_SECONDS = 0.02
_NOTED_EVERY = timedelta(seconds=1)


class ChainChecks:
    """The walks that this process has under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, service: Service, *, user_id: str) -> bool:
        """Begin a walk; False: one is under way, here or in another process."""
        check = await chain_checks.begin(service.store, user_id=user_id, now=service.clock())
        if check is None:
            return False
        task = asyncio.create_task(walk(service, check))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return True

    async def finished(self) -> None:
        """Wait until no walk is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """End what is under way; the row of a walk tells how far it got."""
        for task in self._tasks:
            task.cancel()
        await self.finished()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("chain_check_failed", error=type(error).__name__)


async def walk(service: Service, check: Check) -> None:
    """Walk the whole chain and keep what was found."""
    report, is_over, noted_at = events.NOTHING_WALKED, False, service.clock()
    while not is_over:
        report, is_over = await events.walk_on(service.store, report)
        if _is_due(noted_at, service.clock()):
            noted_at = service.clock()
            await chain_checks.note_walked(service.store, check, walked=report.count, now=noted_at)
        await asyncio.sleep(_PAUSE_SECONDS)
    await chain_checks.finish(service.store, check, report, now=service.clock())


def _is_due(noted_at: datetime, now: datetime) -> bool:
    return now - noted_at >= _NOTED_EVERY
