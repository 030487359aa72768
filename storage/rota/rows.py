"""What the rota is made of (lịch trực): shifts, weekly patterns, substitutions. No rows are read.

Patterns are laid out as shifts some weeks ahead, so that a shift is one row whoever planned it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AHEAD = timedelta(weeks=8)
"""How far ahead patterns are laid out as shifts."""


class ShiftRole(StrEnum):
    """What somebody does in a shift (vai trong ca)."""

    DUTY = "duty"
    """On duty (trực): rung first."""
    ON_CALL = "on_call"
    """On call by telephone (trực điện thoại): rung after three minutes."""


LONGEST = {ShiftRole.DUTY: timedelta(hours=12), ShiftRole.ON_CALL: timedelta(hours=24)}
"""Nobody is on duty for longer without saying so (storage/rota/duty.py)."""


class SubstitutionState(StrEnum):
    """Where a wish for a substitute stands (thay ca)."""

    ASKED = "asked"
    TAKEN = "taken"
    """Somebody will; a supervisor has not agreed yet, so nothing has changed."""
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_SUBSTITUTIONS = (SubstitutionState.ASKED, SubstitutionState.TAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShift:
    """A shift to plan."""

    user_id: str
    role: ShiftRole
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A planned shift (ca trực)."""

    id: int
    user_id: str
    role: ShiftRole
    starts_at: datetime
    ends_at: datetime
    pattern_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPattern:
    """The same shift every week (lịch lặp hằng tuần)."""

    user_id: str
    role: ShiftRole
    weekday: int
    """Monday is 0."""
    start_minute: int
    """Of the local day."""
    minutes: int
    from_day: date
    until_day: date | None = None
    """The last day on which one begins; None: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(NewPattern):
    """A pattern with its number."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """A wish for a substitute, and what became of it (thay ca)."""

    id: int
    shift: Shift
    state: SubstitutionState
    asked_by: str
    asked_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    settled_by: str | None
    settled_at: datetime | None
    reason: str = field(default="", repr=False)


def occurrences(pattern: NewPattern, first: date, last: date) -> Iterator[NewShift]:
    """Lay a pattern out from day to day, both included."""
    day = max(first, pattern.from_day)
    last = min(last, pattern.until_day or last)
    day += timedelta(days=(pattern.weekday - day.weekday()) % 7)
    while day <= last:
        starts_at = local_moment(day, pattern.start_minute)
        yield NewShift(
            user_id=pattern.user_id,
            role=pattern.role,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=pattern.minutes),
        )
        day += timedelta(days=7)


def local_moment(day: date, minute: int) -> datetime:
    """Return a minute of a local day in UTC; Viet Nam knows no summer time."""
    midnight = datetime.combine(day, time(), tzinfo=LOCAL_ZONE)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def local_day(at: datetime) -> date:
    """Return the day in An Giang."""
    return at.astimezone(LOCAL_ZONE).date()
