"""Rings supervisors while an operator's words wait on a critical ticket (timer `held_words`)."""

from intake import escalation
from intake.ringing import loud, rings_of, staff_now
from intake.service import Service
from storage import timers
from storage.alarm import deciding
from storage.rows import TimerRow
from storage.words import held_words
from storage.words.held_words import HeldState


async def ring_held(service: Service, timer: TimerRow) -> None:
    """Ring who may release the words, not who wrote them; look again in two minutes."""
    now = service.clock()
    ticket = await loud(service, timer)
    held = await held_words.held(service.store, timer.step)
    if ticket is None or held is None or held.state is not HeldState.WAITING:
        await timers.settle(service.store, timer, now=now)
        return
    staff = await staff_now(service, now, ticket.ticket_id)
    plan = escalation.plan_reporter_silent(
        tuple(user for user in staff if user.id != held.author_id)
    )
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=rings_of(service, plan, ticket),
        next_timers=(held_words.keep_ringing(ticket.ticket_id, held.id, now),),
        expected_holder=ticket.holder_id,
        detail={"why": "held_words"},
        now=now,
    )
