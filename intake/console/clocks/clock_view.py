"""The clocks of a ticket and its checklist as its page shows them (thời hạn, việc cần làm)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.agencies import LAWFUL, OTHERS, WAYS
from intake.checklists import items_for
from intake.clock_facts import done_at_of, ticket_clocks
from intake.clock_rules import Basis
from intake.clock_watch import calendar_of
from intake.clocks import Clock, ClockState
from intake.service import Service
from storage.clocks import steps
from storage.rows import EventRow
from storage.tickets import TicketDetail

STEPS = ("forwarded", "measures", "plan")
_ICONS = {
    ClockState.RUNNING: "clock",
    ClockState.AMBER: "triangle-alert",
    ClockState.RED: "triangle-alert",
    ClockState.BREACHED: "circle-alert",
    ClockState.DONE: "check",
    ClockState.DONE_LATE: "check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock as the page shows it."""

    name: str
    state: ClockState
    icon: str
    due: datetime
    done_at: datetime | None
    is_legal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A record of what was done."""

    id: int
    step: str
    agency: str
    way: str
    done_at: datetime
    name: str = field(repr=False)
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTyped:
    """The form of a record as it was typed; empty for a new one."""

    step: str = ""
    agency: str = ""
    way: str = ""
    at: str = ""
    note: str = field(default="", repr=False)


def clock_values(
    service: Service, detail: TicketDetail, names: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return the values of `_clocks.html`."""
    clocks = (
        () if detail.is_drill else ticket_clocks(detail.ticket, detail.events, calendar_of(service))
    )
    return {
        "clocks": [_line(clock, service.clock()) for clock in clocks],
        "steps": [_step(event, names) for event in steps.standing_steps(detail.events)],
        "step_options": STEPS,
        "agency_options": (("law", LAWFUL), ("others", OTHERS)),
        "way_options": WAYS,
        "step_typed": StepTyped(step=_next_step(clocks)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to ask or to do."""

    code: str
    ticked_at: datetime | None
    name: str = field(repr=False)


def checklist_values(detail: TicketDetail, names: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the values of `_checklist.html`; what was ticked for another kind stays to be seen."""
    ticks = steps.ticks_of(detail.events)
    wanted = items_for(detail.ticket.kind)
    items = [
        Item(
            code=code,
            ticked_at=ticks[code].at if code in ticks else None,
            name=names.get(ticks[code].actor_id or "", "") if code in ticks else "",
        )
        for code in (*wanted, *(code for code in ticks if code not in wanted))
    ]
    return {"checks": items, "checks_done": sum(item.ticked_at is not None for item in items)}


def _line(clock: Clock, now: datetime) -> ClockLine:
    state = clock.state(now)
    return ClockLine(
        name=clock.name.value,
        state=state,
        icon=_ICONS[state],
        due=clock.due,
        done_at=clock.done_at,
        is_legal=clock.basis is Basis.LEGAL,
    )


def _step(event: EventRow, names: Mapping[str, str]) -> StepLine:
    return StepLine(
        id=event.id,
        step=str(event.detail["step"]),
        agency=str(event.detail["agency"]),
        way=str(event.detail["way"]),
        done_at=done_at_of(event),
        name=names.get(event.actor_id or "", ""),
        note=event.note,
    )


def _next_step(clocks: Sequence[Clock]) -> str:
    """Return what the form offers first: the clock that is due next of those it can stop."""
    open_ = [clock for clock in clocks if clock.done_at is None and clock.name.value in STEPS]
    return min(open_, key=lambda clock: clock.due).name.value if open_ else ""
