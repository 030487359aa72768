"""The clocks of one ticket (thời hạn): from what is known to terms and states. Pure.

A clock turns amber, then red, when a share of its time is left (measures.py); it stops by the first
act that has its name, whoever did it and in whatever order the acts were written down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from intake.clock_rules import RULES, Basis, ClockName, Rule
from intake.measures import AMBER_LEFT, RED_LEFT
from intake.working_days import Calendar
from nlu.labels import Intent, Urgency


class ClockState(StrEnum):
    """Where a clock stands; in time it goes down this list or ends in one of the last two."""

    RUNNING = "running"
    AMBER = "amber"
    RED = "red"
    BREACHED = "breached"
    DONE = "done"
    DONE_LATE = "done_late"


class Ending(StrEnum):
    """How the ticket ended."""

    NONE = "none"
    OVER = "over"
    """Resolved or closed: nobody waits for an operator, but the law's terms go on."""
    DISMISSED = "dismissed"
    """It was no report: no term is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something was done that stops the clock of its name."""

    name: ClockName
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """All of a ticket that its clocks depend on."""

    kinds: frozenset[Intent]
    """Several matters in one report each count."""
    urgency: Urgency
    is_life_in_minutes: bool
    offender_is_carer: bool
    first_message_at: datetime
    """The vendor's time: legal clocks start here."""
    free_since: datetime
    """Since when somebody is wanted at this urgency: operational clocks start here."""
    acts: tuple[Act, ...] = ()
    ending: Ending = Ending.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term with its start and its end."""

    name: ClockName
    basis: Basis
    start: datetime
    due: datetime
    done_at: datetime | None

    @property
    def amber_at(self) -> datetime:
        """When it turns amber (vàng)."""
        return self._when_left(AMBER_LEFT)

    @property
    def red_at(self) -> datetime:
        """When it turns red (đỏ)."""
        return self._when_left(RED_LEFT)

    def state(self, now: datetime) -> ClockState:
        """Say where the clock stands at a moment."""
        if self.done_at is not None:
            return ClockState.DONE if self.done_at <= self.due else ClockState.DONE_LATE
        if now >= self.due:
            return ClockState.BREACHED
        if now >= self.red_at:
            return ClockState.RED
        return ClockState.AMBER if now >= self.amber_at else ClockState.RUNNING

    def _when_left(self, share: Fraction) -> datetime:
        whole = self.due - self.start
        return self.due - whole * share.numerator / share.denominator


def clocks_of(facts: ClockFacts, calendar: Calendar) -> tuple[Clock, ...]:
    """Return the clocks of a ticket in their fixed order; what an ending lifts is left out."""
    found = (_clock(rule, facts, calendar) for rule in RULES if _applies(rule, facts))
    return tuple(clock for clock in found if clock.done_at or _is_owed(clock, facts.ending))


def _applies(rule: Rule, facts: ClockFacts) -> bool:
    if rule.kinds and not rule.kinds & facts.kinds:
        return False
    if rule.life_in_minutes not in (None, facts.is_life_in_minutes):
        return False
    return facts.urgency in rule.urgencies or (rule.also_carer and facts.offender_is_carer)


def _clock(rule: Rule, facts: ClockFacts, calendar: Calendar) -> Clock:
    start = facts.first_message_at if rule.basis is Basis.LEGAL else facts.free_since
    due = calendar.end_of(start, rule.working_days) if rule.working_days else start + rule.within
    return Clock(
        name=rule.name,
        basis=rule.basis,
        start=start,
        due=due,
        done_at=min(_done(rule.name, facts), default=None),
    )


def _done(name: ClockName, facts: ClockFacts) -> Iterator[datetime]:
    return (act.at for act in facts.acts if act.name is name)


def _is_owed(clock: Clock, ending: Ending) -> bool:
    """Nobody is wanted at a ticket that is over; the law's terms outlast its closing."""
    if ending is Ending.DISMISSED:
        return False
    return ending is Ending.NONE or clock.basis is Basis.LEGAL
