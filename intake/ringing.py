"""Carries the alarm's plan out: asks storage what is so, lets escalation plan, lets storage decide.

A ring is decided once and may be sent twice, never zero times. The reporter is told the truth only
within two minutes of the last message: what comes later is a knock, and a phone may have changed
hands by then (design §7). A page that fetches its replies does not knock.
"""

from datetime import datetime, timedelta

from intake import alarm_ways, escalation
from intake.alarm_ways import Payload
from intake.escalation import Plan
from intake.service import Service
from nlu.labels import Urgency
from storage import alarms, timers, users
from storage.alarms import NewAlarm
from storage.ringing import Ringing, ringing
from storage.rows import NewTimer, TimerRow

_KNOCK_AFTER = timedelta(minutes=2)


async def ring_tier(service: Service, timer: TimerRow) -> None:
    """Ring one tier of a ticket that nobody holds, and set the next (timer `alarm`)."""
    now = service.clock()
    ticket = await _loud(service, timer)
    if ticket is None or ticket.holder_id is not None:
        await timers.settle(service.store, timer, now=now)
        return
    round_begins = timer.step - timer.step % alarms.ROUND
    staff = await users.list_users(service.store)
    plan = escalation.plan(
        timer.step - round_begins, is_life_in_minutes=ticket.is_life_in_minutes, staff=staff
    )
    await alarms.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=timer.step,
        rings=_rings(service, plan, ticket),
        next_timers=_next_timers(plan, timer, round_begins, now),
        expected_holder=None,
        detail={"why": "unheld"},
        is_rota_empty=plan.is_rota_empty,
        now=now,
    )


async def ring_silence(service: Service, timer: TimerRow) -> None:
    """Ring again when the holder leaves the reporter unanswered (timer `silence`)."""
    now = service.clock()
    ticket = await _loud(service, timer)
    since = _silent_since(ticket, timer)
    if ticket is None or ticket.holder_id is None or since is None:
        await timers.settle(service.store, timer, now=now)
        return
    if now - since < alarms.SILENT_AFTER:
        await timers.put_off(service.store, timer, until=since + alarms.SILENT_AFTER)
        return
    staff = await users.list_users(service.store)
    plan = escalation.plan_silence(now - since, holder_id=ticket.holder_id, staff=staff)
    again = NewTimer(
        kind=timer.kind, subject=timer.subject, step=timer.step, due_at=now + plan.next_after
    )
    await alarms.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=_rings(service, plan, ticket),
        next_timers=(again,),
        expected_holder=ticket.holder_id,
        detail={"why": "silent"},
        now=now,
    )


async def tell_reporter(service: Service, timer: TimerRow, card: str) -> None:
    """Tell the reporter the truth while nobody has taken the ticket (timers `tell_…`)."""
    now = service.clock()
    ticket = await _loud(service, timer)
    if ticket and ticket.holder_id is None and not _knocks(service, ticket, now):
        await service.desk.speak(ticket.conversation_id, card)
    await timers.settle(service.store, timer, now=now)


async def _loud(service: Service, timer: TimerRow) -> Ringing | None:
    """Return the timer's ticket if it is still one that rings."""
    ticket = await ringing(service.store, timer.subject)
    if ticket is None or ticket.is_over or ticket.urgency is not Urgency.CRITICAL:
        return None
    return ticket


def _silent_since(ticket: Ringing | None, timer: TimerRow) -> datetime | None:
    """Return since when the holder owes an answer; None: does not, or an older timer watches."""
    if ticket is None or ticket.unanswered_since is None:
        return None
    if ticket.first_silence_step != timer.step:
        return None
    return max(ticket.unanswered_since, ticket.acknowledged_at or ticket.unanswered_since)


def _knocks(service: Service, ticket: Ringing, now: datetime) -> bool:
    channel = service.channels.get(ticket.channel)
    if channel is not None and channel.pulls:
        return False
    return ticket.last_reporter_at is None or now - ticket.last_reporter_at > _KNOCK_AFTER


def _rings(service: Service, plan: Plan, ticket: Ringing) -> tuple[NewAlarm, ...]:
    code = ticket.commune_code
    payload = Payload(
        number=ticket.number,
        urgency=ticket.urgency,
        commune=service.places.name(code) if code else "",
        link=f"{service.settings.web.public_url}/console/tickets/{ticket.number}",
    )
    rings = [alarm_ways.console_alarm(user) for user in plan.staff]
    if alarm_ways.STAFF_CHANNEL in service.channels:
        rings += [
            alarm_ways.personal_alarm(user, payload) for user in plan.staff if user.staff_chat
        ]
    if plan.rings_on_call:
        rings += alarm_ways.on_call_alarms(service.settings, service.channels, payload)
    return tuple(rings)


def _next_timers(
    plan: Plan, timer: TimerRow, round_begins: int, now: datetime
) -> tuple[NewTimer, ...]:
    """Tiers keep their distance from the start; after an outage the missed ones follow at once."""
    is_repeat = plan.next_after == escalation.REPEAT_EVERY
    next_at = (now if is_repeat else timer.due_at) + plan.next_after
    wanted = [
        NewTimer(
            kind=alarms.ALARM,
            subject=timer.subject,
            due_at=next_at,
            step=round_begins + plan.next_tier,
        )
    ]
    if plan.tells_truth:
        wanted.append(
            NewTimer(
                kind=alarms.TELL_NOBODY_ANSWERED,
                subject=timer.subject,
                due_at=timer.due_at + escalation.TRUTH_AFTER,
                step=round_begins,
            )
        )
    if plan.is_rota_empty:
        wanted.append(
            NewTimer(
                kind=alarms.TELL_NOBODY_ON_DUTY,
                subject=timer.subject,
                due_at=now,
                step=round_begins,
            )
        )
    return tuple(wanted)
