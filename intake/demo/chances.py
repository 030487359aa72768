"""How an invented year is spread (phân bố): what is reported, when, where, on which line.

The figures are chances, no forecast. Where reference figures of 111 exist they are followed, and
each table says which; the rest is a plain guess that says so.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Final, TypeVar

from intake.working_days import is_public_holiday
from nlu.labels import Danger, Intent, Urgency
from storage.calls.spoken import Spoken
from storage.calls.tallies import CallKind

T = TypeVar("T")
WEB: Final = "web"


class Season(StrEnum):
    """How the months of a kind differ."""

    STEADY = "steady"
    WATER = "water"
    SCHOOL = "school"


KINDS: Final[Mapping[Intent, int]] = {
    Intent.PHYSICAL_VIOLENCE: 240,
    Intent.EMOTIONAL_ABUSE: 90,
    Intent.BULLYING: 75,
    Intent.SEXUAL_ABUSE: 130,
    Intent.ONLINE_ABUSE: 55,
    Intent.CHILD_LABOUR: 55,
    Intent.NEGLECT_ABANDONMENT: 45,
    Intent.TRAFFICKING_ABDUCTION: 15,
    Intent.CHILD_MARRIAGE: 15,
    Intent.SUICIDE_SELF_HARM: 25,
    Intent.DROWNING_EMERGENCY: 15,
    Intent.DROWNING_HAZARD: 80,
    Intent.INJURY_EMERGENCY: 25,
    Intent.MISSING_CHILD: 20,
    Intent.WELFARE_SUPPORT: 95,
    Intent.ADULT_VIOLENCE: 20,
}
"""Of a thousand. 111's cases over 19 years: violence 43.7 %, sexual 25.8 %, exploitation 7.8 %,
neglect 2.8 %, trafficking 2.4 %; a part of each is left to what the Centre adds: water, welfare."""

SEASONS: Final[Mapping[Intent, Season]] = {
    Intent.DROWNING_EMERGENCY: Season.WATER,
    Intent.DROWNING_HAZARD: Season.WATER,
    Intent.BULLYING: Season.SCHOOL,
}
MONTHS: Final[Mapping[Season, Sequence[int]]] = {
    Season.STEADY: (10, 9, 10, 10, 10, 11, 11, 10, 10, 10, 10, 9),
    Season.WATER: (3, 3, 5, 8, 15, 22, 20, 17, 18, 20, 14, 6),
    Season.SCHOOL: (11, 8, 12, 12, 11, 3, 2, 5, 13, 13, 13, 12),
}
"""January first. Children drown in the summer holidays (June to August) and while the flood stands
on the fields (nước nổi, September to November); children are bullied while there is school."""
WEEKDAYS: Final = (12, 11, 10, 10, 11, 8, 7)
"""Monday first: what happened at the week's end is told on Monday."""
ON_HOLIDAYS: Final = 0.4
"""Offices are shut and families away: Tết is quiet on the telephone."""
HOURS: Final = (2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 8, 6, 7, 9, 10, 9, 8, 8, 10, 11, 9, 6, 4)
"""Two peaks of an office day, one after supper; the night is never empty."""

URGENCIES: Final[Mapping[Intent, Mapping[Urgency, int]]] = {
    Intent.DROWNING_EMERGENCY: {Urgency.CRITICAL: 9, Urgency.HIGH: 1},
    Intent.SUICIDE_SELF_HARM: {Urgency.CRITICAL: 4, Urgency.HIGH: 5, Urgency.NORMAL: 1},
    Intent.INJURY_EMERGENCY: {Urgency.CRITICAL: 4, Urgency.HIGH: 3, Urgency.NORMAL: 3},
    Intent.MISSING_CHILD: {Urgency.CRITICAL: 3, Urgency.HIGH: 5, Urgency.NORMAL: 2},
    Intent.TRAFFICKING_ABDUCTION: {Urgency.CRITICAL: 3, Urgency.HIGH: 7},
    Intent.SEXUAL_ABUSE: {Urgency.CRITICAL: 1, Urgency.HIGH: 8, Urgency.NORMAL: 1},
    Intent.DROWNING_HAZARD: {Urgency.HIGH: 1, Urgency.NORMAL: 9},
    Intent.WELFARE_SUPPORT: {Urgency.HIGH: 1, Urgency.NORMAL: 9},
}
USUAL_URGENCIES: Final[Mapping[Urgency, int]] = {
    Urgency.CRITICAL: 1,
    Urgency.HIGH: 8,
    Urgency.NORMAL: 11,
}
"""A guess: few calls are about this minute, most tell of weeks."""
DANGERS: Final[Mapping[Intent, Danger]] = {
    Intent.DROWNING_EMERGENCY: Danger.DROWNING,
    Intent.SUICIDE_SELF_HARM: Danger.SUICIDE,
}
"""Of critical ones: life in minutes."""

LINES: Final[Mapping[str, int]] = {
    Spoken.PHONE: 82,
    Spoken.LINE_111: 6,
    Spoken.WALK_IN: 3,
    Spoken.LETTER: 2,
    WEB: 7,
}
"""Of a hundred. 111 had 1,313 messages in 2023 against 323,615 calls; the web chat gets a larger
share here than it will have, or nothing could be seen of it. Messengers are left out: what is
written there would really be sent."""
COUNTED: Final[Mapping[CallKind, int]] = {
    CallKind.SILENT: 45,
    CallKind.PRANK: 25,
    CallKind.WRONG_NUMBER: 15,
    CallKind.ASKED_ONLY: 12,
    CallKind.TEST: 3,
}
COUNTED_A_TICKET: Final = 2
"""111: 93 of 100 calls are silent, pranks or wrong, so thirteen a report; two show the same."""
WARD, COMMUNE = "Phường", "Xã"
_WARD_WEIGHT, _COMMUNE_WEIGHT = 3, 2
"""No population by unit is at hand. The wards are the old towns, where people live closer: one and
a half times a commune. The three special zones count as communes."""


def draw(random: Random, chances: Mapping[T, int]) -> T:
    """Return one of the keys by their weights."""
    return random.choices(tuple(chances), weights=tuple(chances.values()))[0]


def urgency_of(random: Random, kind: Intent) -> Urgency:
    """Return how urgent a report of a kind is."""
    return draw(random, URGENCIES.get(kind, USUAL_URGENCIES))


def weight_of_day(day: date, season: Season) -> float:
    """Return how much is reported on a day."""
    weight = float(MONTHS[season][day.month - 1] * WEEKDAYS[day.weekday()])
    return weight * ON_HOLIDAYS if is_public_holiday(day) else weight


def days_before(today: date, days: int) -> tuple[date, ...]:
    """Return the days of the invented year, the oldest first; today is the last."""
    return tuple(today - timedelta(days=back) for back in range(days - 1, -1, -1))


def weight_of_commune(name: str) -> int:
    """Return how much a commune reports, by its official name."""
    return _WARD_WEIGHT if name.startswith(WARD) else _COMMUNE_WEIGHT
