"""Tests of the alarm in rows: the road of a real one, and nothing that counts alarms sees them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from storage import events, tickets
from storage.alarm import alarm_tests, called, rung
from storage.alarm.alarms import NewAlarm
from storage.rows import Lane
from storage.store import Store
from storage.tables import alarms
from storage.talks import letters, outbox
from tests.tickets_made import DROWNING, add_user, open_ticket

_CHAT = {"way": "telegram", "channel": "telegram", "address": "4711"}


async def _sends(store: Store, now: Any) -> tuple[Any, ...]:
    return await outbox.claim(
        store, owner="d", channel="telegram", lanes=(Lane.EMERGENCY,), now=now,
        claim_seconds=60, limit=9,
    )  # fmt: skip


async def test_a_test_goes_out_as_a_real_ring_does_and_tells_what_came_of_it(
    store: Store, clock: Any
) -> None:
    lan = await add_user(store, clock())
    rings = (
        NewAlarm(recipient=lan.id, way="console"),
        NewAlarm(recipient=lan.id, body={"text": "thử"}, **_CHAT),
        NewAlarm(recipient="staff_chat", body={"text": "thử"}, **_CHAT),
    )
    test_id = await alarm_tests.begin_test(
        store, rings, is_for_all=False, actor_id=lan.id, now=clock()
    )
    first, second = await _sends(store, clock())
    assert (first.recipient, first.body, first.alarm_id) == ("4711", {"text": "thử"}, None)

    clock.forward(2)
    await outbox.mark_sent(store, first.id, vendor_id="1", now=clock())
    await outbox.mark_dead(store, second.id, error="Rejected", now=clock())
    assert (await alarm_tests.ringing_in_consoles(store, now=clock())).get(lan.id) == test_id
    assert await alarm_tests.answer(store, test_id, user_id=lan.id, way="console", now=clock())
    assert not await alarm_tests.answer(store, test_id, user_id=lan.id, way="console", now=clock())

    found = await alarm_tests.find_test(store, test_id)
    assert found is not None
    assert [(each.way, each.state) for each in found.rings] == [
        ("console", "shown"), ("telegram", "sent"), ("telegram", "dead")
    ]  # fmt: skip
    assert [each.answered_seconds for each in found.rings] == [2, None, None]
    assert found.rings[1].delivered_seconds == 2
    assert (await alarm_tests.ringing_in_consoles(store, now=clock())).get(lan.id) is None
    assert await letters.dead_letters(store) == ()
    count = select(func.count()).select_from(alarms)
    assert await store.db.read(lambda c: c.execute(count).scalar_one()) == 0
    assert [each.id for each in await alarm_tests.last_tests(store)] == [test_id]


async def test_a_test_that_nobody_answers_falls_silent_by_itself(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    ring = NewAlarm(recipient=lan.id, way="console")
    await alarm_tests.begin_test(store, (ring,), is_for_all=True, actor_id="x", now=clock())

    clock.forward(300)

    assert (await alarm_tests.ringing_in_consoles(store, now=clock())).get(lan.id) is None


async def test_that_help_was_called_is_noted_once_a_press_and_as_often_as_it_was(
    store: Store, clock: Any
) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)
    clock.forward(40)

    async def note(number: str) -> bool:
        return await called.note_call(store, ticket.id, called=number, user_id=lan.id, now=clock())

    assert [await note("115"), await note("115"), await note("114")] == [True, False, True]
    clock.now += timedelta(seconds=30)
    assert await note("115")

    told = [e for e in await events.events_after(store, 0) if e.kind == called.CALLED]
    assert [(e.detail["called"], e.detail["seconds"], e.actor_id) for e in told] == [
        ("115", 40, lan.id), ("114", 40, lan.id), ("115", 70, lan.id)
    ]  # fmt: skip
    assert await rung.rings_of_ticket(store, ticket.id) == ()
    assert await tickets.look_again(store, ticket.number) is not None
