"""Stop 8: outbox -> channel.send(), emergency lane first; no vendor knowledge in here.

Every channel has two loops of its own, one for the emergency lane alone: a slow vendor holds up
neither another channel nor rescue words. Backoff with jitter, `retry_after` obeyed, dead letters
for people to see. A send in doubt is repeated when it is a reply or an alarm: it may ring twice,
never zero times.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom

from bot.channels.codec import outbound_from_json
from bot.channels.contract import (
    BlockedByUser,
    Channel,
    FinalError,
    RateLimited,
    RetryableError,
    SendInDoubt,
)
from intake.logs import log
from intake.service import Service
from storage.errors import StorageUnavailable
from storage.rows import Lane, OutboxRow
from storage.talks import contacts, outbox

EMERGENCY_ONLY = (Lane.EMERGENCY,)
EVERY_LANE = tuple(Lane)
_FIRST_RETRY_SECONDS = 1.0
_LAST_RETRY_SECONDS = 300.0
_LONGEST_URGENT_WAIT_SECONDS = 5.0
"""Rescue words and alarms try again this soon, whatever the vendor asks for."""
_ATTEMPTS = {Lane.EMERGENCY: 1000, Lane.REPLY: 20, Lane.BROADCAST: 8}
"""More than an hour of trying for rescue words and alarms; a reply is held after two minutes, until
its reporter types TIẾP, and then tried anew."""
_SEND_SECONDS = 20.0
_CLAIM_SECONDS = 25.0
"""Longer than any send; after a crash it is how long a child waits for the next try."""
_IDLE_SECONDS = 5.0
_BREATH_SECONDS = 0.2
_AT_ONCE = 16
_random = SystemRandom()

Jitter = Callable[[float, float], float]


@dataclass(slots=True)
class Delivery:
    """Sends what waits for one channel, in some lanes."""

    service: Service
    channel: Channel
    lanes: tuple[Lane, ...] = EVERY_LANE
    jitter: Jitter = _random.uniform
    _paused_until: datetime | None = None

    async def run(self) -> None:
        """Deliver for ever; wakes when something is written or falls due."""
        with self.service.store.db.bell.listen("outbox") as ear:
            while True:
                if not await self.deliver_due():
                    await ear.wait(await self._idle_seconds())

    async def deliver_due(self) -> int:
        """Claim and send what is due now; return how many sends were begun."""
        service, now = self.service, self.service.clock()
        if self._paused_until and now < self._paused_until:
            return 0
        try:
            rows = await outbox.claim(
                service.store,
                owner=service.owner,
                channel=self.channel.name,
                lanes=self.lanes,
                now=now,
                claim_seconds=_CLAIM_SECONDS,
                limit=_AT_ONCE,
            )
            await asyncio.gather(*(self._deliver(row) for row in rows))
        except StorageUnavailable as error:
            log.error("delivery_interrupted", channel=self.channel.name, error=str(error))
            return 0
        return len(rows)

    async def _deliver(self, row: OutboxRow) -> None:
        store = self.service.store
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                vendor_id = await self.channel.send(row.recipient, outbound_from_json(row.body))
        except TimeoutError:
            await self._retry(row, "timeout", in_doubt=True)
        except RateLimited as error:
            await self._wait(row, error.retry_after_seconds)
        except RetryableError as error:
            await self._retry(row, type(error).__name__, in_doubt=isinstance(error, SendInDoubt))
        except FinalError as error:
            await self._give_up(row, error)
        except Exception:  # noqa: BLE001 - the sender: a bug in a channel must not lose the reply
            log.exception("send_failed", outbox_id=row.id, channel=row.channel)
            await self._retry(row, "unexpected", in_doubt=True)
        else:
            await outbox.mark_sent(store, row.id, vendor_id=vendor_id, now=self.service.clock())

    async def _idle_seconds(self) -> float:
        now = self.service.clock()
        try:
            due_at = await outbox.next_due(self.service.store, self.channel.name)
        except StorageUnavailable:
            return _IDLE_SECONDS
        if self._paused_until and self._paused_until > now:
            due_at = self._paused_until
        if due_at is None:
            return _IDLE_SECONDS
        return min(max((due_at - now).total_seconds(), _BREATH_SECONDS), _IDLE_SECONDS)

    async def _wait(self, row: OutboxRow, seconds: float) -> None:
        """Obey the vendor: the ordinary lanes of the channel pause, an urgent row waits alone."""
        is_urgent = row.lane is Lane.EMERGENCY
        wait = min(seconds, _LONGEST_URGENT_WAIT_SECONDS) if is_urgent else seconds
        until = self.service.clock() + timedelta(seconds=wait + self.jitter(0.05, 0.5))
        if not is_urgent:
            self._paused_until = until
        await outbox.mark_retry(
            self.service.store, row.id, due_at=until, error="rate_limited", in_doubt=False
        )

    async def _retry(self, row: OutboxRow, error: str, *, in_doubt: bool) -> None:
        store, now = self.service.store, self.service.clock()
        log.warning(
            "send_deferred",
            outbox_id=row.id,
            channel=row.channel,
            attempts=row.attempts,
            error=error,
        )
        if row.attempts >= _ATTEMPTS[row.lane] or (in_doubt and not row.repeat_in_doubt):
            await outbox.mark_dead(store, row.id, error=error, now=now)
            return
        due_at = now + timedelta(seconds=self._wait_seconds(row))
        await outbox.mark_retry(store, row.id, due_at=due_at, error=error, in_doubt=in_doubt)

    def _wait_seconds(self, row: OutboxRow) -> float:
        is_urgent = row.lane is Lane.EMERGENCY
        cap = _LONGEST_URGENT_WAIT_SECONDS if is_urgent else _LAST_RETRY_SECONDS
        longest = min(_FIRST_RETRY_SECONDS * 2 ** min(row.attempts - 1, 16), cap)
        return self.jitter(longest / 2, longest)

    async def _give_up(self, row: OutboxRow, error: FinalError) -> None:
        now = self.service.clock()
        log.warning(
            "send_refused", outbox_id=row.id, channel=row.channel, error=type(error).__name__
        )
        await outbox.mark_dead(self.service.store, row.id, error=type(error).__name__, now=now)
        if isinstance(error, BlockedByUser) and row.conversation_id:
            await contacts.set_blocked(
                self.service.store, row.channel, row.recipient, is_blocked=True, now=now
            )
