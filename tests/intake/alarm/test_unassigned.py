"""High and normal tickets that nobody takes are called out after an hour, or three (design §5)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.channels.codec import outbound_from_json
from intake.service import Service
from nlu.labels import Urgency
from storage import events, tickets
from storage.rows import EventRow, Lane, OutboxRow, TicketState
from storage.store import Store
from storage.talks import outbox
from tests.tickets_made import BEATEN, HAZARD, add_user, enrich, lower_by_two, open_ticket

_HOUR = 3600
_HIGH = replace(HAZARD, urgency=Urgency.HIGH, commune_code="30337")


async def _calls(store: Store) -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    rung = [event for event in found if event.kind == "alarm_rung"]
    return [event for event in rung if event.detail["why"] == "unassigned"]


def _hours(calls: list[EventRow], begun: datetime) -> list[float]:
    return [(call.at - begun).total_seconds() / _HOUR for call in calls]


async def _sends(store: Store, channel: str, now: Any) -> tuple[OutboxRow, ...]:
    return await outbox.claim(
        store, owner="d", channel=channel, lanes=(Lane.REPLY,), now=now,
        claim_seconds=0.001, limit=100,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("urgency", "hours"),
    [(Urgency.HIGH, [1, 2, 3, 4]), (Urgency.NORMAL, [3, 6, 9, 12]), (Urgency.LOW, [])],
)
async def test_a_ticket_that_nobody_takes_calls_in_time_and_at_most_three_times_more(
    store: Store, service: Service, clock, pass_time, urgency: Urgency, hours: list[float]
) -> None:
    begun = clock()
    await open_ticket(store, clock(), replace(HAZARD, urgency=urgency))

    await pass_time(40 * _HOUR)

    assert _hours(await _calls(store), begun) == hours


async def test_it_calls_who_is_on_duty_and_says_number_urgency_commune_and_link(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True, staff_chat="4711")
    await add_user(store, clock())
    ticket = await open_ticket(store, clock(), _HIGH)

    await pass_time(_HOUR)

    (call,) = await _calls(store)
    assert call.detail["recipients"] == [duty.id]
    assert call.detail["ways"] == ["console", "telegram", "webhook"]
    link = f"https://langnghe.example/console/tickets/{ticket.number}"
    (send,) = await _sends(store, "telegram", clock())
    assert send.recipient == "-1000000000001"
    assert outbound_from_json(send.body).text == f"🔔 {ticket.number} · cao · Xã Óc Eo\n{link}"
    (document,) = await _sends(store, "alarm_webhook", clock())
    assert '"urgency": "high"' in outbound_from_json(document.body).text


async def test_with_nobody_on_duty_the_whole_desk_is_called(
    store: Store, service: Service, clock, pass_time
) -> None:
    one, chief = await add_user(store, clock()), await add_user(store, clock(), role="supervisor")
    await open_ticket(store, clock(), _HIGH)

    await pass_time(_HOUR)

    assert set((await _calls(store))[0].detail["recipients"]) == {one.id, chief.id}


async def test_taken_or_ended_it_calls_nobody_and_released_it_counts_anew(
    store: Store, service: Service, clock, pass_time
) -> None:
    user = await add_user(store, clock())
    ticket, other = await open_ticket(store, clock(), _HIGH), await open_ticket(store, clock())
    await pass_time(_HOUR / 2)
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    await tickets.move_ticket(
        store, other.id, to=TicketState.DISMISSED, reason="trùng", user_id=user.id, now=clock()
    )
    await pass_time(20 * _HOUR)
    assert await _calls(store) == []

    await tickets.release_ticket(store, ticket.id, user_id=user.id, reason="ca", now=clock())
    begun = clock()
    await pass_time(1.5 * _HOUR)

    assert _hours(await _calls(store), begun) == [1]


async def test_a_raised_ticket_has_the_time_of_its_new_urgency_and_a_critical_one_rings(
    store: Store, service: Service, clock, pass_time
) -> None:
    begun = clock()
    ticket = await open_ticket(store, clock(), HAZARD)
    await pass_time(_HOUR / 2)

    await enrich(store, ticket, clock(), _HIGH)
    await pass_time(_HOUR)
    assert _hours(await _calls(store), begun) == [1.5]
    await enrich(store, ticket, clock(), BEATEN)
    await pass_time(_HOUR)

    assert len(await _calls(store)) == 1


async def test_a_ticket_that_a_person_lowers_is_called_for_too(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), BEATEN)
    await lower_by_two(store, ticket, Urgency.NORMAL, clock())
    begun = clock()

    await pass_time(4 * _HOUR)

    assert _hours(await _calls(store), begun) == [3]


async def test_a_commune_that_is_gone_from_the_list_does_not_keep_the_alarm_from_ringing(
    store: Store, service: Service, clock, pass_time
) -> None:
    def renamed(code: str) -> str:
        raise KeyError(code)

    service.places.name = renamed  # type: ignore[method-assign]  # the fake
    await open_ticket(store, clock(), _HIGH)

    await pass_time(_HOUR)

    (send,) = await _sends(store, "telegram", clock())
    assert "30337" in outbound_from_json(send.body).text
