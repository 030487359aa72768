"""Calls for a ticket besides the alarm's tiers: graver while held, or left lying by everybody."""

from datetime import datetime

from intake import alarm_ways, escalation
from intake.ringing import loud, payload_of, rings_of, staff_now, telephones_of
from intake.service import Service
from storage import timers
from storage.alarm import alarms, deciding
from storage.alarm.ringing import Ringing, ringing
from storage.rows import NewTimer, TimerRow


async def ring_graver(service: Service, timer: TimerRow) -> None:
    """Ring everybody for a held ticket that became graver (timer `graver`), and set the next."""
    now = service.clock()
    ticket = await loud(service, timer)
    if ticket is None or ticket.holder_id is None:
        await timers.settle(service.store, timer, now=now)
        return
    staff = await staff_now(service, now, ticket.ticket_id)
    plan = escalation.plan_graver(
        is_first=timer.step % alarms.ROUND == 0,
        is_life_in_minutes=ticket.is_life_in_minutes,
        staff=staff,
    )
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=timer.step,
        rings=rings_of(service, plan, ticket, await telephones_of(service, plan, staff, now)),
        next_timers=_next_timers(timer, now, tells_truth=plan.tells_truth),
        expected_holder=ticket.holder_id,
        detail={"why": "graver"},
        now=now,
    )


async def call_unassigned(service: Service, timer: TimerRow) -> None:
    """Call for somebody to take a ticket that is not critical (timer `unassigned`)."""
    now = service.clock()
    ticket = await ringing(service.store, timer.subject)
    if ticket is None or not _waits_for_somebody(ticket):
        await timers.settle(service.store, timer, now=now)
        return
    staff = await staff_now(service, now, ticket.ticket_id)
    plan = escalation.plan_unassigned(ticket.urgency, staff=staff)
    telephones = await telephones_of(service, plan, staff, now)
    again = NewTimer(
        kind=timer.kind, subject=timer.subject, step=timer.step + 1, due_at=now + plan.next_after
    )
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=(
            *(alarm_ways.console_alarm(user) for user in plan.staff),
            *alarm_ways.on_call_alarms(
                service.settings, service.channels, payload_of(service, ticket, telephones)
            ),
        ),
        next_timers=(again,) if timer.step < escalation.CALLS_AGAIN else (),
        expected_holder=None,
        expected_urgency=ticket.urgency,
        detail={"why": "unassigned"},
        now=now,
    )


def _waits_for_somebody(ticket: Ringing) -> bool:
    is_slow = ticket.urgency in alarms.ASSIGNED_WITHIN
    return is_slow and not ticket.is_over and ticket.holder_id is None


def _next_timers(timer: TimerRow, now: datetime, *, tells_truth: bool) -> tuple[NewTimer, ...]:
    again = NewTimer(
        kind=timer.kind,
        subject=timer.subject,
        step=timer.step + 1,
        due_at=now + escalation.REPEAT_EVERY,
    )
    if not tells_truth:
        return (again,)
    due_at = timer.due_at + escalation.TRUTH_AFTER
    truth = NewTimer(
        kind=alarms.TELL_NOBODY_ANSWERED, subject=timer.subject, step=timer.step, due_at=due_at
    )
    return again, truth
