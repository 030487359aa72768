"""Silence carried out on both engines: the desk at 2 minutes, a supervisor once at 10."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.content.shelf import read_content
from bot.dialogue.silence import Silence
from bot.dialogue.state import DialogueState, Question
from intake.service import Service
from intake.shelving import shelving_of
from intake.timekeeper import Timekeeper
from nlu.labels import Danger, Urgency
from storage import events, tickets, timers
from storage.rows import EventRow, Keep, NewTimer, TicketRow
from storage.store import Store
from storage.talks import road, threads
from storage.words import speech
from tests.silent_talks import BUBBLE, cry, write_to
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user

SHELVING = shelving_of(read_content(), mode_is_production=False)
ASKED = DialogueState(
    urgency=Urgency.CRITICAL, number="police", asking=Question.SAFE, is_pressing=True
)


@pytest.fixture
def service_on(service_on: Callable[..., Service]) -> Callable[..., Service]:
    """A process of the alarm that has the cards too."""
    return lambda store, *rest: replace(service_on(store, *rest), shelving=SHELVING)


@pytest.fixture
def service(service_on: Callable[..., Service], store: Store) -> Service:
    return service_on(store)


async def _cry(store: Store, clock: Any, change: Any = BEATEN, **rest: Any) -> TicketRow:
    state = rest.pop("state", ASKED)
    await cry(store, clock, change, state=state.to_json(), **rest)
    (row,) = await tickets.queue(store)
    return row.ticket


async def _happened(store: Store, kind: str) -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == kind]


async def _rung_for_silence(store: Store) -> list[EventRow]:
    rung = await _happened(store, "alarm_rung")
    return [event for event in rung if event.detail["why"] == "reporter_silent"]


async def _cards(store: Store, ticket: TicketRow) -> list[str]:
    entries = await threads.thread(store, ticket.conversation_id)
    return [entry.body["card"] for entry in entries if entry.body.get("card")]


async def test_a_reporter_who_falls_silent_is_reminded_once_and_people_are_told(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    chief = await add_user(store, clock(), role="supervisor")
    ticket = await _cry(store, clock)

    await pass_time(29)
    assert await _cards(store, ticket) == []
    await pass_time(1)
    assert await _cards(store, ticket) == ["quiet_police"]
    assert await _happened(store, "reporter_silent") == []
    await pass_time(90)
    assert [e.detail["minutes"] for e in await _happened(store, "reporter_silent")] == [2]
    assert await _rung_for_silence(store) == []

    await pass_time(480)
    assert [e.detail["minutes"] for e in await _happened(store, "reporter_silent")] == [2, 10]
    (ring,) = await _rung_for_silence(store)
    assert ring.detail["recipients"] == [chief.id]
    assert await _cards(store, ticket) == [
        "quiet_police", "still_waiting_police", "quiet_long_police"
    ]  # fmt: skip

    await pass_time(3600)
    assert len(await _rung_for_silence(store)) == 1
    assert len(await _cards(store, ticket)) == 3


async def test_without_a_supervisor_the_desk_is_rung(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    await _cry(store, clock)

    await pass_time(600)

    (ring,) = await _rung_for_silence(store)
    assert ring.detail["recipients"] == [duty.id]


async def test_the_alarms_own_words_need_no_reminder_beside_them(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    ticket = await _cry(store, clock, DROWNING)

    await pass_time(60)

    assert service.desk.spoken == [(ticket.conversation_id, "nobody_answered")]  # type: ignore[attr-defined]  # the fake
    assert await _cards(store, ticket) == []


async def test_a_holder_without_a_word_is_rung_by_the_silence_of_the_alarm_and_only_by_it(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _cry(store, clock, DROWNING)
    await pass_time(10)
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())

    await pass_time(125)

    assert await _cards(store, ticket) == ["quiet_police", "quiet_taken_police"]
    assert len(await _happened(store, "reporter_silent")) == 1
    why = [event.detail["why"] for event in await _happened(store, "alarm_rung")]
    assert why == ["unheld", "silent"]


async def test_an_operators_word_ends_the_watch(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _cry(store, clock)
    await pass_time(40)
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    await speech.say(
        store, conversation_id=ticket.conversation_id, ticket_id=ticket.id, user_id=holder.id,
        message=replace(BUBBLE, author=holder.id), now=clock(),
    )  # fmt: skip

    await pass_time(3600)

    assert await _cards(store, ticket) == ["quiet_police"]
    assert await _happened(store, "reporter_silent") == []
    assert await _rung_for_silence(store) == []


async def test_the_next_message_ends_the_watch(
    store: Store, service: Service, clock, pass_time
) -> None:
    ticket = await _cry(store, clock)
    await pass_time(25)
    received = await write_to(store, clock, "em đây")
    assert received.lease
    await road.keep(
        store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=clock(), state=ASKED.to_json(),
            timers_cancel=tuple(Silence), ticket_id=ticket.id,
        ),
    )  # fmt: skip

    await pass_time(3600)

    assert await _cards(store, ticket) == []
    assert await _happened(store, "reporter_silent") == []


async def test_while_a_message_waits_to_be_read_nobody_is_called_silent(
    store: Store, service: Service, clock, pass_time
) -> None:
    ticket = await _cry(store, clock)
    await pass_time(100)
    received = await write_to(store, clock, "em đây")

    await pass_time(30)
    assert await _happened(store, "reporter_silent") == []
    assert received.lease
    await road.keep(
        store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=clock(), state=ASKED.to_json(),
            is_live_step=True, ticket_id=ticket.id,
        ),
    )  # fmt: skip
    await pass_time(2)  # only a place that moved on
    assert len(await _happened(store, "reporter_silent")) == 1


@pytest.mark.parametrize("changes", [{"hidden": True}, {"phone_taken": True}])
async def test_who_left_hears_nothing_and_the_desk_is_told(
    store: Store, service: Service, clock, pass_time, changes: dict[str, bool]
) -> None:
    ticket = await _cry(store, clock, state=replace(ASKED, **changes))  # type: ignore[arg-type]  # only flags

    await pass_time(600)

    assert await _cards(store, ticket) == []
    assert len(await _happened(store, "reporter_silent")) == 2
    assert len(await _rung_for_silence(store)) == 1


async def test_a_messenger_has_one_reminder_where_no_buzz_can_harm_and_nothing_later(
    store: Store, service: Service, clock, pass_time
) -> None:
    in_water = replace(ASKED, danger=Danger.DROWNING, number="ambulance")
    ticket = await _cry(store, clock, channel="telegram", state=in_water)

    await pass_time(600)

    assert await _cards(store, ticket) == ["quiet_ambulance"]
    assert len(await _happened(store, "reporter_silent")) == 2


async def test_after_an_outage_nobody_is_reminded_of_what_is_long_past(
    store: Store, service: Service, clock, pass_time
) -> None:
    ticket = await _cry(store, clock)
    clock.forward(1800)

    await pass_time(5)

    assert await _cards(store, ticket) == ["quiet_long_police"]
    assert len(await _happened(store, "reporter_silent")) == 2
    assert len(await _rung_for_silence(store)) == 1


async def test_a_ticket_that_is_not_critical_has_no_silence(
    store: Store, service: Service, clock, pass_time
) -> None:
    ticket = await _cry(store, clock, HAZARD)

    await pass_time(600)

    assert await _cards(store, ticket) == []
    assert await _happened(store, "reporter_silent") == []


async def test_two_processes_that_come_to_it_at_once_tell_it_once(
    store: Store, service: Service, service_on, clock
) -> None:
    await add_user(store, clock(), role="supervisor")
    ticket = await _cry(store, clock)
    clock.forward(600)
    keepers = [Timekeeper(service_on(store, owner), owner) for owner in ("p1", "p2")]

    while sum(await asyncio.gather(*(keeper.run_due() for keeper in keepers))):
        pass

    assert len(await _happened(store, "reporter_silent")) == 2
    assert len(await _rung_for_silence(store)) == 1
    assert await _cards(store, ticket) == ["quiet_long_police"]


async def test_a_timer_whose_conversation_is_gone_is_settled(
    store: Store, service: Service, clock
) -> None:
    timer = NewTimer(kind="silent_desk", subject="f" * 32, due_at=clock(), step=1)
    await store.db.transaction(lambda c: timers.set_timers(c, (timer,)))

    assert await Timekeeper(service, "p1").run_due() == 1

    assert await timers.next_due(store) is None
