"""One invented year as a list of acts (kịch bản): what people do, and when. Pure.

The same seed gives the same year. What the machine does by itself (alarms, clocks that run out) is
not written here: it happens when the acts are played.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from random import Random

from intake.clock import LOCAL_ZONE
from intake.demo import chances
from intake.demo.chances import WEB, Season, draw
from intake.demo.courses import Act, course_of
from intake.demo.voices import Voices
from nlu.labels import Danger, Intent, Urgency

_LATELY = timedelta(minutes=80)
_MOST_LATE = 14
_URGENT = 2
"""So many of the fresh ones are children who write of danger at this minute."""
QUIET = timedelta(days=45)
"""Beside real data nothing of the year is younger than that: every story is over."""


class Ending(StrEnum):
    """How far a story goes."""

    OVER = "over"
    OPEN = "open"
    """It begins a moment ago, and nobody has taken it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One invented report."""

    begun_at: datetime
    channel: str
    kind: Intent
    urgency: Urgency
    danger: Danger | None
    commune: str
    words: str
    facts: Mapping[str, object]
    taker: int
    """Which of the operators; counted round."""
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What year is wanted."""

    tickets: int
    days: int
    seed: int
    until: datetime
    communes: Sequence[tuple[str, str]]
    """Code and official name."""
    is_quiet: bool = False
    """Nothing is left open and every clock is kept: beside real data nothing may call anybody."""


def invent(wish: Wish, voices: Voices) -> tuple[Story, ...]:
    """Return the stories of a year, the oldest first."""
    random = Random(wish.seed)  # noqa: S311 - chances, no secrets
    late = 0 if wish.is_quiet else min(_MOST_LATE, wish.tickets // 4)
    days = _Days(wish)
    whole = [_story(random, wish, voices, days, Ending.OVER) for _ in range(wish.tickets - late)]
    fresh = [_story(random, wish, voices, days, Ending.OPEN) for _ in range(late)]
    urgent = [_cry(story, random, voices, wish.until) for story in fresh[:_URGENT]]
    fresh[:_URGENT] = urgent
    return tuple(sorted(whole + fresh, key=lambda story: story.begun_at))


def _story(random: Random, wish: Wish, voices: Voices, days: "_Days", ending: Ending) -> Story:
    kind = draw(random, chances.KINDS)
    urgency = chances.urgency_of(random, kind)
    voice = voices.of(random, kind, urgency)
    is_fresh = ending is Ending.OPEN
    channel = WEB if is_fresh and random.random() < 0.5 else draw(random, chances.LINES)
    begun_at = _lately(random, wish.until) if is_fresh else days.moment(random, kind)
    is_carer = kind in _AT_HOME and random.random() < 0.4
    codes = [code for code, _ in wish.communes]
    weights = [chances.weight_of_commune(name) for _, name in wish.communes]
    story = Story(
        begun_at=begun_at,
        channel=str(channel),
        kind=kind,
        urgency=voice.urgency,
        danger=chances.DANGERS.get(kind) if voice.urgency is Urgency.CRITICAL else None,
        commune=random.choices(codes, weights=weights)[0],
        words=voice.text,
        facts=_facts(random, voices, is_carer=is_carer, is_child=voice.author_role == "child"),
        taker=random.randrange(3),
        acts=(),
    )
    acts = course_of(
        random,
        voices,
        begun_at=story.begun_at,
        channel=story.channel,
        kind=story.kind,
        urgency=story.urgency,
        is_carer=is_carer,
        is_punctual=wish.is_quiet,
        is_untaken=is_fresh and random.random() < 0.6,
    )
    return replace(story, acts=acts)


def _cry(story: Story, random: Random, voices: Voices, until: datetime) -> Story:
    """Return a story as one of the chat that rings, and that nobody has taken yet."""
    voice = voices.of(random, Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL)
    return replace(
        story,
        begun_at=until - timedelta(seconds=random.uniform(20, 100)),
        channel=WEB,
        kind=voice.intent,
        urgency=voice.urgency,
        danger=None,
        words=voice.text,
        acts=(),
    )


_AT_HOME = frozenset({Intent.PHYSICAL_VIOLENCE, Intent.EMOTIONAL_ABUSE, Intent.NEGLECT_ABANDONMENT})
"""Two in three happen in the family (111, 2023); a part of them by parents."""


def _facts(random: Random, voices: Voices, *, is_carer: bool, is_child: bool) -> dict[str, object]:
    form = {
        "child_sex": random.choice(("girl", "boy", "unknown")),
        "caller_relation": "self"
        if is_child
        else random.choice(("parent", "neighbour", "teacher")),
    }
    if random.random() < 0.5:
        form["child_name"] = voices.child(random)
    facts: dict[str, object] = {"form": form, "child_age": random.randint(3, 15)}
    return {**facts, "offender_is_carer": True} if is_carer else facts


def _lately(random: Random, until: datetime) -> datetime:
    return until - timedelta(seconds=random.uniform(40, _LATELY.total_seconds()))


class _Days:
    """The days of the year with their weights, by season."""

    def __init__(self, wish: Wish) -> None:
        last = wish.until - (QUIET if wish.is_quiet else timedelta(0))
        self._last = last
        self._days = chances.days_before(last.astimezone(LOCAL_ZONE).date(), wish.days)
        self._weights = {
            season: [chances.weight_of_day(day, season) for day in self._days] for season in Season
        }

    def moment(self, random: Random, kind: Intent) -> datetime:
        """Return when a report of a kind comes in."""
        season = chances.SEASONS.get(kind, Season.STEADY)
        day = random.choices(self._days, weights=self._weights[season])[0]
        hour = random.choices(range(24), weights=chances.HOURS)[0]
        within = timedelta(seconds=random.uniform(0, 3599))
        at = datetime.combine(day, time(hour), LOCAL_ZONE).astimezone(UTC) + within
        return at if at < self._last else at - timedelta(days=1)
