"""Carries silence out (im lặng): what is said, who is told; bot/dialogue/silence.py decides.

At 2 minutes the event on the ticket tells the desk. Whoever holds the ticket without a word is
rung by the alarm's own timer `silence`, and a ticket that nobody holds rings anyway: no second ring
is needed then. At 10 minutes a supervisor is rung, once.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.dialogue.silence import AFTER_SECONDS, Scene, Silence, bubble
from bot.dialogue.state import DialogueState
from intake import escalation, mapping
from intake.ringing import loud, rings_of, staff_now
from intake.service import Service
from storage import timers
from storage.alarm import deciding
from storage.errors import Erased
from storage.rows import Lane, NewOutbound, NewTimer, TimerRow
from storage.talks import road, silence
from storage.talks.silence import Hush
from storage.tickets.reading import REPORTER_SILENT

RING_SUPERVISORS: Final = "silent_ring"
"""The timer that rings for a silent reporter; its subject is the ticket."""
_LOOK_AGAIN = timedelta(seconds=1)


async def pass_silence(service: Service, timer: TimerRow) -> None:
    """Let one step of a silence happen (timers `silent_…`), and settle it."""
    now = service.clock()
    hush = await silence.hush(service.store, timer, now=now)
    if hush is None:
        await timers.settle(service.store, timer, now=now)
        return
    if hush.has_waiting:  # the walk that is under way cancels this timer, or a place moved on
        await timers.put_off(service.store, timer, until=now + _LOOK_AGAIN)
        return
    step = Silence(timer.kind)
    try:
        message = await _message(service, timer.subject, step, hush, now)
    except Erased:
        await timers.settle(service.store, timer, now=now)
        return
    ring = NewTimer(kind=RING_SUPERVISORS, subject=hush.ticket.id, step=timer.step, due_at=now)
    await silence.note(
        service.store,
        timer,
        message=message,
        minutes=0 if step is Silence.REMIND else AFTER_SECONDS[step] // 60,
        next_timers=(ring,) if step is Silence.TELL_SUPERVISOR else (),
        now=now,
    )


async def ring_supervisors(service: Service, timer: TimerRow) -> None:
    """Ring who leads the shift for a reporter who is silent (timer `silent_ring`)."""
    now = service.clock()
    ticket = await loud(service, timer)
    if ticket is None:
        await timers.settle(service.store, timer, now=now)
        return
    plan = escalation.plan_reporter_silent(await staff_now(service, now, ticket.ticket_id))
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=rings_of(service, plan, ticket),
        next_timers=(),
        expected_holder=ticket.holder_id,
        detail={"why": REPORTER_SILENT},
        now=now,
    )


async def _message(
    service: Service, conversation_id: str, step: Silence, hush: Hush, now: datetime
) -> NewOutbound | None:
    loaded = await road.peek(service.store, conversation_id, now=now)
    channel = service.channels.get(loaded.channel)
    is_pulled = channel is not None and channel.pulls
    is_taken = hush.ticket.holder_id is not None
    scene = Scene(
        silent_seconds=(now - hush.since).total_seconds(),
        is_taken=is_taken,
        tells_truth=hush.ticket.danger is not None and not is_taken,
        is_pulled=is_pulled,
        bubbles=hush.bubbles,
    )
    said = bubble(step, DialogueState.from_json(dict(loaded.state)), scene, service.shelf)
    if said is None:
        return None
    message = mapping.new_outbound(said, is_pulled=is_pulled)
    # A reminder that a messenger cannot take in time must wait; rescue words never do.
    return message if is_pulled else replace(message, lane=Lane.REPLY)
