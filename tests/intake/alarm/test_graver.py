"""A report that becomes graver while somebody holds it: the holder may be at home by now."""

from dataclasses import replace
from typing import Any

from intake.service import Service
from nlu.labels import Urgency
from storage import events, tickets
from storage.rows import EventRow, NewOutbound, TicketRow, UserRow
from storage.store import Store
from storage.tables import alarms
from storage.words import speech
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, enrich, open_ticket, write

_HIGH = replace(HAZARD, urgency=Urgency.HIGH)


async def _rung(store: Store, why: str = "graver") -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == "alarm_rung" and event.detail["why"] == why]


async def _held(store: Store, now: Any, holder: UserRow) -> TicketRow:
    ticket = await open_ticket(store, now, _HIGH, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=now)
    return ticket


async def _reporter_writes(store: Store, ticket: TicketRow, now: Any, change: Any) -> None:
    await write(store, now, account="r")
    await enrich(store, ticket, now, change)


async def _operator_writes(store: Store, ticket: TicketRow, user: UserRow, now: Any) -> None:
    await speech.say(
        store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user.id,
        message=NewOutbound(body={"text": "mình đây"}, is_pulled=True),
        now=now,
    )


def _spoken(service: Service) -> list[str]:
    return [kind for _, kind in service.desk.spoken]  # type: ignore[attr-defined]  # the fake


async def test_a_held_ticket_that_becomes_critical_rings_everybody_at_once_and_again(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    duty = await add_user(store, clock(), is_on_duty=True)
    chief = await add_user(store, clock(), role="supervisor")
    ticket = await _held(store, clock(), holder)
    await pass_time(600)
    graver_at = clock()

    await _reporter_writes(store, ticket, graver_at, BEATEN)
    await pass_time(250)

    rung = await _rung(store)
    assert [(event.at - graver_at).total_seconds() for event in rung] == [0, 120, 240]
    assert set(rung[0].detail["recipients"]) == {holder.id, duty.id, chief.id}
    assert rung[0].detail["ways"] == ["console", "telegram", "webhook"]
    assert await _rung(store, "silent") == []  # everybody rings already
    assert _spoken(service) == []


async def test_a_danger_to_life_tells_the_reporter_the_truth_at_30_seconds(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _held(store, clock(), holder)

    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(29)
    assert _spoken(service) == []
    await pass_time(1)

    assert service.desk.spoken == [(ticket.conversation_id, "nobody_answered")]  # type: ignore[attr-defined]  # the fake
    await pass_time(300)
    assert _spoken(service) == ["nobody_answered"]


async def test_a_danger_in_a_critical_ticket_rings_anew_and_a_further_message_does_not(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    await _reporter_writes(store, ticket, clock(), BEATEN)
    await pass_time(0)
    await _operator_writes(store, ticket, holder, clock())

    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(0)
    assert len(await _rung(store)) == 2
    await _operator_writes(store, ticket, holder, clock())
    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(60)

    assert len(await _rung(store)) == 2
    assert _spoken(service) == []


async def test_a_message_of_any_operator_stops_it_and_the_truth(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder, other = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(10)

    await _operator_writes(store, ticket, other, clock())
    await pass_time(600)

    assert len(await _rung(store)) == 1
    assert await _rung(store, "silent") == []
    assert _spoken(service) == []


async def test_what_was_written_before_it_became_graver_stops_nothing(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    await _operator_writes(store, ticket, holder, clock())
    clock.forward(1)

    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(30)

    assert len(await _rung(store)) == 1
    assert _spoken(service) == ["nobody_answered"]


async def test_the_holder_who_takes_it_anew_stops_it_but_owes_the_reporter_words(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(20)

    claim = await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    taken_at = clock()
    await pass_time(130)

    assert claim.won
    assert len(await _rung(store)) == 1
    assert _spoken(service) == []
    silent = await _rung(store, "silent")
    assert [(event.at - taken_at).total_seconds() for event in silent] == [120]
    kinds = [event.kind for event in await events.ticket_events(store, ticket.id)]
    assert kinds.count("ticket_claimed") == 2


async def test_the_queue_and_the_page_show_that_it_rings_until_somebody_acts(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    other = await open_ticket(store, clock())

    async def shown() -> list[str]:
        detail = await tickets.look_again(store, ticket.number)
        assert detail is not None
        rows = await tickets.queue(store)
        assert detail.rings_holder is (ticket.id in {r.ticket.id for r in rows if r.rings_holder})
        return [row.ticket.id for row in rows if row.rings_holder]

    assert await shown() == []
    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(125)
    assert await shown() == [ticket.id]
    assert other.id not in await shown()

    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())

    assert await shown() == []


async def test_an_attempt_of_somebody_else_to_take_it_stops_nothing(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder, other = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock(), holder)
    await _reporter_writes(store, ticket, clock(), DROWNING)
    await pass_time(10)

    claim = await tickets.claim_ticket(store, ticket.id, user_id=other.id, now=clock())
    await pass_time(125)

    assert not claim.won
    assert len(await _rung(store)) == 2
    assert _spoken(service) == ["nobody_answered"]


async def test_released_it_rings_as_a_ticket_that_nobody_holds(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock(), is_on_duty=True)
    ticket = await _held(store, clock(), holder)
    await _reporter_writes(store, ticket, clock(), BEATEN)
    await pass_time(10)

    await tickets.release_ticket(store, ticket.id, user_id=holder.id, reason="ca", now=clock())
    await pass_time(130)

    assert len(await _rung(store)) == 1
    assert [event.detail["tier"] for event in await _rung(store, "unheld")] == [0, 1, 2]


async def test_a_held_ticket_that_becomes_high_does_not_ring(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), HAZARD, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())

    await _reporter_writes(store, ticket, clock(), _HIGH)
    await pass_time(600)

    assert await _rung(store) == []


async def test_a_live_location_that_moves_on_is_no_message_to_answer(
    store: Store, service: Service, clock, pass_time
) -> None:
    """Its steps are in the inbox, but no timer watches them."""
    holder = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    await pass_time(30)
    await _operator_writes(store, ticket, holder, clock())

    for _ in range(10):
        await pass_time(30)
        await write(store, clock(), account="r")

    assert await _rung(store, "silent") == []


async def test_no_round_is_too_many_for_the_numbers(
    store: Store, service: Service, clock, pass_time
) -> None:
    """A holder who is silent for a month is rung more than 20,000 times."""
    holder = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    late = {"ticket_id": ticket.id, "tier": 2_147_400_000, "decided_at": clock()}
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                alarms.insert().values(**late, recipient="x", way="console")
            ).rowcount
        )
    )

    await pass_time(250)
    assert len(await _rung(store, "silent")) == 2

    await tickets.release_ticket(store, ticket.id, user_id=holder.id, reason="ca", now=clock())
    await pass_time(0)
    assert [event.detail["tier"] for event in await _rung(store, "unheld")] == [0]
