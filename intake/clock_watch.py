"""Keeps the clocks of tickets (giữ thời hạn): follows every change, and tells what ran out.

The loop reads the events after the last one it took in, so no act on a ticket has to know of
clocks; reckoning twice does no harm. A breach of a legal term rings the supervisors once; the
operational ones have alarms of their own (design §5). A drill has no clocks
(storage/clocks/clocks.py).
"""

import asyncio

from intake import escalation
from intake.clock_facts import measure_with
from intake.clock_rules import RULES, Basis
from intake.logs import log
from intake.ringing import rings_of, staff_now
from intake.service import Service
from intake.working_days import Calendar
from storage import leases
from storage.alarm.alarms import NewAlarm
from storage.alarm.ringing import ringing
from storage.clocks import breaches, clocks
from storage.clocks.clocks import Measure
from storage.errors import StorageUnavailable
from storage.rows import TimerRow

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
    for ticket_id in stretch.ticket_ids:
        await clocks.wind(store, ticket_id, measure=measure)
    await breaches.note_followed(store, stretch.last_id)
    return stretch.is_end


async def tell_breach(service: Service, timer: TimerRow) -> None:
    """Let a term run out (timer `clock`): the event, the marks, and one ring for supervisors."""
    now = service.clock()
    ticket = await ringing(service.store, timer.subject)
    rings: tuple[NewAlarm, ...] = ()
    if ticket is not None:  # told as of a silent reporter: the supervisors, else the desk
        plan = escalation.plan_reporter_silent(await staff_now(service, now, ticket.ticket_id))
        rings = rings_of(service, plan, ticket)
    await breaches.breach(
        service.store,
        timer,
        measure=measure_of(service),
        rings=rings,
        ringing=_RINGING,
        now=now,
    )


def measure_of(service: Service) -> Measure:
    """Return how this service reckons terms: by its calendar."""
    return measure_with(calendar_of(service))


def calendar_of(service: Service) -> Calendar:
    """Return the working days with what the settings add."""
    return Calendar(extra_days_off=service.settings.days_off)
