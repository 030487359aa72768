"""The clocks that tickets have (thời hạn): which tickets, how long, what stops them, who says so.

Legal ones come from kind and offender (Decree 56/2017), operational ones from urgency (design §5).
The table is the configuration; `clock_source.<name>` in the console's words quotes each source.
Where the law names no number ("at once"), the Centre's own measure stands (measures.py) and the
source says so.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from intake.measures import (
    ANSWERED_CRITICAL,
    ANSWERED_LIFE_IN_MINUTES,
    AT_ONCE,
    TAKEN_HIGH,
    TAKEN_NORMAL,
)
from nlu.labels import Intent, Urgency


class Basis(StrEnum):
    """Who set the term."""

    LEGAL = "legal"
    OPERATIONAL = "operational"


class ClockName(StrEnum):
    """The clocks, in the order in which they are due."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    MEASURES = "measures"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One clock; it stops by the first act that has its name."""

    name: ClockName
    basis: Basis
    within: timedelta = timedelta(0)
    working_days: int = 0
    """Instead of `within`: the term ends with that working day, the first one not counted."""
    kinds: frozenset[Intent] = frozenset()
    """Empty: whatever the ticket is about."""
    urgencies: frozenset[Urgency] = frozenset(Urgency)
    life_in_minutes: bool | None = None
    """None: both."""
    also_carer: bool = False
    """Whatever the urgency, when a parent or carer is the one harming (Art. 31(1))."""


ABUSE = frozenset(
    {
        Intent.SEXUAL_ABUSE,
        Intent.PHYSICAL_VIOLENCE,
        Intent.EMOTIONAL_ABUSE,
        Intent.NEGLECT_ABANDONMENT,
        Intent.CHILD_LABOUR,
        Intent.TRAFFICKING_ABDUCTION,
        Intent.CHILD_MARRIAGE,
        Intent.ONLINE_ABUSE,
        Intent.BULLYING,
    }
)
"""Reports of abuse (xâm hại trẻ em): Law on Children 2016 Art. 4(5) and 6; children who hurt
children do violence too."""
THREATENED = ABUSE | {Intent.SUICIDE_SELF_HARM, Intent.MISSING_CHILD}
"""Life, health or dignity seriously harmed or at risk (Decree 56/2017 Art. 26(3), 31(1))."""
_PRESSING = frozenset({Urgency.CRITICAL, Urgency.HIGH})

RULES: tuple[Rule, ...] = (
    Rule(  # design §5: then the reporter is told truthfully that nobody has answered yet
        name=ClockName.ACKNOWLEDGED,
        basis=Basis.OPERATIONAL,
        within=ANSWERED_LIFE_IN_MINUTES,
        urgencies=frozenset({Urgency.CRITICAL}),
        life_in_minutes=True,
    ),
    Rule(  # design §5: then the supervisors are rung
        name=ClockName.ACKNOWLEDGED,
        basis=Basis.OPERATIONAL,
        within=ANSWERED_CRITICAL,
        urgencies=frozenset({Urgency.CRITICAL}),
        life_in_minutes=False,
    ),
    Rule(
        name=ClockName.ASSIGNED,
        basis=Basis.OPERATIONAL,
        within=TAKEN_HIGH,
        urgencies=frozenset({Urgency.HIGH}),
    ),
    Rule(
        name=ClockName.ASSIGNED,
        basis=Basis.OPERATIONAL,
        within=TAKEN_NORMAL,
        urgencies=frozenset({Urgency.NORMAL}),
    ),
    Rule(  # Decree 56/2017 Art. 25(1), 26(1): at once
        name=ClockName.FORWARDED,
        basis=Basis.LEGAL,
        within=AT_ONCE,
        kinds=ABUSE,
    ),
    Rule(  # Decree 56/2017 Art. 26(3), 31, 32
        name=ClockName.MEASURES,
        basis=Basis.LEGAL,
        within=timedelta(hours=12),
        kinds=THREATENED,
        urgencies=_PRESSING,
        also_carer=True,
    ),
    Rule(  # Decree 56/2017 Art. 28(1)
        name=ClockName.PLAN,
        basis=Basis.LEGAL,
        working_days=5,
        kinds=ABUSE,
    ),
)
