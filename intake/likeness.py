"""Whether two tickets tell of one incident (cùng một vụ việc): a score with its reasons. Pure.

Nothing is joined here: a person reads the reasons and presses a key. What is compared are traits
(place, time, kind, ages, names of places), never the talks: a reason names only what both reporters
said by themselves. Measured on the pairs in tests/intake/test_likeness.py; the least that is
proposed is `PROPOSED_FROM`:

    two drownings, one commune, 4 minutes apart                              0.68
    … and the same bridge                                                    0.93
    … but a boy of 6 here and a girl of 12 there                             0.33
    two drownings in different communes, 5 minutes apart                     0
    one commune, one hour, a beating and a drowning                          0
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nlu.labels import Danger, Intent

PROPOSED_FROM = 0.6
_SAME_COMMUNE, _SAME_PLACE_NAME, _OTHER_PLACE_NAME = 0.25, 0.25, -0.1
_PINS = ((0.3, 0.4), (1.0, 0.3), (3.0, 0.15))
"""Pins so many kilometres apart at most, and what that weighs."""
_FAR_KM = 10.0
_AT_ONCE, _SAME_KIND, _RELATED_KIND, _SAME_DANGER = 0.2, 0.2, 0.1, 0.05
_SAME_AGE, _OTHER_AGE, _SAME_SEX, _OTHER_SEX = 0.08, -0.2, 0.04, -0.15
_MINUTES, _HOURS, _DAYS = timedelta(minutes=45), timedelta(hours=6), timedelta(days=3)
_WINDOWS = {
    Intent.DROWNING_EMERGENCY: _MINUTES,
    Intent.INJURY_EMERGENCY: _MINUTES,
    Intent.SUICIDE_SELF_HARM: _MINUTES,
    Intent.PHYSICAL_VIOLENCE: _HOURS,
    Intent.MISSING_CHILD: _HOURS,
    Intent.TRAFFICKING_ABDUCTION: _HOURS,
}
"""How far apart two reports of one incident may be; other kinds: three days."""
_RELATED = frozenset(
    {
        frozenset({Intent.DROWNING_EMERGENCY, Intent.MISSING_CHILD}),
        frozenset({Intent.DROWNING_EMERGENCY, Intent.INJURY_EMERGENCY}),
        frozenset({Intent.MISSING_CHILD, Intent.TRAFFICKING_ABDUCTION}),
        frozenset({Intent.PHYSICAL_VIOLENCE, Intent.INJURY_EMERGENCY}),
    }
)
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What of a ticket is compared; it lives in memory only and is never logged."""

    kind: Intent
    danger: Danger | None = None
    commune: str | None = None
    """Its code."""
    point: tuple[float, float] | None = field(default=None, repr=False)
    """Latitude and longitude that the reporter shared."""
    at: datetime
    place_names: frozenset[str] = field(default=frozenset(), repr=False)
    """Of bridges, canals, schools, without marks and in small letters."""
    ages: frozenset[tuple[int, int]] = field(default=frozenset(), repr=False)
    """Of the children, each from so many years to so many."""
    sexes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why two tickets are alike or not: a code of words under `likeness`, and its value."""

    code: str
    weight: float
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two tickets are, 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def is_proposed(self) -> bool:
        """Whether a person is asked."""
        return self.score >= PROPOSED_FROM


UNLIKE = Likeness(score=0.0, reasons=())


def likeness(one: Trace, other: Trace) -> Likeness:
    """Compare two tickets; the same whichever is named first."""
    if _is_elsewhere(one, other) or _is_another_matter(one, other):
        return UNLIKE
    apart = abs(one.at - other.at)
    window = max(_window(one.kind), _window(other.kind))
    if apart > window:
        return UNLIKE
    near = Reason(code="time", weight=_AT_ONCE * (1 - apart / window), value=_minutes(apart))
    reasons = (
        *_places(one, other), near, *_matters(one, other), *_children(one, other),
    )  # fmt: skip
    total = sum(reason.weight for reason in reasons)
    return Likeness(score=round(min(max(total, 0.0), 1.0), 3), reasons=reasons)


def window_of(kind: Intent) -> timedelta:
    """Return how far back a ticket of this kind may have a twin."""
    related = (_window(x) for pair in _RELATED if kind in pair for x in pair)
    return max((_window(kind), *related))


def _window(kind: Intent) -> timedelta:
    return _WINDOWS.get(kind, _DAYS)


def _is_elsewhere(one: Trace, other: Trace) -> bool:
    """Two known places that are not one: pins decide before communes, for borders run in rivers."""
    if one.point and other.point:
        return _kilometres(one.point, other.point) > _FAR_KM
    return bool(one.commune and other.commune and one.commune != other.commune)


def _is_another_matter(one: Trace, other: Trace) -> bool:
    pair = frozenset({one.kind, other.kind})
    return len(pair) > 1 and pair not in _RELATED


def _places(one: Trace, other: Trace) -> Iterator[Reason]:
    if one.commune and one.commune == other.commune:
        yield Reason(code="commune", weight=_SAME_COMMUNE, value=one.commune)
    if one.point and other.point:
        apart = _kilometres(one.point, other.point)
        weight = next((weight for most, weight in _PINS if apart <= most), 0.0)
        yield Reason(code="pins", weight=weight, value=f"{apart:.1f}")
    shared = sorted(one.place_names & other.place_names)
    if shared:
        yield Reason(code="place_name", weight=_SAME_PLACE_NAME, value=shared[0])
    elif one.place_names and other.place_names:
        yield Reason(code="other_place_name", weight=_OTHER_PLACE_NAME)


def _matters(one: Trace, other: Trace) -> Iterator[Reason]:
    if one.kind is other.kind:
        yield Reason(code="kind", weight=_SAME_KIND, value=one.kind.value)
    else:
        yield Reason(code="related_kind", weight=_RELATED_KIND)
    if one.danger and one.danger is other.danger:
        yield Reason(code="danger", weight=_SAME_DANGER, value=one.danger.value)


def _children(one: Trace, other: Trace) -> Iterator[Reason]:
    if one.ages and other.ages:
        is_same = any(a[0] <= b[1] and b[0] <= a[1] for a in one.ages for b in other.ages)
        weight = _SAME_AGE if is_same else _OTHER_AGE
        yield Reason(code="age" if is_same else "other_age", weight=weight)
    if one.sexes and other.sexes:
        is_same = not one.sexes.isdisjoint(other.sexes)
        weight = _SAME_SEX if is_same else _OTHER_SEX
        yield Reason(code="sex" if is_same else "other_sex", weight=weight)


def _minutes(apart: timedelta) -> str:
    return str(round(apart.total_seconds() / 60))


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the way along the earth (haversine)."""
    (lat_a, lon_a), (lat_b, lon_b) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    bend = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, bend)))
