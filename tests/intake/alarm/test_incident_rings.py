"""A joined incident rings once, and never falls silent while nobody looks after it."""

from intake.service import Service
from storage import events, tickets
from storage.incidents import incidents
from storage.rows import TicketRow
from storage.store import Store
from tests.tickets_made import BEATEN, add_user, open_ticket


async def _rung(store: Store, ticket: TicketRow) -> int:
    told = await events.events_after(store, 0, limit=500)
    return sum(each.kind == "alarm_rung" and each.ticket_id == ticket.id for each in told)


async def _two(store: Store, clock) -> tuple[TicketRow, TicketRow]:
    one = await open_ticket(store, clock(), BEATEN)
    clock.forward(5)
    return one, await open_ticket(store, clock(), BEATEN)


async def _join(store: Store, one: TicketRow, other: TicketRow, now) -> None:
    await incidents.join(store, one.id, other.number, user_id="u", now=now)


async def test_what_nobody_joined_rings_by_itself(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    one, other = await _two(store, clock)
    await tickets.claim_ticket(store, one.id, user_id=duty.id, now=clock())

    await pass_time(200)

    assert await _rung(store, other) >= 4


async def test_two_joined_tickets_that_nobody_holds_ring_once(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    one, other = await _two(store, clock)
    await pass_time(0)
    await _join(store, one, other, clock())
    before = await _rung(store, other)

    await pass_time(400)

    assert await _rung(store, one) >= 5
    assert await _rung(store, other) == before == 1


async def test_the_second_rings_again_once_the_first_is_given_back(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    one, other = await _two(store, clock)
    await pass_time(0)
    await _join(store, one, other, clock())
    await tickets.claim_ticket(store, other.id, user_id=duty.id, now=clock())
    quiet = await _rung(store, one)
    await pass_time(300)
    assert await _rung(store, one) == quiet

    await tickets.release_ticket(store, other.id, user_id=duty.id, reason="hết ca", now=clock())
    await pass_time(90)

    assert await _rung(store, one) > quiet


async def test_a_parted_ticket_rings_from_the_beginning(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    one, other = await _two(store, clock)
    await _join(store, one, other, clock())
    await tickets.claim_ticket(store, one.id, user_id=duty.id, now=clock())
    await pass_time(120)
    assert await _rung(store, other) == 0

    await incidents.part(store, other.id, user_id=duty.id, now=clock())
    await pass_time(0)

    assert await _rung(store, other) == 1
