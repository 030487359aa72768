"""What is to be said now (lời báo). Pure: one memory a way, so that none holds up another.

An alarm is repeated until all is well, a failed one is tried again at once. Whoever heard an alarm
hears one "well again"; whoever heard none hears nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from .judging import Problem
from .settings import Times


class Word(StrEnum):
    """What can be said."""

    ALARM = "alarm"
    WELL_AGAIN = "well_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How things stand, and since when."""

    problems: tuple[Problem, ...] = ()
    since: float
    """When it became well or unwell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one way has been told."""

    is_alarmed: bool = False
    """An alarm went out and "well again" has not."""
    next_at: float = -1e18
    """No alarm before then."""


def pass_verdict(before: Verdict, problems: tuple[Problem, ...], *, now: float) -> Verdict:
    """Say how things stand now; the time stays while it only changes what is wrong."""
    is_same = bool(problems) == bool(before.problems)
    return Verdict(problems=problems, since=before.since if is_same else now)


def next_word(told: Told, verdict: Verdict, times: Times, *, now: float) -> Word | None:
    """Return what a way is to say now; None: nothing."""
    if verdict.problems:
        return Word.ALARM if now >= told.next_at else None
    is_surely_well = now - verdict.since >= times.well
    return Word.WELL_AGAIN if told.is_alarmed and is_surely_well else None


def note_told(told: Told, word: Word, times: Times, *, now: float) -> Told:
    """Remember what a way has said; trouble that comes back soon waits its turn."""
    match word:
        case Word.ALARM:
            return Told(is_alarmed=True, next_at=now + times.repeat)
        case Word.WELL_AGAIN:
            return Told(is_alarmed=False, next_at=told.next_at)
