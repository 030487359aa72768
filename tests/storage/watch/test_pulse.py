"""The pulse says since when something waits, and only what must not wait counts."""

from datetime import datetime
from typing import Any

from storage import tickets
from storage.alarm.alarm_tests import begin_test
from storage.alarm.alarms import NewAlarm
from storage.alarm.deciding import ring_once
from storage.incidents import incidents
from storage.rows import NewTimer, TicketRow
from storage.store import Store
from storage.timers import set_timers
from storage.watch import beats
from storage.watch.pulse import Pulse, take_pulse
from tests.tickets_made import BEATEN, add_user, open_drill_ticket, open_ticket, write


async def ring(store: Store, ticket: TicketRow, now: datetime) -> None:
    """Let a round of the alarm begin."""
    rings = (NewAlarm(recipient="somebody", way="console"),)

    def work(connection: Any) -> None:
        ring_once(connection, store, ticket.id, rings, detail={}, now=now)

    await store.db.transaction(work)


async def test_where_nothing_waits_nothing_is_said(store: Store, clock) -> None:
    nothing = Pulse(last_beat=None, message=None, critical=None, send=None, timer=None)

    assert await take_pulse(store, now=clock()) == nothing


async def test_the_last_beat_is_that_of_a_process_never_of_the_watcher(store: Store, clock) -> None:
    begun = clock()
    await beats.beat(store, "p1", kind="worker", now=begun)
    clock.forward(10)
    await beats.beat(store, "watcher", kind=beats.WATCHER, now=clock())

    assert (await take_pulse(store, now=clock())).last_beat == begun
    assert await beats.last_asked(store) == clock()

    await beats.beat(store, "p1", kind="worker", now=clock())

    assert (await take_pulse(store, now=clock())).last_beat == clock()


async def test_a_process_that_is_gone_is_forgotten_after_a_day(store: Store, clock) -> None:
    await beats.beat(store, "watcher", kind=beats.WATCHER, now=clock())
    clock.forward(86_401)
    await beats.beat(store, "p2", kind="worker", now=clock())

    assert await beats.last_asked(store) is None


async def test_a_message_that_nobody_walked_waits_since_it_came(store: Store, clock) -> None:
    came = clock()
    await write(store, came)
    clock.forward(30)
    await write(store, clock())

    assert (await take_pulse(store, now=clock())).message == came


async def test_a_critical_ticket_that_never_rang_waits_since_it_opened(store: Store, clock) -> None:
    await open_ticket(store, clock(), BEATEN)

    assert (await take_pulse(store, now=clock())).critical == clock()


async def test_a_ticket_that_rings_anew_has_waited_since_it_does(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    await ring(store, ticket, clock())
    person = await add_user(store, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=person.id, now=clock())
    assert (await take_pulse(store, now=clock())).critical is None

    clock.forward(3_600)
    await tickets.release_ticket(store, ticket.id, user_id=person.id, reason="hết ca", now=clock())
    await ring(store, ticket, clock())

    assert (await take_pulse(store, now=clock())).critical == clock()


async def test_a_drill_and_what_is_no_danger_keep_nobody_waiting(store: Store, clock) -> None:
    await open_ticket(store, clock())
    await open_drill_ticket(store, clock())

    assert (await take_pulse(store, now=clock())).critical is None


async def test_a_ticket_whose_twin_is_looked_after_does_not_wait(store: Store, clock) -> None:
    one = await open_ticket(store, clock(), BEATEN)
    other = await open_ticket(store, clock(), BEATEN)
    person = await add_user(store, clock())
    await incidents.join(store, one.id, other.number, user_id=person.id, now=clock())

    await tickets.claim_ticket(store, one.id, user_id=person.id, now=clock())

    assert (await take_pulse(store, now=clock())).critical is None


async def test_an_alarm_that_does_not_leave_the_house_waits_for_a_day(store: Store, clock) -> None:
    asked = clock()
    ring_of_test = NewAlarm(
        recipient="webhook", way="webhook", channel="alarm_webhook", address="webhook", body={}
    )
    await begin_test(store, (ring_of_test,), actor_id="boss", is_for_all=True, now=asked)
    clock.forward(86_399)
    assert (await take_pulse(store, now=clock())).send == asked

    clock.forward(2)

    assert (await take_pulse(store, now=clock())).send is None


async def test_a_timer_waits_from_its_time_on(store: Store, clock) -> None:
    timer = NewTimer(kind="tell", subject="x", due_at=clock())
    await store.db.transaction(lambda connection: set_timers(connection, (timer,)))

    assert (await take_pulse(store, now=clock())).timer == clock()
