"""The alarm and the rota: who is planned is rung, who is on call is called, holes are told of."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.rota import Hole, holes_in, phone_number
from intake.service import Service
from storage import events
from storage.rota import phones, rota_notices, shifts
from storage.rota.rows import NewShift, Shift, ShiftRole
from storage.rows import Lane, UserRow
from storage.store import Store
from storage.talks import outbox
from tests.tickets_made import BEATEN, DROWNING, add_user, open_ticket

_START = datetime(2026, 11, 24, tzinfo=UTC)


async def _plan(
    store: Store, user: UserRow, start: datetime, hours: float = 8, role: str = "duty"
) -> int:
    shift = NewShift(
        user_id=user.id,
        role=ShiftRole(role),
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
    )
    return await shifts.add_shift(store, shift, actor_id="boss", now=start)


async def _staff_with_phones(store: Store, now: datetime, count: int) -> list[UserRow]:
    staff = [await add_user(store, now) for _ in range(count)]
    for number, user in enumerate(staff, start=1):
        await phones.set_phone(store, user.id, phone=f"090000000{number}", now=now, actor_id="boss")
    return staff


async def _told(store: Store, kind: str) -> list[events.EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == kind]


async def _webhook(store: Store, now: datetime) -> list[dict[str, Any]]:
    rows = await outbox.claim(
        store, owner="d", channel="alarm_webhook", lanes=(Lane.EMERGENCY,), now=now,
        claim_seconds=3600, limit=100,
    )  # fmt: skip
    return [json.loads(row.body["text"]) for row in rows]


async def test_the_rota_says_who_is_rung_first(store: Store, clock, pass_time) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    await _plan(store, lan, clock())
    await _plan(store, minh, clock() + timedelta(hours=8))
    await pass_time(3600)

    await open_ticket(store, clock(), BEATEN)
    await pass_time(60)
    first, second = await _told(store, "alarm_rung")
    assert first.detail["recipients"] == [lan.id]
    assert set(second.detail["recipients"]) == {lan.id, minh.id}
    assert await _told(store, "rota_empty") == []


async def test_when_the_shift_is_over_and_nobody_follows_everybody_is_rung(
    store: Store, clock, pass_time
) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    await _plan(store, lan, clock())
    await pass_time(8 * 3600)

    await open_ticket(store, clock(), BEATEN)
    await pass_time(0)

    (rung,) = await _told(store, "alarm_rung")
    assert set(rung.detail["recipients"]) == {lan.id, minh.id}
    assert len(await _told(store, "rota_empty")) == 1


async def test_after_three_minutes_the_telephone_of_who_is_on_call_rings(
    store: Store, clock, pass_time
) -> None:
    duty, on_call, _other = await _staff_with_phones(store, clock(), 3)
    await _plan(store, duty, clock())
    await _plan(store, on_call, clock(), hours=24, role="on_call")
    await pass_time(0)
    await open_ticket(store, clock(), BEATEN)

    await pass_time(179)
    assert await _webhook(store, clock()) == []
    await pass_time(1)

    (document,) = await _webhook(store, clock())
    assert document["telephones"] == [
        {"name": on_call.display_name, "phone": "0900000002", "on_call": True}
    ]
    assert set(document) == {"number", "urgency", "commune", "link", "telephones"}


async def test_without_anybody_on_call_every_telephone_rings(
    store: Store, clock, pass_time
) -> None:
    duty, _ = await _staff_with_phones(store, clock(), 2)
    await _plan(store, duty, clock())
    await pass_time(0)
    await open_ticket(store, clock(), BEATEN)

    await pass_time(180)

    (document,) = await _webhook(store, clock())
    assert {each["phone"] for each in document["telephones"]} == {"0900000001", "0900000002"}


async def test_life_in_minutes_rings_every_telephone_at_once_who_is_on_call_first(
    store: Store, clock, pass_time
) -> None:
    duty, _other, on_call = await _staff_with_phones(store, clock(), 3)
    await _plan(store, duty, clock())
    await _plan(store, on_call, clock(), role="on_call")
    await pass_time(0)
    await open_ticket(store, clock(), DROWNING)

    await pass_time(0)

    (document,) = await _webhook(store, clock())
    assert document["telephones"][0]["phone"] == "0900000003"
    assert len(document["telephones"]) == 3


async def test_no_staff_chat_ever_holds_a_telephone(store: Store, clock, pass_time) -> None:
    await _staff_with_phones(store, clock(), 2)
    await open_ticket(store, clock(), DROWNING)
    await pass_time(0)

    sends = await outbox.claim(
        store, owner="d", channel="telegram", lanes=(Lane.EMERGENCY,), now=clock(),
        claim_seconds=1, limit=9,
    )  # fmt: skip

    assert sends
    assert all("0900000" not in str(send.body) for send in sends)


async def test_a_hole_within_a_day_is_told_once_and_without_a_ring(
    store: Store, clock, pass_time
) -> None:
    lan = await add_user(store, clock())
    await _plan(store, lan, clock())
    await _plan(store, lan, clock() + timedelta(hours=10), hours=12)
    await _plan(store, lan, clock() + timedelta(hours=22), hours=12)
    await rota_notices.keep_looking(store, now=clock())

    await pass_time(4 * 3600)

    (told,) = await _told(store, "rota_hole")
    assert told.actor_id is None
    assert await _told(store, "alarm_rung") == []


async def test_a_full_rota_is_no_news(service: Service, store: Store, clock, pass_time) -> None:
    lan = await add_user(store, clock())
    for n in range(8):
        await _plan(store, lan, clock() + timedelta(hours=12 * n), hours=12)
    await rota_notices.keep_looking(store, now=clock())

    await pass_time(2 * 24 * 3600)

    assert await _told(store, "rota_hole") == []


_SPANS = st.lists(st.tuples(st.integers(-50, 250), st.integers(1, 60)), max_size=12)


@given(spans=_SPANS)
def test_every_minute_is_either_covered_or_in_a_hole(spans: list[tuple[int, int]]) -> None:
    planned = [
        Shift(
            id=n,
            user_id="u",
            role=ShiftRole.DUTY,
            starts_at=_START + timedelta(minutes=begin),
            ends_at=_START + timedelta(minutes=begin + length),
        )
        for n, (begin, length) in enumerate(spans)
    ]

    holes = holes_in(planned, _START, _START + timedelta(minutes=200))

    for minute in range(200):
        at = _START + timedelta(minutes=minute)
        is_covered = any(each.starts_at <= at < each.ends_at for each in planned)
        assert is_covered is not any(hole.starts_at <= at < hole.ends_at for hole in holes)
    assert all(hole.starts_at < hole.ends_at for hole in holes)


def test_shifts_that_touch_leave_no_hole() -> None:
    def shift(n: int) -> Shift:
        start = _START + timedelta(hours=8 * n)
        return Shift(
            id=n, user_id="u", role=ShiftRole.DUTY, starts_at=start,
            ends_at=start + timedelta(hours=8),
        )  # fmt: skip

    assert holes_in([shift(0), shift(1)], _START, _START + timedelta(hours=16)) == ()
    assert holes_in([shift(0)], _START, _START + timedelta(hours=16)) == (
        Hole(starts_at=_START + timedelta(hours=8), ends_at=_START + timedelta(hours=16)),
    )


def test_a_telephone_number_is_read_as_people_type_it() -> None:
    for typed in ("0900000001", "090 000 0001", "0900.000.001", "+84 900 000 001", "0084900000001"):
        assert phone_number(typed) == "0900000001"
    assert phone_number("02963000000") == "02963000000"
    for typed in ("", "115", "090000000", "09000000012", "0900000001x", "abc", "-" * 2000):
        assert phone_number(typed) is None
