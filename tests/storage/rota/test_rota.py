"""The rota in rows: a shift under way puts people on duty, and changes hands with consent."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import events, timers
from storage.accounts import users
from storage.errors import NotFound
from storage.rota import duty, phones, shift_patterns, shifts, substitutes
from storage.rota.rows import (
    LOCAL_ZONE,
    NewPattern,
    NewShift,
    ShiftRole,
    SubstitutionState,
    occurrences,
)
from storage.rota.shifts import BadShift, ShiftOverlaps
from storage.rota.substitutes import SubstitutionOver
from storage.store import Store
from tests.tickets_made import add_user

_HOUR = timedelta(hours=1)


def _shift(user_id: str, start: datetime, hours: float = 8, *, role: str = "duty") -> NewShift:
    return NewShift(
        user_id=user_id,
        role=ShiftRole(role),
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
    )


async def _plan(store: Store, shift: NewShift, now: datetime) -> int:
    return await shifts.add_shift(store, shift, actor_id="boss", now=now)


async def _let_happen(store: Store, now: datetime) -> None:
    for timer in await timers.claim_due(store, owner="t", now=now, claim_seconds=9, limit=9):
        if timer.kind == shifts.SHIFT_BEGINS:
            await shifts.begin_when_due(store, timer, now=now)
        else:
            await duty.end_when_over(store, timer, now=now)


async def _on_duty(store: Store, now: datetime) -> set[str]:
    return {user.id for user in await users.on_duty(store, now=now)}


async def test_a_shift_under_way_puts_its_person_on_duty_and_ends_by_itself(
    store: Store, clock: Any
) -> None:
    lan = await add_user(store, clock())
    await _plan(store, _shift(lan.id, clock() + _HOUR), clock())

    await _let_happen(store, clock())
    assert await _on_duty(store, clock()) == set()
    clock.forward(3600)
    await _let_happen(store, clock())
    assert await _on_duty(store, clock()) == {lan.id}
    clock.forward(8 * 3600)
    assert await _on_duty(store, clock()) == set()
    await _let_happen(store, clock())

    assert await users.on_duty(store) == ()
    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds[-3:] == ["shift_planned", "duty_begun", "duty_ended"]


async def test_who_ends_a_planned_shift_early_is_not_put_on_duty_again(
    store: Store, clock: Any
) -> None:
    lan = await add_user(store, clock())
    await _plan(store, _shift(lan.id, clock()), clock())
    await _let_happen(store, clock())

    await users.set_on_duty(store, lan.id, is_on_duty=False, now=clock())
    clock.forward(60)
    await _let_happen(store, clock())

    assert await _on_duty(store, clock()) == set()


async def test_a_shift_that_somebody_declared_for_longer_goes_on(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock(), is_on_duty=True)
    await _plan(store, _shift(lan.id, clock(), hours=2), clock())

    await _let_happen(store, clock())
    clock.forward(3 * 3600)
    await _let_happen(store, clock())

    assert await _on_duty(store, clock()) == {lan.id}


async def test_an_outage_over_a_whole_shift_puts_nobody_on_duty(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    await _plan(store, _shift(lan.id, clock()), clock())

    clock.forward(9 * 3600)
    await _let_happen(store, clock())

    assert await users.on_duty(store) == ()


async def test_who_has_left_is_not_put_on_duty_nor_shown(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    await _plan(store, _shift(lan.id, clock() + _HOUR), clock())
    await users.set_active(store, lan.id, is_active=False, now=clock(), actor_id="boss")

    clock.forward(3600)
    await _let_happen(store, clock())

    assert await users.on_duty(store) == ()
    assert await shifts.shifts_between(store, clock(), clock() + _HOUR) == ()
    with pytest.raises(NotFound):
        await _plan(store, _shift(lan.id, clock() + 20 * _HOUR), clock())


async def test_a_cancelled_shift_under_way_ends_at_once_but_for_another_one(
    store: Store, clock: Any
) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    first = await _plan(store, _shift(lan.id, clock()), clock())
    second = await _plan(store, _shift(minh.id, clock()), clock())
    await _let_happen(store, clock())

    assert await shifts.cancel_shift(store, first, actor_id="boss", now=clock())
    assert not await shifts.cancel_shift(store, first, actor_id="boss", now=clock())

    assert await _on_duty(store, clock()) == {minh.id}
    assert [each.id for each in await shifts.shifts_between(store, clock(), clock() + _HOUR)] == [
        second
    ]


async def test_the_same_person_is_not_planned_twice_at_a_time(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    await _plan(store, _shift(lan.id, clock()), clock())

    with pytest.raises(ShiftOverlaps):
        await _plan(store, _shift(lan.id, clock() + 7 * _HOUR), clock())
    await _plan(store, _shift(lan.id, clock() + 8 * _HOUR), clock())
    await _plan(store, _shift(lan.id, clock(), role="on_call"), clock())


@pytest.mark.parametrize("hours", [0, -1, 12.1])
async def test_a_shift_has_an_end_within_12_hours(store: Store, clock: Any, hours: float) -> None:
    lan = await add_user(store, clock())

    with pytest.raises(BadShift):
        await _plan(store, _shift(lan.id, clock(), hours=hours), clock())


async def test_a_weekly_pattern_is_laid_out_once_for_weeks_ahead(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    pattern = NewPattern(
        user_id=lan.id, role=ShiftRole.DUTY, weekday=2, start_minute=7 * 60, minutes=480,
        from_day=date(2026, 11, 25),
    )  # fmt: skip
    pattern_id = await shift_patterns.add_pattern(store, pattern, actor_id="boss", now=clock())
    end = clock() + timedelta(weeks=20)
    first = await shifts.shifts_between(store, clock(), end)
    assert len(first) == 9
    assert first[0].starts_at == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)

    await shift_patterns.lay_out_patterns(store, now=clock())
    assert await shifts.shifts_between(store, clock(), end) == first
    clock.forward(7 * 24 * 3600)
    await shift_patterns.lay_out_patterns(store, now=clock())
    assert len(await shifts.shifts_between(store, first[0].starts_at, end)) == 10

    assert await shift_patterns.end_pattern(store, pattern_id, actor_id="boss", now=clock()) == 9
    await shift_patterns.lay_out_patterns(store, now=clock())
    assert await shifts.shifts_between(store, clock(), end) == ()
    assert await shift_patterns.patterns(store, now=clock()) == ()


@given(
    weekday=st.integers(0, 6),
    minute=st.integers(0, 1439),
    minutes=st.integers(1, 720),
    first=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    length=st.integers(0, 90),
)
def test_a_pattern_comes_once_a_week_on_its_day_at_its_local_time(
    weekday: int, minute: int, minutes: int, first: date, length: int
) -> None:
    pattern = NewPattern(
        user_id="u", role=ShiftRole.DUTY, weekday=weekday, start_minute=minute, minutes=minutes,
        from_day=date(2026, 3, 1),
    )  # fmt: skip
    last = first + timedelta(days=length)

    found = list(occurrences(pattern, first, last))

    days = [each.starts_at.astimezone(LOCAL_ZONE) for each in found]
    begins = max(first, pattern.from_day)
    expected = [
        begins + timedelta(days=n)
        for n in range((last - begins).days + 1)
        if (begins + timedelta(days=n)).weekday() == weekday
    ]
    assert [day.date() for day in days] == expected
    assert all(day.hour * 60 + day.minute == minute for day in days)
    assert all(each.ends_at - each.starts_at == timedelta(minutes=minutes) for each in found)


async def test_a_substitute_has_the_shift_once_a_supervisor_agreed(
    store: Store, clock: Any
) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    shift_id = await _plan(store, _shift(lan.id, clock() + _HOUR), clock())
    wish = await substitutes.ask(store, shift_id, user_id=lan.id, reason="Con ốm", now=clock())
    again = await substitutes.ask(store, shift_id, user_id=lan.id, reason="", now=clock())
    assert again == wish
    with pytest.raises(SubstitutionOver):
        await substitutes.agree(store, wish, actor_id="boss", now=clock())

    await substitutes.take(store, wish, user_id=minh.id, now=clock())
    (planned,) = await shifts.shifts_between(store, clock(), clock() + 2 * _HOUR)
    assert planned.user_id == lan.id
    await substitutes.agree(store, wish, actor_id="boss", now=clock())

    (found,) = await substitutes.of_shifts_between(store, clock(), clock() + 2 * _HOUR)
    assert (found.asked_by, found.taken_by, found.settled_by) == (lan.id, minh.id, "boss")
    assert (found.state, found.reason) == (SubstitutionState.AGREED, "Con ốm")
    clock.forward(3600)
    await _let_happen(store, clock())
    assert await _on_duty(store, clock()) == {minh.id}


async def test_a_shift_under_way_changes_hands_at_once(store: Store, clock: Any) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    shift_id = await _plan(store, _shift(lan.id, clock()), clock())
    await _let_happen(store, clock())
    clock.forward(60)

    await substitutes.replace(store, shift_id, user_id=minh.id, actor_id="boss", now=clock())
    assert await _on_duty(store, clock()) == set()
    await _let_happen(store, clock())

    assert await _on_duty(store, clock()) == {minh.id}
    assert await substitutes.still_open(store, now=clock()) == ()


async def test_two_who_take_a_shift_are_one_and_the_asker_is_none(store: Store, clock: Any) -> None:
    lan, minh, hoa = [await add_user(store, clock()) for _ in range(3)]
    shift_id = await _plan(store, _shift(lan.id, clock() + _HOUR), clock())
    with pytest.raises(SubstitutionOver):
        await substitutes.ask(store, shift_id, user_id=minh.id, reason="", now=clock())
    wish = await substitutes.ask(store, shift_id, user_id=lan.id, reason="", now=clock())

    with pytest.raises(SubstitutionOver):
        await substitutes.take(store, wish, user_id=lan.id, now=clock())
    await substitutes.take(store, wish, user_id=minh.id, now=clock())
    with pytest.raises(SubstitutionOver):
        await substitutes.take(store, wish, user_id=hoa.id, now=clock())
    with pytest.raises(SubstitutionOver):
        await substitutes.withdraw(store, wish, user_id=hoa.id, now=clock())
    await substitutes.withdraw(store, wish, user_id=lan.id, now=clock())
    with pytest.raises(SubstitutionOver):
        await substitutes.refuse(store, wish, actor_id="boss", now=clock())


async def test_telephones_are_sealed_and_rung_in_the_order_of_the_rota(
    store: Store, clock: Any
) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    for user, phone in ((lan, "0900000001"), (minh, "0900000002")):
        await phones.set_phone(store, user.id, phone=phone, now=clock(), actor_id="boss")
    await _plan(store, _shift(minh.id, clock(), hours=24, role="on_call"), clock())

    found = await phones.reachable(store, now=clock())

    assert [(each.phone, each.is_on_call) for each in found] == [
        ("0900000002", True), ("0900000001", False)
    ]  # fmt: skip
    assert await phones.on_call(store, now=clock()) == (minh.id,)
    assert "0900000" not in repr(found)
    assert all("0900000" not in str(event) for event in await events.events_after(store, 0))
    await phones.set_phone(store, lan.id, phone="", now=clock(), actor_id=lan.id)
    assert await phones.phones_of_all(store) == {minh.id: "0900000002"}
