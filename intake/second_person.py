"""Calls a second person (người thứ hai) when somebody proposes to lower a critical ticket.

Whoever works alone at night is answered by a supervisor, who is told by every way of their own and
settles it in the console. The ticket's alarm goes on by its rules meanwhile.
"""

from intake import escalation
from intake.ringing import loud, rings_of, staff_now
from intake.service import Service
from storage import timers
from storage.alarm import deciding
from storage.learning import lowering
from storage.rows import TimerRow


async def ask_second_person(service: Service, timer: TimerRow) -> None:
    """Tell the supervisors of a proposal that is still open (timer `lowering_asked`)."""
    now = service.clock()
    ticket = await loud(service, timer)
    proposal = await lowering.lowering_of(service.store, timer.subject)
    if ticket is None or proposal is None or proposal.id != timer.step:
        await timers.settle(service.store, timer, now=now)
        return
    staff = await staff_now(service, now, ticket.ticket_id)
    others = tuple(user for user in staff if user.id != proposal.proposed_by)
    await deciding.decide(
        service.store,
        timer=timer,
        ticket_id=ticket.ticket_id,
        tier=None,
        rings=rings_of(service, escalation.plan_reporter_silent(others), ticket),
        next_timers=(),
        expected_holder=ticket.holder_id,
        detail={"why": "lowering"},
        now=now,
    )
