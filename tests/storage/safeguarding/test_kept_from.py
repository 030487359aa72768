"""Who is kept from a ticket: at once, by one; seen again only by the word of two."""

import pytest

from storage import events, tickets
from storage.errors import Changed, NotFound, OwnWords
from storage.rows import TicketState
from storage.safeguarding import kept_from
from storage.tickets import ReasonMissing
from tests.tickets_made import BEATEN, add_user, open_ticket

REASON = "Tin báo nói về người này"


async def _keep(store, clock, ticket, who, by) -> bool:
    return await kept_from.keep(
        store, ticket.id, from_user=who.id, reason=REASON, user_id=by.id, now=clock()
    )


async def _lift(store, clock, ticket, who, by) -> bool:
    return await kept_from.lift(
        store, ticket.id, from_user=who.id, reason=REASON, user_id=by.id, now=clock()
    )


async def test_what_is_kept_from_somebody_is_not_next_for_them(store, clock) -> None:
    hidden = await open_ticket(store, clock(), BEATEN)
    clock.forward(5)
    other = await open_ticket(store, clock(), BEATEN)
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    boss = await add_user(store, clock(), role="supervisor")
    await _keep(store, clock, hidden, lan, boss)

    for_lan = await tickets.next_most_urgent(store, user_id=lan.id, now=clock())
    for_minh = await tickets.next_most_urgent(store, user_id=minh.id, now=clock())

    assert for_lan is not None
    assert for_lan.id == other.id
    assert for_minh is not None
    assert for_minh.id == hidden.id
    assert await kept_from.is_kept(store, hidden.number, lan.id)
    assert not await kept_from.is_kept(store, hidden.number, minh.id)
    assert await kept_from.count_of(store, reader_id="x") == 1


async def test_what_they_hold_goes_back_and_calls_for_somebody_else(store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    lan, boss = await add_user(store, clock()), await add_user(store, clock(), role="supervisor")
    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())

    await _keep(store, clock, ticket, lan, boss)

    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert (detail.ticket.holder_id, detail.ticket.state) == (None, TicketState.NEW)


async def test_two_people_open_it_again_and_not_the_one_who_is_kept(store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    lan = await add_user(store, clock(), role="supervisor")
    one = await add_user(store, clock(), role="supervisor")
    two = await add_user(store, clock(), role="supervisor")
    assert await _keep(store, clock, ticket, lan, one)
    assert not await _keep(store, clock, ticket, lan, two)

    with pytest.raises(OwnWords):
        await _lift(store, clock, ticket, lan, lan)
    assert not await _lift(store, clock, ticket, lan, one)
    with pytest.raises(Changed):
        await _lift(store, clock, ticket, lan, one)
    assert await kept_from.is_kept(store, ticket.number, lan.id)
    assert await _lift(store, clock, ticket, lan, two)

    assert not await kept_from.is_kept(store, ticket.number, lan.id)
    with pytest.raises(NotFound):
        await _lift(store, clock, ticket, lan, one)
    assert (await events.verify(store)).is_whole


async def test_the_machine_does_not_shut_again_what_two_people_opened(store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    lan, one, two = [await add_user(store, clock(), role="supervisor") for _ in range(3)]

    async def by_machine() -> list[str]:
        return await store.db.transaction(
            lambda connection: kept_from.keep_inside(
                connection, ticket, (lan.id,), kept_by=None, now=clock()
            )
        )

    assert await by_machine() == [lan.id]
    assert await by_machine() == []
    await _lift(store, clock, ticket, lan, one)
    await _lift(store, clock, ticket, lan, two)

    assert await by_machine() == []
    assert await _keep(store, clock, ticket, lan, one)


async def test_keeping_needs_a_reason(store, clock) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    lan, boss = await add_user(store, clock()), await add_user(store, clock(), role="supervisor")

    with pytest.raises(ReasonMissing):
        await kept_from.keep(
            store, ticket.id, from_user=lan.id, reason="", user_id=boss.id, now=clock()
        )
