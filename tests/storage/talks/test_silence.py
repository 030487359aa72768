"""A silent reporter in rows: noted once, by one process, and not when somebody has spoken."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from storage import events, tickets, timers
from storage.rows import EventRow, Keep, NewTimer, TicketState, TimerRow
from storage.store import Store
from storage.talks import road, silence, threads
from storage.words import speech
from tests.engines import Urls
from tests.silent_talks import BUBBLE, cry, write_to
from tests.tickets_made import BEATEN, HAZARD, add_user


async def _due(store: Store, clock: Any, owner: str = "a") -> TimerRow:
    found = await timers.claim_due(store, owner=owner, now=clock(), claim_seconds=15, limit=100)
    (timer,) = (timer for timer in found if timer.kind == "silent_desk")
    return timer


async def _note(store: Store, timer: TimerRow, clock: Any, **rest: Any) -> bool:
    values: dict[str, Any] = {"message": BUBBLE, "minutes": 2, "now": clock()}
    return await silence.note(store, timer, **{**values, **rest})


async def _told(store: Store) -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == "reporter_silent"]


async def _said(store: Store, talk: str) -> int:
    entries: Sequence[Any] = await threads.thread(store, talk)
    return sum(not entry.from_reporter for entry in entries)


async def test_a_step_is_said_told_and_settled_together(store: Store, clock) -> None:
    talk = (await cry(store, clock)).conversation_id
    clock.forward(120)
    timer = await _due(store, clock)

    found = await silence.hush(store, timer, now=clock())
    assert found is not None
    assert (clock() - found.since).total_seconds() == 120
    assert (found.bubbles, found.channel, found.has_waiting) == (1, "web", False)
    assert await _note(store, timer, clock)

    (event,) = await _told(store)
    assert event.ticket_id == found.ticket.id
    assert event.detail["minutes"] == 2
    assert set(event.detail) == {"number", "urgency", "commune", "minutes"}
    assert await _said(store, talk) == 2
    assert await timers.next_due(store) is None or await timers.next_due(store) > clock()


async def test_of_two_processes_one_notes_it(urls: Urls, clock) -> None:
    async with urls.open() as one, urls.open() as other:
        talk = (await cry(one, clock)).conversation_id
        clock.forward(120)
        timer = await _due(one, clock)

        done = await asyncio.gather(*(_note(store, timer, clock) for store in (one, other) * 3))

        assert sorted(done) == [False] * 5 + [True]
        assert len(await _told(one)) == 1
        assert await _said(one, talk) == 2


async def test_a_process_that_died_with_the_timer_loses_nothing(urls: Urls, clock) -> None:
    async with urls.open() as dying:
        await cry(dying, clock)
        clock.forward(120)
        await _due(dying, clock, "dead")

    async with urls.open() as store:
        clock.forward(15)
        assert await _note(store, await _due(store, clock, "next"), clock)
        assert len(await _told(store)) == 1


async def test_what_waits_to_be_walked_is_no_silence(store: Store, clock) -> None:
    await cry(store, clock)
    clock.forward(120)
    timer = await _due(store, clock)
    await write_to(store, clock, "em đây")

    found = await silence.hush(store, timer, now=clock())
    assert found is not None
    assert found.has_waiting
    assert not await _note(store, timer, clock)
    assert await _told(store) == []


async def test_an_operators_word_ends_it(store: Store, clock) -> None:
    talk = (await cry(store, clock)).conversation_id
    user = await add_user(store, clock())
    (row,) = await tickets.queue(store)
    clock.forward(60)
    await tickets.claim_ticket(store, row.ticket.id, user_id=user.id, now=clock())
    await speech.say(
        store, conversation_id=talk, ticket_id=row.ticket.id, user_id=user.id,
        message=replace(BUBBLE, author=user.id), now=clock(),
    )  # fmt: skip
    clock.forward(60)
    timer = await _due(store, clock)

    assert await silence.hush(store, timer, now=clock()) is None
    assert not await _note(store, timer, clock)
    assert await _told(store) == []


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_ticket_that_is_over_or_not_critical_has_no_silence(
    store: Store, clock, is_over: bool
) -> None:
    await cry(store, clock, BEATEN if is_over else HAZARD)
    user = await add_user(store, clock())
    (row,) = await tickets.queue(store)
    if is_over:
        await tickets.claim_ticket(store, row.ticket.id, user_id=user.id, now=clock())
        await tickets.move_ticket(
            store, row.ticket.id, to=TicketState.RESOLVED, reason="xong", user_id=user.id,
            now=clock(),
        )  # fmt: skip
    clock.forward(120)

    assert await silence.hush(store, await _due(store, clock), now=clock()) is None


async def test_a_bubble_that_would_knock_is_left_out_and_the_desk_is_told(
    store: Store, clock
) -> None:
    talk = (await cry(store, clock, channel="telegram")).conversation_id
    clock.forward(121)
    pushed = replace(BUBBLE, is_pulled=False)

    assert await _note(store, await _due(store, clock), clock, message=pushed)

    assert await _said(store, talk) == 1
    assert len(await _told(store)) == 1


async def test_the_queue_shows_it_until_somebody_speaks(store: Store, clock) -> None:
    await cry(store, clock)
    began = clock()
    (before,) = await tickets.queue(store)
    assert before.silent_since is None
    clock.forward(120)
    await _note(store, await _due(store, clock), clock)

    (row,) = await tickets.queue(store)
    assert row.silent_since == began

    clock.forward(10)
    received = await write_to(store, clock, "em đây")
    assert received.lease
    await road.keep(
        store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=clock(), state={},
            ticket_id=row.ticket.id,
        ),
    )  # fmt: skip
    (after,) = await tickets.queue(store)
    assert after.silent_since is None


async def test_the_next_timer_is_set_with_it(store: Store, clock) -> None:
    await cry(store, clock)
    clock.forward(120)
    ring = NewTimer(kind="silent_ring", subject="t", step=1, due_at=clock())

    await _note(store, await _due(store, clock), clock, next_timers=(ring,))

    found = await timers.claim_due(store, owner="a", now=clock(), claim_seconds=15, limit=100)
    assert "silent_ring" in {timer.kind for timer in found}
