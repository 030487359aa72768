"""The plan: who rings by which tier."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.escalation import plan, plan_silence
from storage.rows import UserRow


def _user(name: str, role: str = "operator", *, is_on_duty: bool = False) -> UserRow:
    return UserRow(
        id=name,
        login=name,
        display_name=name,
        role=role,
        is_active=True,
        is_on_duty=is_on_duty,
        must_change_password=False,
    )


DUTY = _user("duty", is_on_duty=True)
DUTY_CHIEF = _user("duty chief", "supervisor", is_on_duty=True)
OPERATOR = _user("operator")
CHIEF = _user("chief", "supervisor")
AWAY = replace(_user("away", is_on_duty=True), is_active=False)
OTHERS = (_user("a", "administrator"), _user("c", "communicator"), _user("x", "auditor"))
STAFF = (DUTY, DUTY_CHIEF, OPERATOR, CHIEF, AWAY, *OTHERS)


@pytest.mark.parametrize(
    ("tier", "names", "on_call", "next_after_seconds"),
    [
        (0, {"duty", "duty chief"}, False, 60),
        (1, {"duty", "duty chief", "operator"}, False, 60),
        (2, {"duty", "duty chief", "operator", "chief"}, False, 60),
        (3, {"duty", "duty chief", "operator", "chief"}, True, 120),
        (4, {"duty", "duty chief", "operator", "chief"}, True, 120),
        (99, {"duty", "duty chief", "operator", "chief"}, True, 120),
    ],
)
def test_a_critical_ticket_rings_ever_wider(tier, names, on_call, next_after_seconds) -> None:
    planned = plan(tier, is_life_in_minutes=False, staff=STAFF)

    assert {user.id for user in planned.staff} == names
    assert planned.rings_on_call is on_call
    assert planned.next_after == timedelta(seconds=next_after_seconds)
    assert planned.next_tier == tier + 1
    assert not planned.tells_truth
    assert not planned.is_rota_empty


def test_life_in_minutes_rings_everybody_by_every_way_at_once_and_tells_the_truth() -> None:
    first = plan(0, is_life_in_minutes=True, staff=STAFF)
    later = plan(first.next_tier, is_life_in_minutes=True, staff=STAFF)

    assert {user.id for user in first.staff} == {"duty", "duty chief", "operator", "chief"}
    assert first.rings_on_call
    assert first.tells_truth
    assert first.next_after == timedelta(minutes=2)
    assert later.rings_on_call
    assert not later.tells_truth


def test_an_empty_rota_rings_everybody_at_once_and_says_so() -> None:
    planned = plan(0, is_life_in_minutes=False, staff=(OPERATOR, CHIEF, AWAY, *OTHERS))

    assert {user.id for user in planned.staff} == {"operator", "chief"}
    assert planned.rings_on_call
    assert planned.is_rota_empty
    assert planned.next_after == timedelta(minutes=2)


def test_with_no_staff_at_all_the_on_call_ways_ring() -> None:
    planned = plan(0, is_life_in_minutes=False, staff=OTHERS)

    assert planned.staff == ()
    assert planned.rings_on_call
    assert planned.is_rota_empty


def test_a_silent_holder_is_rung_with_who_is_on_duty_then_everybody_is() -> None:
    near = plan_silence(timedelta(minutes=2), holder_id="operator", staff=STAFF)
    wide = plan_silence(timedelta(minutes=4), holder_id="operator", staff=STAFF)

    assert {user.id for user in near.staff} == {"operator", "duty", "duty chief"}
    assert not near.rings_on_call
    assert {user.id for user in wide.staff} == {"duty", "duty chief", "operator", "chief"}
    assert wide.rings_on_call
