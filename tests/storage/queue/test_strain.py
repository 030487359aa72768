"""How many hard tickets somebody took in a row, and their breaks."""

from dataclasses import replace
from datetime import timedelta

from nlu.labels import Intent, Urgency
from storage import events, tickets
from storage.queue import strain
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, open_ticket

HARD = replace(BEATEN, kind=Intent.SUICIDE_SELF_HARM, urgency=Urgency.HIGH)
TEN_MINUTES = timedelta(minutes=10)


async def _take(store, clock, user, *changes) -> None:
    for change in changes:
        clock.forward(60)
        ticket = await open_ticket(store, clock(), change)
        await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())


async def _in_a_row(store, clock, user) -> int:
    return (await strain.strain_of(store, user.id, now=clock())).hard_in_a_row


async def test_critical_tickets_and_hard_kinds_count_in_a_row(store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())

    await _take(store, clock, lan, HARD, HAZARD, HARD, DROWNING)
    await _take(store, clock, minh, HARD)

    assert await _in_a_row(store, clock, lan) == 2
    await _take(store, clock, lan, HAZARD)
    assert await _in_a_row(store, clock, lan) == 0
    assert await _in_a_row(store, clock, minh) == 1


async def test_a_shift_ago_counts_no_more(store, clock) -> None:
    lan = await add_user(store, clock())
    await _take(store, clock, lan, HARD, HARD)

    clock.forward(12 * 3600 + 1)

    assert await _in_a_row(store, clock, lan) == 0


async def test_a_break_begins_once_ends_by_itself_and_clears_the_count(store, clock) -> None:
    lan = await add_user(store, clock())
    await _take(store, clock, lan, HARD, HARD, HARD)

    until = await strain.take_break(store, lan.id, length=TEN_MINUTES, now=clock())
    clock.forward(60)
    again = await strain.take_break(store, lan.id, length=TEN_MINUTES, now=clock())

    assert again == until
    found = await strain.strain_of(store, lan.id, now=clock())
    assert (found.hard_in_a_row, found.resting_until) == (0, until)
    assert await strain.resting(store, now=clock()) == {lan.id: until}
    clock.forward(600)
    assert (await strain.strain_of(store, lan.id, now=clock())).resting_until is None
    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds.count("break_begun") == 1


async def test_who_comes_back_early_rests_no_more(store, clock) -> None:
    lan = await add_user(store, clock())
    await strain.take_break(store, lan.id, length=TEN_MINUTES, now=clock())

    for _ in range(2):
        await strain.end_break(store, lan.id, now=clock())

    assert await strain.resting(store, now=clock()) == {}
    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds.count("break_ended") == 1
