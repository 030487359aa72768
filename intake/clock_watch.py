"""Keeps the clocks of tickets (giữ thời hạn): follows every change, and tells what ran out.

The loop reads the events after the last one it took in, so no act on a ticket has to know of
clocks; reckoning twice does no harm. A breach of a legal term rings the supervisors once; the
operational ones have alarms of their own (design §5). A drill has no clocks
(storage/clocks/clocks.py).
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from intake import escalation
from intake.clock_facts import measure_with
from intake.clock_rules import RULES, Basis
from intake.logs import log
from intake.ringing import rings_of, staff_on_duty
from intake.service import Service
from intake.working_days import Calendar
from storage import leases
from storage.alarm.alarms import NewAlarm
from storage.alarm.ringing import Ringing, ringing_among
from storage.clocks import breaches, clocks
from storage.clocks.clocks import Measure
from storage.errors import StorageUnavailable
from storage.rows import TimerRow, UserRow
from storage.safeguarding import kept_from

_LEASE = "clocks"
_LEASE_SECONDS = 30.0
_AT_ONCE = 200
_PAUSE_SECONDS = 0.5
"""A burst of messages on a ticket is reckoned once."""
_LONGEST_WAIT_SECONDS = 10.0
_RINGING = frozenset(rule.name.value for rule in RULES if rule.basis is Basis.LEGAL)


async def keep_clocks(service: Service) -> None:
    """Follow the events for ever; one process at a time does."""
    with service.store.db.bell.listen("events") as ear:
        while True:
            try:
                is_end = await follow(service)
            except StorageUnavailable as error:
                log.error("clocks_interrupted", error=str(error))
                is_end = True
            if is_end:
                await ear.wait(_LONGEST_WAIT_SECONDS)
            await asyncio.sleep(_PAUSE_SECONDS)


async def follow(service: Service) -> bool:
    """Take in the next stretch of events; True when there is no more, or another process does."""
    store, now = service.store, service.clock()
    if not await leases.hold(store, _LEASE, owner=service.owner, now=now, seconds=_LEASE_SECONDS):
        return True
    stretch = await breaches.followed(store, limit=_AT_ONCE)
    measure = measure_of(service)
    await store.vault.keys(stretch.ticket_ids)  # at once; each finds its own in memory
    for ticket_id in stretch.ticket_ids:  # a transaction each: others write in between
        await clocks.wind(store, ticket_id, measure=measure)
    await breaches.note_followed(store, stretch.last_id)
    return stretch.is_end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What all breaches of a round look at."""

    tickets: Mapping[str, Ringing]
    staff: tuple[UserRow, ...] = field(repr=False)
    kept: Mapping[str, frozenset[str]] = field(repr=False)


class BreachRound:
    """Terms that ran out at about the same time: staff and tickets are read once for them all."""

    def __init__(self, service: Service, timers: Iterable[TimerRow]) -> None:
        self._service = service
        self._ids = tuple({timer.subject for timer in timers})
        self._reading: asyncio.Task[_Known] | None = None

    async def tell(self, timer: TimerRow) -> None:
        """Let a term run out (timer `clock`): the event, the marks, one ring for supervisors."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        known = await asyncio.shield(self._reading)
        await breaches.breach(
            self._service.store,
            timer,
            measure=measure_of(self._service),
            rings=self._rings(known, timer.subject),
            ringing=_RINGING,
            now=self._service.clock(),
        )

    async def _read(self) -> _Known:
        store = self._service.store
        await store.vault.keys(self._ids)  # each breach finds its own among those kept in memory
        return _Known(
            tickets=await ringing_among(store, self._ids),
            staff=await staff_on_duty(self._service, self._service.clock()),
            kept=await kept_from.kept_away_among(store, self._ids),
        )

    def _rings(self, known: _Known, ticket_id: str) -> tuple[NewAlarm, ...]:
        """Ring as for a silent reporter: the supervisors, else the desk."""
        ticket = known.tickets.get(ticket_id)
        if ticket is None:
            return ()
        may_know = tuple(user for user in known.staff if user.id not in known.kept[ticket_id])
        return rings_of(self._service, escalation.plan_reporter_silent(may_know), ticket)


async def tell_breach(service: Service, timer: TimerRow) -> None:
    """Let one term run out, by itself."""
    await BreachRound(service, (timer,)).tell(timer)


def measure_of(service: Service) -> Measure:
    """Return how this service reckons terms: by its calendar."""
    return measure_with(calendar_of(service))


def calendar_of(service: Service) -> Calendar:
    """Return the working days with what the settings add."""
    return Calendar(extra_days_off=service.settings.days_off)
