"""Talks without a ticket: drawn once a day, answered once, a missed one opens a ticket."""

import asyncio
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from nlu.labels import Intent, Urgency
from storage import events, tickets
from storage.alarm.alarms import ALARM
from storage.drills import drills
from storage.learning import lessons, missed_tickets, reading_tallies, readings
from storage.learning.corrections import CorrectionState
from storage.learning.missed_tickets import Missed
from storage.learning.readings import Answer, Reading
from storage.rows import Keep, TicketChange
from storage.store import Store
from storage.tables import conversations, inbox, timers
from storage.talks import road
from tests.tickets_made import HAZARD, add_user, open_ticket, write

NEAR = 20


async def _talk(
    store: Store,
    now,
    *,
    doubt: int | None = 3,
    change: TicketChange | None = None,
    source: str = "",
):
    """A reporter writes; the turn leaves no ticket unless one is given."""
    received = await write(store, now, source=source)
    assert received.lease is not None
    await road.keep(
        store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=now, state={}, doubt=doubt,
            ticket=change,
        ),
    )  # fmt: skip
    return received


def _day(clock) -> date:
    return clock().astimezone(readings.LOCAL_ZONE).date()


async def _draw(store: Store, clock, day: date | None = None) -> bool:
    return await readings.draw(store, day or _day(clock), near_from=NEAR, now=clock())


async def test_only_a_turn_without_a_ticket_keeps_its_doubt(store: Store, clock) -> None:
    await _talk(store, clock(), doubt=7)
    await _talk(store, clock(), doubt=900, change=HAZARD)

    kept = await store.db.read(
        lambda c: c.execute(select(inbox.c.doubt).order_by(inbox.c.id)).scalars().all()
    )

    assert kept == [7, None]


async def test_a_drill_is_never_drawn(store: Store, clock) -> None:
    drill = await drills.begin_drill(
        store, "beaten", actor_id="boss", within=timedelta(minutes=1), now=clock()
    )
    await _talk(store, clock(), doubt=NEAR, source=drill.tag)
    real = await _talk(store, clock(), doubt=NEAR)

    await _draw(store, clock)

    (found,) = await readings.open_readings(store)
    assert found.conversation_id == real.conversation_id


async def test_a_day_is_drawn_once_near_ones_all_and_20_others(store: Store, clock) -> None:
    near = {(await _talk(store, clock(), doubt=NEAR)).conversation_id for _ in range(3)}
    for _ in range(24):
        await _talk(store, clock())
    with_ticket = await open_ticket(store, clock())
    await store.db.transaction(
        lambda c: (
            c.execute(
                update(inbox)
                .where(inbox.c.conversation_id == with_ticket.conversation_id)
                .values(doubt=5)
            ).rowcount
        )
    )

    drawn = await asyncio.gather(*(_draw(store, clock) for _ in range(4)))

    assert sorted(drawn) == [False, False, False, True]
    found = await readings.open_readings(store)
    assert {each.conversation_id for each in found if each.is_near} == near
    assert len([each for each in found if not each.is_near]) == 20
    (tally,) = await reading_tallies.tallies(store, _day(clock), _day(clock))
    assert (tally.talks, tally.near, tally.open, tally.near_open) == (27, 3, 20, 3)


async def test_the_draw_depends_on_the_day_alone(store: Store, clock) -> None:
    for _ in range(25):
        await _talk(store, clock())
    await _draw(store, clock)

    drawn = {each.conversation_id for each in await readings.open_readings(store)}
    talks = await store.db.read(
        lambda c: c.execute(select(conversations.c.id).order_by(conversations.c.id)).scalars().all()
    )
    draws = random.Random(f"reading:{_day(clock).isoformat()}")  # noqa: S311 - the same for all
    assert drawn == set(draws.sample(talks, 20))


async def test_a_talk_of_another_day_is_not_in_it(store: Store, clock) -> None:
    await _talk(store, clock())
    clock.forward(26 * 3600)
    await _talk(store, clock())

    await _draw(store, clock, _day(clock) - timedelta(days=1))

    assert len(await readings.open_readings(store)) == 1


async def _one(store: Store, clock) -> Reading:
    await _talk(store, clock(), doubt=30)
    await _draw(store, clock)
    (found,) = await readings.open_readings(store)
    return found


async def test_reading_is_an_event_and_an_answer_stands_once(store: Store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    found = await _one(store, clock)
    before = await events.last_event_id(store)

    await readings.read(store, found.id, user_id=lan.id, now=clock())
    done = await asyncio.gather(
        *(
            readings.answer(store, found.id, Answer.NO_TICKET, user_id=each.id, now=clock())
            for each in (lan, minh)
        )
    )

    assert sorted(done) == [False, True]
    told = await events.events_after(store, before)
    assert [each.kind for each in told] == ["talk_read", "talk_answered"]
    assert await readings.open_readings(store) == ()


async def test_a_second_look_is_somebody_elses(store: Store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    found = await _one(store, clock)

    async def say(what: Answer, who: str) -> bool:
        return await readings.answer(store, found.id, what, user_id=who, now=clock())

    assert await say(Answer.SECOND_LOOK, lan.id)
    assert not await say(Answer.SPAM, lan.id)
    assert not await say(Answer.SECOND_LOOK, minh.id)
    (waiting,) = await readings.open_readings(store)
    assert (waiting.asked_by, waiting.is_open_to(lan.id), waiting.is_open_to(minh.id)) == (
        lan.id, False, True,
    )  # fmt: skip
    assert await say(Answer.SPAM, minh.id)


def _missed(inbox_id: int | None) -> Missed:
    change = TicketChange(
        kind=Intent.PHYSICAL_VIOLENCE,
        urgency=Urgency.CRITICAL,
        danger=None,
        commune_code=None,
        reasons=({"layer": "rule", "code": "found_by_reader", "words": ""},),
        machine={"intent": "smalltalk", "urgency": "low", "model": "shipped-1"},
    )
    return Missed(
        change=change,
        inbox_id=inbox_id,
        machine_kind=Intent.SMALLTALK,
        machine_urgency=Urgency.LOW,
        reason="con nói bị đánh hoài",
    )


async def test_a_missed_talk_opens_a_ticket_that_rings_and_teaches(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    found = await _one(store, clock)
    message = await readings.doubtful_message(store, found)

    opened = await asyncio.gather(
        *(
            missed_tickets.open_missed(store, found, _missed(message), user_id=lan.id, now=clock())
            for _ in range(2)
        )
    )

    (ticket,) = [each for each in opened if each is not None]
    detail = await tickets.look_again(store, ticket.number)
    assert [each.kind for each in detail.events] == ["ticket_opened"]
    assert detail.events[0].note == "con nói bị đánh hoài"
    assert ticket.conversation_id == found.conversation_id
    rings = select(timers.c.id).where(timers.c.kind == ALARM, timers.c.subject == ticket.id)
    assert await store.db.read(lambda c: c.execute(rings).first()) is not None
    (lesson,) = await lessons.corrections_in(store, CorrectionState.WAITING)
    assert (lesson.machine_kind, lesson.machine_model, lesson.inbox_id) == (
        "smalltalk", "shipped-1", message,
    )  # fmt: skip
    assert (lesson.kind, lesson.urgency) == (Intent.PHYSICAL_VIOLENCE, Urgency.CRITICAL)
    (tally,) = await reading_tallies.tallies(store, found.day, found.day)
    assert (tally.near_read, tally.near_missed) == (1, 1)


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_missed_talk_needs_a_reason(store: Store, clock, reason: str) -> None:
    lan = await add_user(store, clock())
    found = await _one(store, clock)

    with pytest.raises(tickets.ReasonMissing):
        await missed_tickets.open_missed(
            store, found, replace(_missed(None), reason=reason), user_id=lan.id, now=clock()
        )

    assert await tickets.queue(store) == ()
