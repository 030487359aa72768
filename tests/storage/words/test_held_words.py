"""Words that wait for a supervisor: sent once, by one decision, and nowhere before it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import events, timers
from storage.errors import Changed
from storage.rows import NewOutbound
from storage.tables import timers as timer_table
from storage.talks import threads
from storage.tickets import ReasonMissing
from storage.words import held_words, speech
from storage.words.held_words import HELD_WORDS, HeldState, Release
from tests.tickets_made import BEATEN, add_user, open_ticket

WORDS = "Cô ở số 0900000123"


async def _held(store, clock, change=BEATEN):
    ticket = await open_ticket(store, clock(), change)
    lan = await add_user(store, clock())
    held_id = await held_words.hold(
        store, ticket, words=WORDS, risks=["phone"], user_id=lan.id, now=clock()
    )
    held = await held_words.held(store, held_id)
    assert held is not None
    return ticket, lan, held


async def _release(store, clock, held, user_id: str):
    return await speech.say(
        store,
        conversation_id=held.conversation_id,
        ticket_id=held.ticket_id,
        user_id=held.author_id,
        message=NewOutbound(body={"text": held.words}, is_pulled=True, author=held.author_id),
        now=clock(),
        release=Release(held_id=held.id, user_id=user_id),
    )


async def test_held_words_are_in_no_conversation(store, clock) -> None:
    ticket, lan, held = await _held(store, clock)

    assert await threads.thread(store, ticket.conversation_id) == () or all(
        entry.body.get("text") != WORDS
        for entry in await threads.thread(store, ticket.conversation_id)
    )
    assert (held.words, held.author_id, held.state) == (WORDS, lan.id, HeldState.WAITING)
    assert [one.id for one in await held_words.waiting(store)] == [held.id]


async def test_of_two_who_release_at_once_one_sends(store, clock) -> None:
    ticket, _, held = await _held(store, clock)
    one, other = await add_user(store, clock()), await add_user(store, clock())

    done = await asyncio.gather(
        _release(store, clock, held, one.id),
        _release(store, clock, held, other.id),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in done) == ["Changed", "Written"]
    said = [entry.body.get("text") for entry in await threads.thread(store, ticket.conversation_id)]
    assert said.count(WORDS) == 1
    kinds = [event.kind for event in await events.ticket_events(store, ticket.id)]
    assert kinds.count("words_released") == 1
    assert (await events.verify(store)).is_whole


async def test_refused_words_go_nowhere_and_their_writer_reads_why(store, clock) -> None:
    ticket, _, held = await _held(store, clock)
    boss = await add_user(store, clock(), role="supervisor")

    with pytest.raises(ReasonMissing):
        await held_words.refuse(store, held, reason=" ", user_id=boss.id, now=clock())
    await held_words.refuse(store, held, reason="Không đưa số riêng", user_id=boss.id, now=clock())

    with pytest.raises(Changed):
        await _release(store, clock, held, boss.id)
    (note,) = [
        event.note
        for event in await events.ticket_events(store, ticket.id)
        if event.kind == "words_refused"
    ]
    assert note == "Không đưa số riêng"
    assert await held_words.waiting(store) == ()


async def test_words_on_a_critical_ticket_ring_in_two_minutes_until_decided(store, clock) -> None:
    _, _, held = await _held(store, clock)

    timer = await store.db.read(
        lambda connection: connection.execute(
            select(timer_table).where(timer_table.c.kind == HELD_WORDS)
        ).one()
    )
    assert timer.due_at == clock() + timedelta(minutes=2)

    await held_words.withdraw(store, held, now=clock())
    clock.forward(121)
    due = await timers.claim_due(store, owner="t", now=clock(), claim_seconds=15, limit=50)
    assert HELD_WORDS not in [one.kind for one in due]
