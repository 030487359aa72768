"""Whether two tickets tell of one incident: measured pairs, and what holds for all pairs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.likeness import PROPOSED_FROM, Trace, likeness, window_of
from nlu.labels import Danger, Intent

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
VINH_TE, OTHER = "30325", "30337"
ONE = Trace(
    kind=Intent.DROWNING_EMERGENCY, danger=Danger.DROWNING, commune=VINH_TE, at=AT
)  # fmt: skip
LATER = replace(ONE, at=AT + timedelta(minutes=4))
BRIDGE = frozenset({"cau so 3"})


@pytest.mark.parametrize(
    ("other", "score"),
    [
        (LATER, 0.682),
        (replace(LATER, kind=Intent.MISSING_CHILD, danger=None), 0.548),
        (replace(LATER, commune=None), 0.432),
        (replace(LATER, commune=OTHER), 0.0),
        (replace(LATER, kind=Intent.BULLYING, danger=None), 0.0),
        (replace(LATER, at=AT + timedelta(minutes=46)), 0.0),
    ],
)
def test_measured_pairs(other: Trace, score: float) -> None:
    assert likeness(ONE, other).score == pytest.approx(score, abs=0.002)


def test_the_same_bridge_says_more_than_the_commune() -> None:
    found = likeness(replace(ONE, place_names=BRIDGE), replace(LATER, place_names=BRIDGE))

    assert found.score == pytest.approx(0.932, abs=0.002)
    assert [reason.code for reason in found.reasons] == [
        "commune", "place_name", "time", "kind", "danger",
    ]  # fmt: skip


def test_a_boy_of_six_is_no_girl_of_twelve() -> None:
    boy = replace(ONE, ages=frozenset({(6, 6)}), sexes=frozenset({"boy"}))
    girl = replace(LATER, ages=frozenset({(12, 12)}), sexes=frozenset({"girl"}))

    found = likeness(boy, girl)

    assert not found.is_proposed
    assert found.score < 0.4


def test_pins_decide_before_communes_at_a_border() -> None:
    here = replace(ONE, point=(10.70, 105.00))
    near = replace(LATER, commune=OTHER, point=(10.701, 105.001))
    far = replace(LATER, point=(10.90, 105.00))

    assert likeness(here, near).is_proposed
    assert likeness(here, far).score == 0.0


def test_the_window_reaches_as_far_as_any_twin_of_the_kind() -> None:
    assert window_of(Intent.DROWNING_EMERGENCY) == timedelta(hours=6)
    assert window_of(Intent.SUICIDE_SELF_HARM) == timedelta(minutes=45)
    assert window_of(Intent.NEGLECT_ABANDONMENT) == timedelta(days=3)


traces = st.builds(
    Trace,
    kind=st.sampled_from(Intent),
    danger=st.none() | st.sampled_from(Danger),
    commune=st.none() | st.sampled_from([VINH_TE, OTHER]),
    point=st.none() | st.tuples(st.floats(9, 11), st.floats(104, 106)),
    at=st.integers(0, 5000).map(lambda minutes: AT + timedelta(minutes=minutes)),
    place_names=st.frozensets(st.sampled_from(["cau so 3", "cho ba chuc", "kinh 2"])),
    ages=st.frozensets(st.integers(0, 16).map(lambda age: (age, age + 1)), max_size=2),
    sexes=st.frozensets(st.sampled_from(["girl", "boy"])),
)


@given(traces, traces)
def test_it_is_symmetric_bounded_and_names_only_what_both_said(one: Trace, other: Trace) -> None:
    found = likeness(one, other)

    assert found == likeness(other, one)
    assert 0.0 <= found.score <= 1.0
    assert found.is_proposed == (found.score >= PROPOSED_FROM)
    shared = {reason.value for reason in found.reasons if reason.code == "place_name"}
    assert shared <= one.place_names & other.place_names
    if one.commune and other.commune and one.commune != other.commune and not one.point:
        assert found.score == 0.0
