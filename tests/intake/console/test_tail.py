"""The end of the events, shared by all streams of a process: read seldom, and nothing is missed."""

import asyncio

from intake.console.tail import Tail
from storage import events
from storage.safeguarding import kept_from
from tests.tickets_made import BEATEN, add_user, open_ticket


async def _tell(store, clock, count: int = 1) -> int:
    for _ in range(count):
        last = await events.tell(store, kind="test", now=clock(), actor_id=None, detail={})
    return last


async def test_fifty_who_ask_at_once_cost_two_readings_at_most(store, clock) -> None:
    tail = Tail()
    before = await tail.newest(store)
    readings = tail.readings
    last = await _tell(store, clock)

    answers = await asyncio.gather(*(tail.after(store, before) for _ in range(50)))

    assert all([event.id for event in found] == [last] for found in answers)
    assert tail.readings - readings <= 2


async def test_what_is_told_before_somebody_asks_is_in_the_answer(store, clock) -> None:
    tail = Tail()
    await tail.newest(store)

    async def ask() -> None:
        for _ in range(10):
            last = await _tell(store, clock)
            assert await tail.newest(store) >= last
            found = await tail.after(store, last - 1)
            assert found[0].id == last

    await asyncio.gather(*(ask() for _ in range(8)))


async def test_who_comes_with_an_old_id_is_told_everything_since(store, clock) -> None:
    first = await _tell(store, clock)
    tail = Tail()
    last = await _tell(store, clock, 3)
    await tail.newest(store)

    found = await tail.after(store, first)

    assert [event.id for event in found] == list(range(first + 1, last + 1))


async def test_what_changes_nothing_on_a_desk_is_no_newer_change(store, clock) -> None:
    tail = Tail()
    changed = await _tell(store, clock)
    assert await tail.newest_change(store) == changed

    await events.tell(store, kind="handover_read", now=clock(), actor_id=None, detail={})

    assert await tail.newest_change(store) == changed
    assert await tail.newest(store) == changed + 1


async def test_who_is_kept_from_a_ticket_is_known_before_its_event_is_told(store, clock) -> None:
    tail = Tail()
    before = await tail.newest(store)
    named = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    supervisor = await add_user(store, clock(), role="supervisor")
    await kept_from.keep(
        store, ticket.id, from_user=named.id, reason="Có tên", user_id=supervisor.id, now=clock()
    )

    found = await tail.after(store, before)

    assert ticket.id in {event.ticket_id for event in found}
    assert tail.hidden_from(named.id) == {ticket.id}
    assert tail.hidden_from(supervisor.id) == frozenset()
