"""Clocks in rows: reckoned inside the transaction, told once, stopped by what was written down."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import events, tickets, timers
from storage.alarm.alarms import NewAlarm
from storage.clocks import breaches, clocks, steps
from storage.clocks.clocks import ClockTerm
from storage.clocks.tables import clocks as clock_table
from storage.rows import EventRow, NewTimer, TicketRow, TicketState, TimerRow
from storage.store import Store
from storage.tickets import ReasonMissing
from tests.engines import Urls
from tests.tickets_made import BEATEN, HAZARD, add_user, open_drill_ticket, open_ticket

HOUR = timedelta(hours=1)
RING = NewAlarm(recipient="sup", way="console")


def measure(ticket: TicketRow, happened: Sequence[EventRow]) -> tuple[ClockTerm, ...]:
    """An hour from the first message, until a step `forwarded` is written down."""
    if ticket.state is TicketState.DISMISSED:
        return ()
    done = [
        event for event in steps.standing_steps(happened) if event.detail["step"] == "forwarded"
    ]
    return (
        ClockTerm(
            name="forwarded",
            number=2,
            start_at=ticket.first_message_at,
            amber_at=ticket.first_message_at + HOUR * 2 / 3,
            due_at=ticket.first_message_at + HOUR,
            done_at=min(
                (datetime.fromisoformat(each.detail["done_at"]) for each in done), default=None
            ),
        ),
    )


async def _rows(store: Store) -> list[Any]:
    return list(await store.db.read(lambda c: c.execute(select(clock_table)).all()))


async def _due(store: Store, now: datetime, owner: str = "a") -> tuple[TimerRow, ...]:
    found = await timers.claim_due(store, owner=owner, now=now, claim_seconds=15, limit=100)
    return tuple(timer for timer in found if timer.kind == clocks.CLOCK)


async def _told(store: Store, kind: str = "clock_breached") -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == kind]


async def _breach(store: Store, timer: TimerRow, now: datetime) -> tuple[str, ...]:
    return await breaches.breach(
        store, timer, measure=measure, rings=(RING,), ringing=("forwarded",), now=now
    )


async def _forward(store: Store, ticket: TicketRow, now: datetime, **other: Any) -> bool:
    user = other.pop("user_id", None) or (await add_user(store, now)).id
    values: dict[str, Any] = {
        "step": "forwarded", "agency": "commune_committee", "way": "phone", "done_at": now,
        "note": "", "user_id": user, "measure": measure, "now": now,
    }  # fmt: skip
    return await steps.record_step(store, ticket.id, **{**values, **other})


async def test_a_term_is_written_with_its_timer_and_twice_is_once(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)

    assert await clocks.wind(store, ticket.id, measure=measure)
    assert not await clocks.wind(store, ticket.id, measure=measure)

    (row,) = await _rows(store)
    assert (row.state, row.due_at, row.done_at) == ("open", clock() + HOUR, None)
    assert await _due(store, clock() + HOUR - timedelta(seconds=1)) == ()
    (timer,) = await _due(store, clock() + HOUR)
    assert (timer.subject, timer.step) == (ticket.id, 2)


async def test_a_term_that_runs_out_is_told_and_rung_once(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    await clocks.wind(store, ticket.id, measure=measure)
    clock.forward(3600)
    (timer,) = await _due(store, clock())

    assert await _breach(store, timer, clock()) == ("forwarded",)
    assert await _breach(store, timer, clock()) == ()
    await clocks.wind(store, ticket.id, measure=measure)

    (event,) = await _told(store)
    assert (event.detail["clock"], event.detail["number"]) == ("forwarded", ticket.number)
    (rung,) = await _told(store, "alarm_rung")
    assert (rung.detail["recipients"], rung.detail["why"]) == (["sup"], "clock_breached")
    assert await _due(store, clock() + HOUR * 100) == ()
    assert (await events.verify(store)).is_whole


async def test_of_two_processes_one_tells(urls: Urls, clock) -> None:
    async with urls.open() as one, urls.open() as other:
        ticket = await open_ticket(one, clock(), BEATEN)
        await clocks.wind(one, ticket.id, measure=measure)
        clock.forward(3600)
        (timer,) = await _due(one, clock())

        told = await asyncio.gather(*(_breach(store, timer, clock()) for store in (one, other) * 3))

        assert sorted(map(len, told)) == [0] * 5 + [1]
        assert len(await _told(one)) == 1


async def test_a_breach_that_is_found_days_later_is_told_but_not_rung(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    await clocks.wind(store, ticket.id, measure=measure)
    clock.forward(3 * 24 * 3600)
    (timer,) = await _due(store, clock())

    assert await _breach(store, timer, clock()) == ("forwarded",)

    assert len(await _told(store)) == 1
    assert await _told(store, "alarm_rung") == []


async def test_a_record_stops_the_clock_and_its_timer_in_one_transaction(
    store: Store, clock
) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    await clocks.wind(store, ticket.id, measure=measure)
    clock.forward(600)

    assert await _forward(store, ticket, clock(), note="Gặp chị trực, đã nhận đủ")

    (row,) = await _rows(store)
    assert (row.state, row.done_at) == ("done", clock())
    assert await _due(store, clock() + HOUR * 100) == ()
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    (event,) = [each for each in detail.events if each.kind == "step_recorded"]
    assert event.note == "Gặp chị trực, đã nhận đủ"
    assert "Gặp" not in str(event.detail)


async def test_the_same_record_twice_is_one_whoever_writes_it(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    users = [(await add_user(store, clock())).id for _ in range(2)]

    written = await asyncio.gather(
        *(_forward(store, ticket, clock(), user_id=user) for user in users * 2)
    )
    more = await _forward(store, ticket, clock(), agency="commune_police")

    assert sorted(written) == [False] * 3 + [True]
    assert more
    assert len(await _told(store, "step_recorded")) == 2


async def test_what_is_taken_back_lets_the_clock_run_on(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    user = await add_user(store, clock())
    await _forward(store, ticket, clock())
    (record,) = await _told(store, "step_recorded")
    values: dict[str, Any] = {
        "event_id": record.id, "user_id": user.id, "measure": measure, "now": clock(),
    }  # fmt: skip

    with pytest.raises(ReasonMissing):
        await steps.withdraw_step(store, ticket.id, reason=" ", **values)
    assert await steps.withdraw_step(store, ticket.id, reason="Nhầm phiếu", **values)
    assert not await steps.withdraw_step(store, ticket.id, reason="Nhầm phiếu", **values)

    (row,) = await _rows(store)
    assert (row.state, row.done_at) == ("open", None)
    assert len(await _due(store, clock() + HOUR)) == 1


async def test_a_dismissed_ticket_loses_its_terms(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), replace(BEATEN, urgency=HAZARD.urgency))
    user = await add_user(store, clock())
    await clocks.wind(store, ticket.id, measure=measure)
    await tickets.move_ticket(
        store, ticket.id, to=TicketState.DISMISSED, reason="Gọi thử", user_id=user.id, now=clock()
    )

    await clocks.wind(store, ticket.id, measure=measure)

    assert await _rows(store) == []
    assert await _due(store, clock() + HOUR * 100) == ()


async def test_a_drill_has_no_terms_and_rings_nobody_for_one(store: Store, clock) -> None:
    ticket = await open_drill_ticket(store, clock())

    assert not await clocks.wind(store, ticket.id, measure=measure)
    timer = NewTimer(kind=clocks.CLOCK, subject=ticket.id, step=2, due_at=clock())
    await store.db.transaction(lambda connection: timers.set_timers(connection, (timer,)))
    clock.forward(3600)
    (due,) = await _due(store, clock())
    told = await _breach(store, due, clock())
    await _forward(store, ticket, clock())

    assert (told, await _rows(store)) == ((), [])
    assert await _told(store) == await _told(store, "alarm_rung") == []


async def test_every_event_is_followed_once_and_readings_are_passed_over(
    store: Store, clock
) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    user = await add_user(store, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    await tickets.read_ticket(store, ticket.number, reader_id=user.id, now=clock())

    first = await breaches.followed(store, limit=2)
    await breaches.note_followed(store, first.last_id)
    rest = await breaches.followed(store, limit=200)
    await breaches.note_followed(store, rest.last_id)
    await breaches.note_followed(store, 1)
    none = await breaches.followed(store, limit=200)

    assert (first.ticket_ids, first.is_end) == ((ticket.id,), False)
    assert (rest.ticket_ids, rest.is_end) == ((), True)
    assert none.last_id == rest.last_id == await events.last_event_id(store)


async def test_the_queue_knows_the_term_that_is_due_first(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    (before,) = await tickets.queue(store)
    await clocks.wind(store, ticket.id, measure=measure)

    (row,) = await tickets.queue(store)

    assert before.clock is None
    assert row.clock is not None
    assert (row.clock.name, row.clock.due_at) == ("forwarded", clock() + HOUR)
    await _forward(store, ticket, clock())
    (after,) = await tickets.queue(store)
    assert after.clock is None


async def test_an_item_is_ticked_once_and_can_be_cleared(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    user = await add_user(store, clock())

    async def tick(*, is_done: bool) -> bool:
        return await steps.tick(
            store, ticket.id, item="safe_now", is_done=is_done, user_id=user.id, now=clock()
        )

    both = await asyncio.gather(tick(is_done=True), tick(is_done=True))
    assert sorted(both) == [False, True]
    assert set(steps.ticks_of(await events.ticket_events(store, ticket.id))) == {"safe_now"}
    assert await tick(is_done=False)
    assert steps.ticks_of(await events.ticket_events(store, ticket.id)) == {}
