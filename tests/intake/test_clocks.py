"""The clocks of a ticket: which there are, when they are due, how their states go on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.clock import LOCAL_ZONE
from intake.clock_rules import ABUSE, RULES, Basis, ClockName
from intake.clocks import Act, Clock, ClockFacts, ClockState, Ending, clocks_of
from intake.working_days import Calendar, is_public_holiday
from nlu.labels import Intent, Urgency

PLAIN = Calendar()
START = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)  # a Monday, 10:00 in An Giang
BEATEN = ClockFacts(
    kinds=frozenset({Intent.PHYSICAL_VIOLENCE}),
    urgency=Urgency.HIGH,
    is_life_in_minutes=False,
    offender_is_carer=False,
    first_message_at=START,
    free_since=START + timedelta(seconds=3),
)
_ORDER = [ClockState.RUNNING, ClockState.AMBER, ClockState.RED, ClockState.BREACHED]
_moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2031, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
_acts = st.lists(st.builds(Act, name=st.sampled_from(ClockName), at=_moments), max_size=8)
_facts = st.builds(
    ClockFacts,
    kinds=st.frozensets(st.sampled_from(Intent), min_size=1, max_size=3),
    urgency=st.sampled_from(Urgency),
    is_life_in_minutes=st.booleans(),
    offender_is_carer=st.booleans(),
    first_message_at=_moments,
    free_since=_moments,
    acts=_acts.map(tuple),
    ending=st.sampled_from(Ending),
)


def named(facts: ClockFacts, calendar: Calendar = PLAIN) -> dict[ClockName, Clock]:
    """The clocks by name: no two of one name may run."""
    found = clocks_of(facts, calendar)
    assert len({clock.name for clock in found}) == len(found)
    return {clock.name: clock for clock in found}


def local(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("kind", sorted(ABUSE))
def test_every_abuse_report_is_forwarded_at_once_whatever_its_grade(
    kind: Intent, urgency: Urgency
) -> None:
    found = named(replace(BEATEN, kinds=frozenset({kind}), urgency=urgency))

    assert found[ClockName.FORWARDED].due == START + timedelta(hours=1)
    assert found[ClockName.FORWARDED].basis is Basis.LEGAL
    assert ClockName.PLAN in found


@pytest.mark.parametrize(
    ("urgency", "is_carer", "is_owed"),
    [
        (Urgency.CRITICAL, False, True),
        (Urgency.HIGH, False, True),
        (Urgency.NORMAL, False, False),
        (Urgency.NORMAL, True, True),
        (Urgency.LOW, True, True),
        (Urgency.LOW, False, False),
    ],
)
def test_emergency_measures_are_due_in_12_hours_when_it_is_grave_or_the_carer_harms(
    urgency: Urgency, is_carer: bool, is_owed: bool
) -> None:
    found = named(replace(BEATEN, urgency=urgency, offender_is_carer=is_carer))

    assert (ClockName.MEASURES in found) is is_owed
    if is_owed:
        assert found[ClockName.MEASURES].due == START + timedelta(hours=12)


@pytest.mark.parametrize(
    ("urgency", "is_life", "name", "within"),
    [
        (Urgency.CRITICAL, True, ClockName.ACKNOWLEDGED, timedelta(seconds=30)),
        (Urgency.CRITICAL, False, ClockName.ACKNOWLEDGED, timedelta(minutes=2)),
        (Urgency.HIGH, False, ClockName.ASSIGNED, timedelta(hours=1)),
        (Urgency.NORMAL, False, ClockName.ASSIGNED, timedelta(hours=3)),
    ],
)
def test_operational_clocks_come_from_urgency(
    urgency: Urgency, is_life: bool, name: ClockName, within: timedelta
) -> None:
    hazard = frozenset({Intent.DROWNING_HAZARD})
    facts = replace(BEATEN, kinds=hazard, urgency=urgency, is_life_in_minutes=is_life)

    (clock,) = clocks_of(facts, PLAIN)

    assert (clock.name, clock.due - clock.start) == (name, within)
    assert clock.start == facts.free_since


def test_a_low_question_has_no_clock() -> None:
    asked = frozenset({Intent.ASK_INFORMATION})

    assert clocks_of(replace(BEATEN, kinds=asked, urgency=Urgency.LOW), PLAIN) == ()


def test_a_further_matter_in_the_report_counts() -> None:
    both = frozenset({Intent.DROWNING_EMERGENCY, Intent.NEGLECT_ABANDONMENT})

    assert ClockName.FORWARDED in named(replace(BEATEN, kinds=both))


def test_the_first_act_stops_a_clock_and_a_late_one_says_so() -> None:
    early, late = START + timedelta(minutes=10), START + timedelta(hours=2)
    acts = (Act(name=ClockName.FORWARDED, at=late), Act(name=ClockName.FORWARDED, at=early))

    both, only_late = (
        named(replace(BEATEN, acts=each))[ClockName.FORWARDED] for each in (acts, acts[:1])
    )

    assert (both.done_at, both.state(late)) == (early, ClockState.DONE)
    assert only_late.state(late) is ClockState.DONE_LATE


def test_amber_begins_at_a_third_of_the_time_and_red_at_a_tenth() -> None:
    clock = named(BEATEN)[ClockName.MEASURES]
    states = [
        (START, ClockState.RUNNING),
        (START + timedelta(hours=7, minutes=59), ClockState.RUNNING),
        (START + timedelta(hours=8), ClockState.AMBER),
        (START + timedelta(hours=10, minutes=47), ClockState.AMBER),
        (START + timedelta(hours=10, minutes=48), ClockState.RED),
        (START + timedelta(hours=12), ClockState.BREACHED),
    ]

    assert [clock.state(at) for at, _ in states] == [state for _, state in states]


def test_closing_a_ticket_does_not_end_what_the_law_asks_and_dismissing_does() -> None:
    taken = Act(name=ClockName.ASSIGNED, at=START)
    facts = replace(BEATEN, acts=(taken,))

    over = named(replace(facts, acts=(), ending=Ending.OVER))
    dismissed = named(replace(facts, ending=Ending.DISMISSED))

    assert set(over) == {ClockName.FORWARDED, ClockName.MEASURES, ClockName.PLAN}
    assert set(dismissed) == {ClockName.ASSIGNED}


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (local(2026, 11, 30), date(2026, 12, 7)),  # Monday to Monday
        (local(2026, 12, 4, 23, 59), date(2026, 12, 11)),  # Friday night
        (local(2026, 12, 5, 0, 0), date(2026, 12, 11)),  # Saturday
        (local(2026, 2, 13), date(2026, 2, 27)),  # over Tết Bính Ngọ, 16 to 20 February
        (local(2027, 2, 3), date(2027, 2, 17)),  # over Tết Đinh Mùi, 4 to 10 February
        (local(2028, 1, 21), date(2028, 2, 4)),  # over Tết Mậu Thân, 24 to 28 January
        (local(2028, 2, 25), date(2028, 3, 3)),  # over 29 February
        (local(2027, 12, 30), date(2028, 1, 7)),  # over New Year, Monday in lieu of Saturday
        (local(2027, 4, 29), date(2027, 5, 10)),  # over 30 April and 1 May
    ],
)
def test_five_working_days_know_weekends_and_holidays(start: datetime, due: date) -> None:
    found = named(replace(BEATEN, first_message_at=start.astimezone(UTC)))[ClockName.PLAN].due

    assert found.astimezone(LOCAL_ZONE) == datetime(
        due.year, due.month, due.day, 23, 59, tzinfo=LOCAL_ZONE
    )


@pytest.mark.parametrize(
    "day", [date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13)]
)
def test_the_first_day_of_tet_and_the_days_around_it_are_holidays(day: date) -> None:
    around = [day + timedelta(days=shift) for shift in (-1, 0, 1, 2, 3)]

    assert all(is_public_holiday(each) for each in around)
    assert not is_public_holiday(day - timedelta(days=10))


@pytest.mark.parametrize("day", [date(2026, 9, 2), date(2026, 4, 30), date(2026, 5, 1)])
def test_the_fixed_holidays_are_known(day: date) -> None:
    assert is_public_holiday(day)


def test_a_day_that_the_government_adds_counts() -> None:
    extra = Calendar(extra_days_off=frozenset({date(2026, 12, 1)}))

    assert named(BEATEN, extra)[ClockName.PLAN].due - named(BEATEN)[
        ClockName.PLAN
    ].due == timedelta(days=1)


@given(facts=_facts)
def test_nothing_is_due_before_it_starts(facts: ClockFacts) -> None:
    for clock in named(facts).values():
        assert clock.start <= clock.amber_at <= clock.red_at <= clock.due


@given(facts=_facts, moments=st.lists(_moments, min_size=2, max_size=6))
def test_an_open_clock_only_gets_worse_and_a_done_one_stays(
    facts: ClockFacts, moments: list[datetime]
) -> None:
    for clock in named(facts).values():
        states = [clock.state(at) for at in sorted(moments)]
        if clock.done_at is not None:
            assert len(set(states)) == 1
            continue
        assert all(_ORDER.index(one) <= _ORDER.index(next_) for one, next_ in pairwise(states))


@given(facts=_facts, days=st.frozensets(st.dates(date(2024, 1, 1), date(2031, 12, 31))))
def test_a_holiday_never_shortens(facts: ClockFacts, days: frozenset[date]) -> None:
    plain, more = named(facts), named(facts, Calendar(extra_days_off=days))

    assert all(more[name].due >= clock.due for name, clock in plain.items())


@given(facts=_facts, order=st.randoms(use_true_random=False))
def test_the_order_in_which_acts_are_written_down_does_not_matter(
    facts: ClockFacts, order: object
) -> None:
    shuffled = list(facts.acts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # st.randoms()

    assert clocks_of(replace(facts, acts=tuple(shuffled)), PLAIN) == clocks_of(facts, PLAIN)


@given(at=_moments, days=st.integers(1, 10))
def test_a_term_of_working_days_ends_late_on_a_worked_local_day(at: datetime, days: int) -> None:
    end = PLAIN.end_of(at, days).astimezone(LOCAL_ZONE)

    assert (end.hour, end.minute, end.utcoffset()) == (23, 59, timedelta(hours=7))
    assert PLAIN.is_worked(end.date())
    assert end - at >= timedelta(days=days) - timedelta(days=1)


def test_each_rule_is_of_a_term_and_of_a_basis() -> None:
    assert all((rule.within > timedelta(0)) != (rule.working_days > 0) for rule in RULES)
    assert {rule.name for rule in RULES} == set(ClockName)
