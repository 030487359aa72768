"""Times and waits as people in An Giang read them."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.console.local_time import full_time, short_time, waited
from intake.console.strings import ConsoleLanguage, words_of

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 giây"),
        (59, "59 giây"),
        (60, "1 phút"),
        (3599, "59 phút"),
        (3600, "1 giờ 00 phút"),
        (86_399, "23 giờ 59 phút"),
        (90_000, "1 ngày 1 giờ"),
    ],
)
def test_a_wait_is_said_in_its_two_largest_units(seconds: int, words: str) -> None:
    since = NOW - timedelta(seconds=seconds)

    assert waited(since, now=NOW, words=words_of(ConsoleLanguage.VIETNAMESE)) == words


def test_times_are_local_and_24_hours() -> None:
    assert full_time(NOW) == "25/11/2026 01:30"
    assert short_time(NOW, now=NOW) == "01:30"
    assert short_time(NOW - timedelta(hours=2), now=NOW) == "24/11/2026 23:30"
