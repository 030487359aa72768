"""The estimate of what the machine misses: exact for equal days, wider where days differ."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.missed import estimate
from nlu.evaluation.bounds import clopper_pearson
from storage.learning.reading_tallies import DayTally

DAY = DayTally(
    day=date(2026, 11, 29), talks=500, near=0, read=20, missed=0, open=0,
    near_read=0, near_missed=0, near_open=0,
)  # fmt: skip


def test_equal_days_have_the_exact_bound_of_all_that_was_read() -> None:
    days = [replace(DAY, missed=1), DAY, DAY]

    found = estimate(days)

    low, high = clopper_pearson(1, 60)
    assert found.per_mille == pytest.approx(1000 / 60)
    assert (found.low, found.high) == (pytest.approx(1000 * low), pytest.approx(1000 * high))


def test_what_is_near_is_counted_and_not_spread_over_the_rest() -> None:
    found = estimate([replace(DAY, near=50, near_read=50, near_missed=5)])

    assert found.per_mille == pytest.approx(1000 * 5 / 500)
    assert found.low == pytest.approx(1000 * 5 / 500)
    assert found.high == pytest.approx(1000 * (clopper_pearson(0, 20)[1] * 450 + 5) / 500)


def test_a_large_day_counts_more_than_a_small_one() -> None:
    large, small = replace(DAY, talks=10_000, missed=2), replace(DAY, talks=20)

    found = estimate([large, small])

    assert found.per_mille == pytest.approx(1000 * (0.1 * 10_000) / 10_020)
    exact_of_one_day = clopper_pearson(2, 20)
    assert found.high >= 1000 * exact_of_one_day[1] * 0.99


def test_without_a_reading_nothing_is_known() -> None:
    found = estimate([replace(DAY, read=0, open=20)])

    assert found.per_mille is None
    assert (found.low, found.high) == (0.0, 1000.0)
    assert estimate([]).per_mille is None


def test_what_nobody_answered_may_all_have_been_missed() -> None:
    found = estimate([replace(DAY, read=15, open=5)])

    assert found.per_mille == 0.0
    assert found.high == pytest.approx(1000 * clopper_pearson(5, 20)[1])


@st.composite
def days(draw) -> DayTally:
    near, rest = draw(st.integers(0, 50)), draw(st.integers(0, 2000))
    drawn = min(20, rest)
    read = draw(st.integers(0, drawn))
    near_read = draw(st.integers(0, near))
    return DayTally(
        day=date(2026, 1, 1),
        talks=near + rest,
        near=near,
        read=read,
        missed=draw(st.integers(0, read)),
        open=drawn - read,
        near_read=near_read,
        near_missed=draw(st.integers(0, near_read)),
        near_open=near - near_read,
    )


@given(st.lists(days(), max_size=8))
def test_the_bounds_are_in_order_and_no_more_than_all(tallies: list[DayTally]) -> None:
    found = estimate(tallies)

    assert 0 <= found.low <= found.high <= 1000 + 1e-6
