"""Incidents: joined and parted by people, once; nothing of one ticket comes into another."""

import asyncio
from datetime import timedelta

import pytest

from nlu.labels import Urgency
from storage import events, tickets
from storage.errors import NotFound
from storage.incidents import incidents
from storage.rows import TicketRow, TicketState
from storage.store import Store
from tests.tickets_made import DROWNING, add_user, lower_by_two, open_ticket


async def _tickets(store: Store, clock, count: int) -> list[TicketRow]:
    found = []
    for _ in range(count):
        found.append(await open_ticket(store, clock(), DROWNING))
        clock.forward(60)
    return found


async def _join(store: Store, one: TicketRow, other: TicketRow, clock, user_id: str = "u") -> int:
    return await incidents.join(store, one.id, other.number, user_id=user_id, now=clock())


async def _numbers(store: Store, incident_id: int) -> list[str]:
    found = await incidents.incident(store, incident_id)
    return [row.ticket.number for row in found.rows] if found else []


async def test_joined_twice_at_once_is_joined_once(store: Store, clock) -> None:
    one, other = await _tickets(store, clock, 2)

    made = await asyncio.gather(
        _join(store, one, other, clock), _join(store, other, one, clock),
        _join(store, one, other, clock),
    )  # fmt: skip

    assert len(set(made)) == 1
    assert await _numbers(store, made[0]) == [one.number, other.number]
    told = await events.events_after(store, 0)
    assert [each.kind for each in told].count("incident_joined") == 2


async def test_two_incidents_become_one(store: Store, clock) -> None:
    a, b, c, d = await _tickets(store, clock, 4)
    first, second = await _join(store, a, b, clock), await _join(store, c, d, clock)

    joined = await _join(store, b, c, clock)

    assert joined == first
    assert await _numbers(store, first) == [each.number for each in (a, b, c, d)]
    assert await _numbers(store, second) == []
    assert await incidents.open_incidents(store) == ((first, 4),)


async def test_a_parted_ticket_is_not_proposed_again_and_one_alone_is_no_incident(
    store: Store, clock
) -> None:
    one, other = await _tickets(store, clock, 2)

    async def twins() -> list[str]:
        found = await incidents.twins_of(store, one, within=timedelta(hours=1), limit=9)
        return [each.number for each in found]

    assert await twins() == [other.number]
    incident_id = await _join(store, one, other, clock)
    assert await twins() == []
    parted = await asyncio.gather(
        *(incidents.part(store, one.id, user_id="u", now=clock()) for _ in range(2))
    )

    assert sorted(parted) == [False, True]
    assert await _numbers(store, incident_id) == []
    assert await twins() == []
    assert await incidents.incident_with(store, other.id) is None
    assert await _join(store, one, other, clock) != incident_id


@pytest.mark.parametrize("number", ["PT-2026-999999", "", "own"])
async def test_what_is_no_other_ticket_is_not_joined(store: Store, clock, number: str) -> None:
    (one,) = await _tickets(store, clock, 1)

    with pytest.raises(NotFound):
        await incidents.join(
            store, one.id, one.number if number == "own" else number, user_id="u", now=clock()
        )


async def test_urgency_and_facts_stay_with_their_tickets(store: Store, clock) -> None:
    one, other = await _tickets(store, clock, 2)
    before = [(await tickets.look_again(store, each.number)).ticket for each in (one, other)]

    await _join(store, one, other, clock)

    after = [(await tickets.look_again(store, each.number)).ticket for each in (one, other)]
    assert after == before


async def test_a_ticket_is_covered_only_while_another_one_is_looked_after(
    store: Store, clock
) -> None:
    lan = await add_user(store, clock())
    one, other = await _tickets(store, clock, 2)

    async def covered() -> tuple[bool, bool]:
        return (
            await incidents.is_covered(store, one.id),
            await incidents.is_covered(store, other.id),
        )

    assert await covered() == (False, False)
    await _join(store, one, other, clock)
    assert await covered() == (False, True)  # nobody holds either: the first rings for both
    await tickets.claim_ticket(store, one.id, user_id=lan.id, now=clock())
    assert await covered() == (False, True)
    await tickets.release_ticket(store, one.id, user_id=lan.id, reason="ca", now=clock())
    await tickets.claim_ticket(store, other.id, user_id=lan.id, now=clock())
    assert await covered() == (True, False)
    await tickets.move_ticket(
        store, other.id, to=TicketState.RESOLVED, reason="xong", user_id=lan.id, now=clock()
    )
    assert await covered() == (False, False)


async def test_a_lowered_ticket_covers_nothing(store: Store, clock) -> None:
    one, other = await _tickets(store, clock, 2)
    await _join(store, one, other, clock)

    await lower_by_two(store, one, Urgency.HIGH, clock())

    assert not await incidents.is_covered(store, other.id)
