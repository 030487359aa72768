"""What an invented year looks like, before anybody plays it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from intake.clock import LOCAL_ZONE
from intake.demo import chances
from intake.demo.chances import Season
from intake.demo.courses import Doing
from intake.demo.stories import QUIET, Story, Wish, invent
from intake.demo.tallies import duties
from intake.demo.voices import Voices
from nlu.examples import Example
from nlu.labels import Intent, Urgency
from storage.calls.spoken import Spoken

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
LINES = {
    what: [what]
    for what in ("notes", "water_notes", "greetings", "answers", "replies", "resolved", "dismissed")
}
VOICES = Voices(
    [
        Example(text=f"{kind} {urgency}", intent=kind, urgency=urgency)
        for kind in chances.KINDS
        for urgency in Urgency
    ],
    {**LINES, "children": ["bé An (mẫu)"]},
)
COMMUNES = (("1", "Phường Một"), ("2", "Xã Hai"), ("3", "Đặc khu Ba"))
WISH = Wish(tickets=600, days=365, seed=7, until=NOW, communes=COMMUNES)


@pytest.fixture(scope="module")
def year() -> tuple[Story, ...]:
    return invent(WISH, VOICES)


def test_the_same_seed_gives_the_same_year(year: tuple[Story, ...]) -> None:
    assert invent(WISH, VOICES) == year
    assert invent(replace(WISH, seed=8), VOICES) != year


def test_everything_has_begun_and_most_comes_by_telephone(year: tuple[Story, ...]) -> None:
    lines = Counter(story.channel for story in year)

    assert len(year) == WISH.tickets
    assert all(story.begun_at < NOW for story in year)
    assert lines[Spoken.PHONE] > len(year) / 2
    assert set(lines) == set(chances.LINES)


def test_water_is_told_of_in_summer_and_flood_and_abuse_all_year_round() -> None:
    days = chances.days_before(NOW.date(), 365)
    water = Counter({day: chances.weight_of_day(day, Season.WATER) for day in days})
    wet = sum(weight for day, weight in water.items() if 5 <= day.month <= 11)
    steady = [chances.weight_of_day(day, Season.STEADY) for day in days if day.weekday() == 2]

    assert wet > 0.8 * sum(water.values())
    assert sorted(steady)[len(steady) // 2] > 2 * min(steady)  # the quiet ones are holidays


def test_an_act_never_comes_before_its_report(year: tuple[Story, ...]) -> None:
    for story in year:
        times = [story.begun_at, *(act.at for act in story.acts)]
        assert times == sorted(times)


def test_some_terms_are_missed_and_most_are_kept(year: tuple[Story, ...]) -> None:
    forwarded = [
        act.at - story.begun_at for story in year for act in story.acts if act.step == "forwarded"
    ]
    late = [each for each in forwarded if each > timedelta(hours=1)]

    assert 0 < len(late) < len(forwarded) / 4


def test_beside_real_reports_everything_is_over_long_since() -> None:
    quiet = invent(replace(WISH, is_quiet=True), VOICES)

    assert all(story.acts[-1].doing in (Doing.CLOSE, Doing.DISMISS) for story in quiet)
    assert all(story.acts[-1].at < NOW for story in quiet)
    assert all(story.begun_at < NOW - QUIET for story in quiet)


def test_no_reporter_is_left_without_an_answer(year: tuple[Story, ...]) -> None:
    talks = [[act.doing for act in story.acts] for story in year]

    assert all(
        Doing.SAY in talk[talk.index(Doing.ANSWER) :] for talk in talks if Doing.ANSWER in talk
    )


def test_a_ward_reports_more_than_a_commune() -> None:
    assert chances.weight_of_commune("Phường Một") > chances.weight_of_commune("Xã Hai")
    assert chances.weight_of_commune("Đặc khu Ba") == chances.weight_of_commune("Xã Hai")


def test_a_voice_is_as_urgent_as_wanted_where_there_is_one() -> None:
    found = VOICES.of(Random(1), Intent.BULLYING, Urgency.HIGH)  # noqa: S311 - chances, no secrets

    assert (found.intent, found.urgency) == (Intent.BULLYING, Urgency.HIGH)


def test_somebody_is_on_duty_at_every_hour_of_the_year() -> None:
    shifts = duties(WISH)

    assert all(one.ends_at == other.at for one, other in pairwise(shifts))
    assert shifts[0].at.astimezone(LOCAL_ZONE).date() <= NOW.date() - timedelta(days=WISH.days)
    assert shifts[-1].at > NOW
