"""Fair rates and room: nothing stored, nobody locked out in an emergency."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.chat.limits import AddressBuckets, Doorway
from intake.errors import Overloaded

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def buckets(size: int = 100) -> AddressBuckets:
    return AddressBuckets(per_second=1, burst=3, size=size)


def test_an_address_may_open_a_few_sessions_at_once_and_then_waits() -> None:
    limit = buckets()

    taken = [limit.take("192.0.2.1", NOW) for _ in range(4)]

    assert taken == [True, True, True, False]
    assert limit.take("192.0.2.1", NOW + timedelta(seconds=1))
    assert not limit.take("192.0.2.1", NOW + timedelta(seconds=1))


def test_one_address_does_not_use_up_anothers_share() -> None:
    limit = buckets()
    for _ in range(4):
        limit.take("192.0.2.1", NOW)

    assert limit.take("192.0.2.2", NOW)


def test_addresses_of_one_ipv6_household_share() -> None:
    limit = buckets()
    for last in range(3):
        limit.take(f"2001:db8::{last}", NOW)

    assert not limit.take("2001:db8::ffff", NOW)
    assert limit.take("2001:db8:0:1::1", NOW)


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    limit = buckets()
    limit.take("192.0.2.1", NOW)

    assert limit.take("192.0.2.1", NOW - timedelta(hours=1))


def test_what_is_no_address_is_limited_too() -> None:
    limit = buckets()

    assert [limit.take("unix:", NOW) for _ in range(4)] == [True, True, True, False]


def test_only_so_many_addresses_are_remembered_and_none_in_clear() -> None:
    limit = buckets(size=2)

    for last in range(5):
        limit.take(f"192.0.2.{last}", NOW)

    remembered = limit._buckets
    assert len(remembered) == 2
    assert all(b"192" not in key and len(key) == 16 for key in remembered)


def test_a_full_house_refuses_one_more_except_in_an_emergency() -> None:
    door = Doorway(1)

    with door.enter(is_emergency=False):
        with pytest.raises(Overloaded), door.enter(is_emergency=False):
            pass
        with door.enter(is_emergency=True):
            assert door.is_full

    with door.enter(is_emergency=False):
        assert door.is_full
    assert not door.is_full
