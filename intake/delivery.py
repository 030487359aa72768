"""Stop 8: outbox -> channel.send(), emergency lane first; no vendor knowledge in here.

Backoff with jitter, `retry_after` obeyed for the whole channel, dead letters for people to see.
A send in doubt is repeated when it is a reply or an alarm: it may ring twice, never zero times.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import SystemRandom

from bot.channels.codec import outbound_from_json
from bot.channels.contract import (
    BlockedByUser,
    FinalError,
    RateLimited,
    RetryableError,
    SendInDoubt,
)
from intake.logs import log
from intake.service import Service
from storage import contacts, outbox
from storage.errors import StorageUnavailable
from storage.rows import Lane, OutboxRow

_FIRST_RETRY_SECONDS = 1.0
_LAST_RETRY_SECONDS = 300.0
_ATTEMPTS = {Lane.EMERGENCY: 100, Lane.REPLY: 20, Lane.BROADCAST: 8}
"""At most about 8 h of trying for rescue words and alarms, 80 minutes for replies."""
_CLAIM_SECONDS = 25.0
"""Longer than the slowest send; after a crash it is how long a child waits for the next try."""
_IDLE_SECONDS = 5.0
_BREATH_SECONDS = 0.2
_AT_ONCE = 16
_random = SystemRandom()

Jitter = Callable[[float, float], float]


@dataclass(slots=True)
class Delivery:
    """Sends what waits; one of these runs in every process that delivers."""

    service: Service
    jitter: Jitter = _random.uniform
    _paused_until: dict[str, datetime] = field(default_factory=dict)

    async def run(self, *lanes: Lane) -> None:
        """Deliver the lanes for ever; emergency has a loop of its own, so nothing delays it."""
        bell = self.service.store.db.bell
        with bell.listen("outbox") as ear:
            while True:
                if not await self.deliver_due(*lanes):
                    await ear.wait(await self._idle_seconds())

    async def deliver_due(self, *lanes: Lane) -> int:
        """Claim and send what is due now; return how many sends were begun."""
        service = self.service
        try:
            rows = await outbox.claim(
                service.store,
                owner=service.owner,
                lanes=lanes,
                paused_channels=self._paused(service.clock()),
                now=service.clock(),
                claim_seconds=_CLAIM_SECONDS,
                limit=_AT_ONCE,
            )
            await asyncio.gather(*(self._deliver(row) for row in rows))
        except StorageUnavailable as error:
            log.error("delivery_interrupted", error=str(error))
            return 0
        return len(rows)

    async def _deliver(self, row: OutboxRow) -> None:
        store, now = self.service.store, self.service.clock()
        channel = self.service.channels.get(row.channel)
        if channel is None:
            await self._retry(row, "channel_off", in_doubt=False)
            return
        try:
            vendor_id = await channel.send(row.recipient, outbound_from_json(row.body))
        except RateLimited as error:
            until = now + timedelta(seconds=error.retry_after_seconds + self.jitter(0.05, 0.5))
            self._paused_until[row.channel] = until
            await outbox.mark_retry(
                store, row.id, due_at=until, error="rate_limited", in_doubt=False
            )
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
        try:
            due_at = await outbox.next_due(self.service.store)
        except StorageUnavailable:
            return _IDLE_SECONDS
        if due_at is None:
            return _IDLE_SECONDS
        seconds = (due_at - self.service.clock()).total_seconds()
        return min(max(seconds, _BREATH_SECONDS), _IDLE_SECONDS)

    def _paused(self, now: datetime) -> tuple[str, ...]:
        self._paused_until = {
            name: until for name, until in self._paused_until.items() if until > now
        }
        return tuple(self._paused_until)

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
        due_at = now + timedelta(seconds=self._wait_seconds(row.attempts))
        await outbox.mark_retry(store, row.id, due_at=due_at, error=error, in_doubt=in_doubt)

    def _wait_seconds(self, attempts: int) -> float:
        longest = min(_FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, 16), _LAST_RETRY_SECONDS)
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
