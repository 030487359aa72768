"""What a ticket's clocks depend on, read from its row and its events. Pure.

Records of what was done are events `step_recorded`; one that was written down by mistake is taken
back by `step_withdrawn`, and both stay readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.clock_rules import ClockName
from intake.clocks import Act, Clock, ClockFacts, Ending, clocks_of
from intake.working_days import Calendar
from nlu.labels import Intent, Urgency
from storage.clocks.clocks import ClockTerm, Measure
from storage.clocks.steps import standing_steps
from storage.rows import EventRow, TicketRow, TicketState

_FREED = ("ticket_released", "ticket_reopened")
_SIZED = ("ticket_raised", "urgency_changed")
_ENDINGS = {
    TicketState.RESOLVED: Ending.OVER,
    TicketState.CLOSED: Ending.OVER,
    TicketState.DISMISSED: Ending.DISMISSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Since when somebody is wanted, and when somebody came."""

    since: datetime
    taken_at: datetime | None = None
    is_held: bool = False

    def after(self, event: EventRow) -> "_Waiting":
        """Take one more event in."""
        if _frees(event):
            return _Waiting(since=event.at)
        if event.kind == "ticket_claimed":
            return replace(self, is_held=True, taken_at=self.taken_at or event.at)
        if event.kind == "operator_wrote":
            return replace(self, taken_at=self.taken_at or event.at)
        if event.kind in _SIZED:
            return self._sized_anew(event)
        return self

    def _sized_anew(self, event: EventRow) -> "_Waiting":
        """What became critical by itself wants an act anew, although somebody holds it."""
        is_critical = event.detail.get("urgency") == Urgency.CRITICAL.value
        is_seen = self.is_held and (event.actor_id is not None or not is_critical)
        return replace(self, since=event.at, taken_at=event.at if is_seen else None)


def measure_with(calendar: Calendar) -> Measure:
    """Return what storage calls to know a ticket's terms inside its transaction."""

    def measure(ticket: TicketRow, happened: Sequence[EventRow]) -> tuple[ClockTerm, ...]:
        return tuple(_term(clock) for clock in ticket_clocks(ticket, happened, calendar))

    return measure


def ticket_clocks(
    ticket: TicketRow, happened: Sequence[EventRow], calendar: Calendar
) -> tuple[Clock, ...]:
    """Return the clocks of a ticket whose facts are open."""
    return clocks_of(clock_facts(ticket, happened), calendar)


def clock_facts(ticket: TicketRow, happened: Sequence[EventRow]) -> ClockFacts:
    """Read what the clocks depend on; the events are in their order."""
    waiting = _Waiting(since=ticket.opened_at)
    for event in happened:
        waiting = waiting.after(event)
    taken_at = waiting.taken_at or _held_since(ticket, waiting.since)
    taken = (
        ()
        if taken_at is None
        else (
            Act(name=ClockName.ACKNOWLEDGED, at=taken_at),
            Act(name=ClockName.ASSIGNED, at=taken_at),
        )
    )
    return ClockFacts(
        kinds=_kinds(ticket, happened),
        urgency=ticket.urgency,
        is_life_in_minutes=ticket.danger is not None,
        offender_is_carer=ticket.facts.get("offender_is_carer") is True,
        first_message_at=ticket.first_message_at,
        free_since=waiting.since,
        acts=(*taken, *_steps(happened)),
        ending=_ENDINGS.get(ticket.state, Ending.NONE),
    )


def done_at_of(step: EventRow) -> datetime:
    """Return when a recorded step was done; it may have been written down later."""
    return datetime.fromisoformat(str(step.detail["done_at"]))


def _frees(event: EventRow) -> bool:
    is_reopened = event.kind == "ticket_moved" and event.detail.get("state") == "reopened"
    return event.kind in _FREED or is_reopened


def _held_since(ticket: TicketRow, since: datetime) -> datetime | None:
    """Somebody may hold a ticket without having claimed it: who opened it on the telephone."""
    at = ticket.acknowledged_at
    return at if ticket.holder_id and at is not None and at >= since else None


def _kinds(ticket: TicketRow, happened: Sequence[EventRow]) -> frozenset[Intent]:
    """Count every matter that the machine heard, until a person says what the report is about."""
    if any(event.kind == "kind_changed" for event in happened):
        return frozenset({ticket.kind})
    known = {kind.value for kind in Intent}
    also = {Intent(each) for each in ticket.facts.get("also", ()) if each in known}
    return frozenset({ticket.kind, *also})


def _steps(happened: Sequence[EventRow]) -> tuple[Act, ...]:
    names = {name.value for name in ClockName}
    return tuple(
        Act(name=ClockName(step.detail["step"]), at=done_at_of(step))
        for step in standing_steps(happened)
        if step.detail.get("step") in names
    )


def _term(clock: Clock) -> ClockTerm:
    return ClockTerm(
        name=clock.name.value,
        number=tuple(ClockName).index(clock.name),
        start_at=clock.start,
        amber_at=clock.amber_at,
        due_at=clock.due,
        done_at=clock.done_at,
    )
