"""The timekeeper (giữ giờ): claims what is due and lets it happen, for ever, in any process.

Terms of tickets that ran out come after everything else: an alarm never waits behind them. A timer
that fails is tried again with a growing wait; it is never dropped. A process that dies
leaves a claim that runs out, and another process takes its timers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.dialogue.silence import Silence
from intake import silence
from intake.calling import call_unassigned, ring_graver
from intake.clock_watch import BreachRound, tell_breach
from intake.day_turn import DayTurn
from intake.drilling import hold_planned
from intake.held_watch import ring_held
from intake.knocking import look_to_knock
from intake.logs import log
from intake.ringing import ring_silence, ring_tier, tell_reporter
from intake.rota_watch import look_at_rota
from intake.second_person import ask_second_person
from intake.service import Service
from storage import housekeeping, timers
from storage.alarm import alarms
from storage.clocks import clocks
from storage.drills import drill_plan, drills
from storage.errors import StorageUnavailable
from storage.learning import lowering
from storage.rota import duty, rota_notices, shifts
from storage.rows import TimerRow
from storage.talks import holding
from storage.words import held_words

_CLAIM_SECONDS = 15.0
"""A timer takes a few transactions; after a crash its ring is late by at most this."""
_AT_ONCE = 32
_BREACHES_AT_ONCE = 4
"""They come by the thousand after an outage; everybody else writes between two handfuls."""
_LONGEST_SLEEP_SECONDS = 5.0
_FIRST_RETRY_SECONDS = 1.0
_LAST_RETRY_SECONDS = 60.0
_TIDY_EVERY = timedelta(hours=1)


async def keep_time(service: Service, owner: str) -> None:
    """Let everything happen when it is due; never returns."""
    keeper = Timekeeper(service, owner)
    with service.store.db.bell.listen("timers") as ear:
        while True:
            try:
                if await keeper.run_due() == _AT_ONCE:
                    continue
                await keeper.tidy_hourly()
                await keeper.turn_day()
                sleep_seconds = await keeper.seconds_until_next()
            except StorageUnavailable as error:
                log.error("timers_interrupted", error=str(error))
                await asyncio.sleep(_FIRST_RETRY_SECONDS)
                continue
            await ear.wait(sleep_seconds)


@dataclass(slots=True)
class Timekeeper:
    """One process's hands on the timers."""

    service: Service
    owner: str
    _failures: dict[int, int] = field(default_factory=dict)
    _tidied_at: datetime | None = None
    _day_turn: DayTurn = field(default_factory=DayTurn)

    async def run_due(self) -> int:
        """Claim what is due and let it happen; return how many timers that were."""
        due = await timers.claim_due(
            self.service.store,
            owner=self.owner,
            now=self.service.clock(),
            claim_seconds=_CLAIM_SECONDS,
            limit=_AT_ONCE,
            last=(clocks.CLOCK,),
        )
        late = [timer for timer in due if timer.kind == clocks.CLOCK]
        await asyncio.gather(
            *(self._run(timer, self._dispatch) for timer in due if timer.kind != clocks.CLOCK)
        )
        breaches = BreachRound(self.service, late)
        for at in range(0, len(late), _BREACHES_AT_ONCE):
            some = late[at : at + _BREACHES_AT_ONCE]
            await asyncio.gather(*(self._run(timer, breaches.tell) for timer in some))
        return len(due)

    async def seconds_until_next(self) -> float:
        """Return how long nothing is due; at most a few seconds, lest a clock was set anew."""
        due_at = await timers.next_due(self.service.store)
        if due_at is None:
            return _LONGEST_SLEEP_SECONDS
        wait = (due_at - self.service.clock()).total_seconds()
        return min(max(wait, 0.0), _LONGEST_SLEEP_SECONDS)

    async def tidy_hourly(self) -> None:
        """Delete rows that have done their work; any process may, twice does no harm."""
        now = self.service.clock()
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            await housekeeping.tidy(self.service.store, now=now)
            await rota_notices.keep_looking(self.service.store, now=now)

    async def turn_day(self) -> None:
        """Keep what a day that is over leaves behind."""
        await self._day_turn.pass_by(self.service.store, self.service.clock())

    async def _dispatch(self, timer: TimerRow) -> None:
        await dispatch(self.service, timer)

    async def _run(self, timer: TimerRow, happen: Callable[[TimerRow], Awaitable[None]]) -> None:
        try:
            await happen(timer)
        except StorageUnavailable as error:  # the claim runs out by itself
            log.error(
                "timer_interrupted", timer_id=timer.id, timer_kind=timer.kind, error=str(error)
            )
        except Exception:  # noqa: BLE001 - the re-walk loop: logged, counted and tried again
            await self._put_off(timer)
        else:
            self._failures.pop(timer.id, None)

    async def _put_off(self, timer: TimerRow) -> None:
        failures = self._failures[timer.id] = self._failures.get(timer.id, 0) + 1
        log.exception("timer_failed", timer_id=timer.id, timer_kind=timer.kind, attempts=failures)
        wait = min(_FIRST_RETRY_SECONDS * 2 ** min(failures - 1, 16), _LAST_RETRY_SECONDS)
        try:
            until = self.service.clock() + timedelta(seconds=wait)
            await timers.put_off(self.service.store, timer, until=until)
        except StorageUnavailable as error:
            log.error(
                "timer_interrupted", timer_id=timer.id, timer_kind=timer.kind, error=str(error)
            )


async def dispatch(service: Service, timer: TimerRow) -> None:
    """Let one timer happen, and settle it. Unknown kinds are the dialogue's own, on its talk."""
    match timer.kind:
        case alarms.ALARM:
            await ring_tier(service, timer)
        case alarms.SILENCE:
            await ring_silence(service, timer)
        case alarms.GRAVER:
            await ring_graver(service, timer)
        case alarms.UNASSIGNED:
            await call_unassigned(service, timer)
        case shifts.SHIFT_BEGINS:
            await shifts.begin_when_due(service.store, timer, now=service.clock())
        case rota_notices.ROTA_LOOK:
            await look_at_rota(service, timer)
        case drill_plan.DRILL_DUE:
            await hold_planned(service, timer)
        case drills.DRILL_OVER:
            await drills.finish(service.store, int(timer.subject), timer=timer, now=service.clock())
        case duty.DUTY_OVER:
            await duty.end_when_over(service.store, timer, now=service.clock())
        case alarms.TELL_NOBODY_ANSWERED:
            await tell_reporter(service, timer, "nobody_answered")
        case alarms.TELL_NOBODY_ON_DUTY:
            await tell_reporter(service, timer, "nobody_on_duty")
        case Silence.REMIND | Silence.TELL_DESK | Silence.TELL_SUPERVISOR:
            await silence.pass_silence(service, timer)
        case silence.RING_SUPERVISORS:
            await silence.ring_supervisors(service, timer)
        case holding.KNOCK:
            await look_to_knock(service, timer)
        case lowering.LOWERING_ASKED:
            await ask_second_person(service, timer)
        case held_words.HELD_WORDS:
            await ring_held(service, timer)
        case clocks.CLOCK:
            await tell_breach(service, timer)
        case _:
            await service.desk.speak(timer.subject, timer.kind)
            await timers.settle(service.store, timer, now=service.clock())
