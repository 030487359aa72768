"""Carries the alarm's plan out: asks storage what is so, lets escalation plan, lets storage decide.

A ring is decided once and may be sent twice, never zero times. The reporter is told the truth only
within two minutes of the last message: what comes later is a knock, and a phone may have changed
hands by then (design §7). A page that fetches its replies does not knock.
"""

from datetime import datetime, timedelta

from intake import alarm_ways, escalation
from intake.alarm_ways import Mark, Payload
from intake.escalation import Plan
from intake.service import Service
from nlu.labels import Urgency
from storage import timers
from storage.accounts import users
from storage.alarm import alarms, deciding
from storage.alarm.alarms import NewAlarm
from storage.alarm.ringing import Ringing, ringing
from storage.calls.spoken import is_spoken
from storage.incidents import incidents
from storage.rota import duty
from storage.rota.phones import Reachable, reachable
from storage.rows import NewTimer, TimerRow, UserRow
from storage.safeguarding import kept_from

_KNOCK_AFTER = timedelta(minutes=2)


async def ring_tier(service: Service, timer: TimerRow) -> None:
    """Ring one tier of a ticket that nobody holds, and set the next (timer `alarm`)."""
    now = service.clock()
    ticket = await loud(service, timer)
    if ticket is None or ticket.holder_id is not None:
        await timers.settle(service.store, timer, now=now)
        return
    if await incidents.is_covered(service.store, ticket.ticket_id):
        await timers.put_off(service.store, timer, until=now + incidents.COVERED_FOR)
        return
    round_begins = timer.step - timer.step % alarms.ROUND
    staff = await staff_now(service, now, ticket.ticket_id)
    plan = escalation.plan(
        timer.step - round_begins, is_life_in_minutes=ticket.is_life_in_minutes, staff=staff
    )
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=timer.step,
        rings=rings_of(service, plan, ticket, await telephones_of(service, plan, staff, now)),
        next_timers=_next_timers(plan, timer, round_begins, now),
        expected_holder=None,
        detail={"why": "unheld"},
        is_rota_empty=plan.is_rota_empty,
        now=now,
    )


async def ring_silence(service: Service, timer: TimerRow) -> None:
    """Ring again when the holder leaves the reporter unanswered (timer `silence`)."""
    now = service.clock()
    ticket = await loud(service, timer)
    since = _silent_since(ticket, timer)
    if ticket is None or ticket.holder_id is None or since is None:
        await timers.settle(service.store, timer, now=now)
        return
    if ticket.rings_holder:  # everybody rings already
        await timers.put_off(service.store, timer, until=now + alarms.SILENT_AFTER)
        return
    if now - since < alarms.SILENT_AFTER:
        await timers.put_off(service.store, timer, until=since + alarms.SILENT_AFTER)
        return
    staff = await staff_now(service, now, ticket.ticket_id)
    plan = escalation.plan_silence(now - since, holder_id=ticket.holder_id, staff=staff)
    again = NewTimer(
        kind=timer.kind, subject=timer.subject, step=timer.step, due_at=now + plan.next_after
    )
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=rings_of(service, plan, ticket, await telephones_of(service, plan, staff, now)),
        next_timers=(again,),
        expected_holder=ticket.holder_id,
        detail={"why": "silent"},
        now=now,
    )


async def tell_reporter(service: Service, timer: TimerRow, card: str) -> None:
    """Tell the reporter the truth while nobody has taken the ticket (timers `tell_…`).

    Nor has anybody acted since it became graver: then the holder is somewhere else.
    """
    now = service.clock()
    ticket = await loud(service, timer)
    is_true = ticket is not None and (ticket.holder_id is None or ticket.rings_holder)
    if ticket and is_true and not _knocks(service, ticket, now):
        await service.desk.speak(ticket.conversation_id, card)
    await timers.settle(service.store, timer, now=now)


async def staff_now(service: Service, now: datetime, ticket_id: str) -> tuple[UserRow, ...]:
    """Return the staff, on duty as they are at this moment, but who is kept from the ticket."""
    kept = await kept_from.kept_away(service.store, ticket_id)
    staff = await staff_on_duty(service, now)
    return tuple(user for user in staff if user.id not in kept)


async def staff_on_duty(service: Service, now: datetime) -> tuple[UserRow, ...]:
    """Return the whole staff, on duty as they are at this moment."""
    return tuple(duty.as_of(user, now) for user in await users.list_users(service.store))


async def telephones_of(
    service: Service, plan: Plan, staff: tuple[UserRow, ...], now: datetime
) -> tuple[Reachable, ...]:
    """Return whose telephones ring by a plan, as the rota is at this moment."""
    if not plan.rings_on_call:
        return ()
    return escalation.telephones(plan, await reachable(service.store, now=now), staff)


def payload_of(
    service: Service, ticket: Ringing, telephones: tuple[Reachable, ...] = ()
) -> Payload:
    """Return what leaves the house of a ticket."""
    return Payload(
        number=ticket.number,
        urgency=ticket.urgency,
        commune=_commune(service, ticket.commune_code),
        link=f"{service.settings.web.public_url}/console/tickets/{ticket.number}",
        mark=Mark.DRILL if ticket.is_drill else Mark.REAL,
        telephones=telephones,
    )


async def loud(service: Service, timer: TimerRow) -> Ringing | None:
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


def _commune(service: Service, code: str | None) -> str:
    """A commune that was merged or renamed since must not keep the alarm from ringing."""
    if not code:
        return ""
    try:
        return service.places.name(code)
    except KeyError:
        return code


def _knocks(service: Service, ticket: Ringing, now: datetime) -> bool:
    channel = service.channels.get(ticket.channel)
    if channel is not None and channel.pulls:
        return False
    if is_spoken(ticket.channel):
        return True  # there is no line to write on
    return ticket.last_reporter_at is None or now - ticket.last_reporter_at > _KNOCK_AFTER


def rings_of(
    service: Service, plan: Plan, ticket: Ringing, telephones: tuple[Reachable, ...] = ()
) -> tuple[NewAlarm, ...]:
    """Return every ring of a plan, by every way that is set up."""
    payload = payload_of(service, ticket, telephones)
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
