"""What becomes of an invented report (diễn tiến): taken, talked about, passed on, ended. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from intake.clock_rules import ABUSE, THREATENED, ClockName
from intake.demo.chances import SEASONS, WEB, Season
from intake.demo.voices import Voices
from nlu.labels import Intent, Urgency

_LATE = 0.09
"""How many terms are missed: enough to see what a missed one looks like."""
_TAKEN_WITHIN = {
    Urgency.CRITICAL: (8, 110),
    Urgency.HIGH: (60, 3_000),
    Urgency.NORMAL: (120, 9_000),
    Urgency.LOW: (600, 30_000),
}
"""Seconds until a person takes a report that came without one; late ones take four times that."""
_FORWARDED_TO = ("commune_committee", "commune_committee", "commune_police", "health_department")
_HOUR, _DAY = 3_600.0, 86_400.0


class Doing(StrEnum):
    """What a person does on a ticket."""

    CLAIM = "claim"
    SAY = "say"
    ANSWER = "answer"
    NOTE = "note"
    STEP = "step"
    RESOLVE = "resolve"
    CLOSE = "close"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that is done."""

    at: datetime
    doing: Doing
    words: str = field(default="", repr=False)
    step: str = ""
    agency: str = ""
    way: str = ""


def course_of(
    random: Random,
    voices: Voices,
    *,
    begun_at: datetime,
    channel: str,
    kind: Intent,
    urgency: Urgency,
    is_carer: bool,
    is_punctual: bool,
    is_untaken: bool,
) -> tuple[Act, ...]:
    """Return what is done about a report, in its order."""
    if is_untaken and channel == WEB:
        return ()
    late = 0.0 if is_punctual else _LATE
    acts = _talk(random, voices, begun_at, urgency, late) if channel == WEB else []
    taken_at = acts[0].at if acts else begun_at + timedelta(minutes=random.uniform(3, 12))
    if urgency is not Urgency.CRITICAL and random.random() < 0.06:
        ended = Act(
            at=taken_at + timedelta(hours=random.uniform(1, 30)),
            doing=Doing.DISMISS,
            words=voices.say(random, "dismissed"),
        )
        return (*acts, ended)
    acts += _steps(random, taken_at, kind, urgency, late=late, is_carer=is_carer)
    notes = "water_notes" if SEASONS.get(kind) is Season.WATER else "notes"
    for _ in range(random.choice((0, 1, 1, 2))):
        at = taken_at + timedelta(hours=random.uniform(0.2, 60))
        acts.append(Act(at=at, doing=Doing.NOTE, words=voices.say(random, notes)))
    acts += _ending(random, voices, max(act.at for act in acts) if acts else taken_at)
    return tuple(sorted(acts, key=lambda act: act.at))


def _talk(
    random: Random, voices: Voices, begun_at: datetime, urgency: Urgency, late: float
) -> list[Act]:
    """Somebody takes what came in writing, and writes back."""
    least, most = _TAKEN_WITHIN[urgency]
    slow = 4 if random.random() < late else 1
    taken_at = begun_at + timedelta(seconds=random.uniform(least, most) * slow)
    said_at = taken_at + timedelta(seconds=random.uniform(15, 100))
    acts = [
        Act(at=taken_at, doing=Doing.CLAIM),
        Act(at=said_at, doing=Doing.SAY, words=voices.say(random, "greetings")),
    ]
    if random.random() < 0.6:
        answered_at = said_at + timedelta(seconds=random.uniform(20, 400))
        acts.append(Act(at=answered_at, doing=Doing.ANSWER, words=voices.say(random, "answers")))
        # Whoever leaves a child's answer unanswered is rung again every two minutes.
        closed_at = answered_at + timedelta(seconds=random.uniform(15, 100))
        acts.append(Act(at=closed_at, doing=Doing.SAY, words=voices.say(random, "replies")))
    return acts


def _steps(
    random: Random,
    since: datetime,
    kind: Intent,
    urgency: Urgency,
    *,
    late: float,
    is_carer: bool,
) -> list[Act]:
    """What the law asks for: forwarded, emergency measures, a plan (intake/clock_rules.py)."""
    wanted: list[tuple[ClockName, tuple[float, float], tuple[float, float]]] = []
    is_pressing = urgency in (Urgency.CRITICAL, Urgency.HIGH) or is_carer
    if kind in ABUSE:
        wanted.append((ClockName.FORWARDED, (240, 0.7 * _HOUR), (1.2 * _HOUR, 6 * _HOUR)))
    if kind in THREATENED and is_pressing:
        wanted.append((ClockName.MEASURES, (_HOUR, 9 * _HOUR), (12.5 * _HOUR, 20 * _HOUR)))
    if kind in ABUSE:
        wanted.append((ClockName.PLAN, (_DAY, 4.5 * _DAY), (9 * _DAY, 12 * _DAY)))
    return [
        Act(
            at=since + timedelta(seconds=random.uniform(*(too_late if is_late else in_time))),
            doing=Doing.STEP,
            step=name.value,
            agency=random.choice(_FORWARDED_TO),
            way=random.choice(("phone", "phone", "document", "message")),
        )
        for name, in_time, too_late in wanted
        for is_late in (random.random() < late,)
    ]


def _ending(random: Random, voices: Voices, since: datetime) -> list[Act]:
    resolved_at = since + timedelta(days=random.uniform(0.1, 9))
    return [
        Act(at=resolved_at, doing=Doing.RESOLVE, words=voices.say(random, "resolved")),
        Act(at=resolved_at + timedelta(days=random.uniform(0.5, 6)), doing=Doing.CLOSE),
    ]
