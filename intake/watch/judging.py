"""What is wrong (nhận định). Pure: times are seconds of a clock that never jumps.

Ages come from the service, which has a clock of its own; that it lives does not: its beat is only
compared with the one before. So no clock that jumps, here or there, makes a living service dead.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .settings import Limits, Times


class Problem(StrEnum):
    """What may be wrong, the worst first."""

    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    """It answers, but does not know our secret."""
    NO_DATABASE = "no_database"
    NO_BEAT = "no_beat"
    """The web answers, and nobody works."""
    CRITICAL = "critical"
    MESSAGE = "message"
    SEND = "send"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service said."""

    beat: str
    """Changes with every beat; its form is not our matter."""
    waits: Mapping[str, float] = field(default_factory=dict)
    """By the names of `Limits`, in seconds."""
    spooled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the watch knows of the service."""

    answered_at: float
    """When it answered last, or when watching began."""
    beaten_at: float
    """When its beat was last a new one, or when watching began."""
    failure: Problem = Problem.NO_ANSWER
    """Why the last question was not answered."""
    answer: Answer | None = None


def read_answer(document: object) -> Answer | None:
    """Read what the service said; None for anything else that answered in its place."""
    match document:
        case {"status": "ok", "beat": str(beat), "waits": dict(waits), "spooled": int(spooled)}:
            return Answer(beat=beat, waits=_numbers(waits), spooled=spooled)
    return None


def hear(view: View, heard: Answer | Problem, *, now: float) -> View:
    """Take in an answer, or why there is none."""
    if isinstance(heard, Problem):
        return replace(view, failure=heard)
    is_new = view.answer is None or heard.beat != view.answer.beat
    return replace(
        view,
        answered_at=now,
        beaten_at=now if heard.beat and is_new else view.beaten_at,
        answer=heard,
    )


def judge(view: View, limits: Limits, times: Times, *, now: float) -> tuple[Problem, ...]:
    """Return what is wrong now, the worst first; what waited when it last answered still waits."""
    found: list[Problem] = []
    if now - view.answered_at >= times.patience:
        found.append(view.failure)
    elif now - view.beaten_at >= times.beat:
        found.append(Problem.NO_BEAT)
    waits = view.answer.waits if view.answer else {}
    for name in (Problem.CRITICAL, Problem.MESSAGE, Problem.SEND, Problem.TIMER):
        if waits.get(name.value, 0.0) > getattr(limits, name.value):
            found.append(name)
    return tuple(found)


def _numbers(waits: Mapping[object, object]) -> dict[str, float]:
    return {
        str(name): float(value)
        for name, value in waits.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }
