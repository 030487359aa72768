"""Passing a ticket on: the holder keeps it until somebody accepts."""

import pytest

from nlu.labels import Urgency
from storage import events, tickets
from storage.errors import NotFound
from storage.queue import handover, transfers
from storage.tickets import IllegalMove, ReasonMissing
from tests.tickets_made import BEATEN, add_user, open_ticket

NOTE = "Gọi lại cho cô giáo lúc 16 giờ"


async def _held(store, clock, user):
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    return ticket


async def _offer(store, clock, ticket, holder, **to):
    return await transfers.offer(store, ticket.id, note=NOTE, user_id=holder.id, now=clock(), **to)


async def _accept(store, clock, ticket, user):
    return await transfers.accept(store, ticket.id, user_id=user.id, role=user.role, now=clock())


async def test_a_ticket_stays_with_its_holder_until_somebody_accepts_it(store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock, lan)
    await tickets.take_over(
        store, ticket.conversation_id, ticket_id=ticket.id, user_id=lan.id, now=clock()
    )

    offered = await _offer(store, clock, ticket, lan, to_user_id=minh.id)
    assert offered.holder_id == lan.id
    after = await _accept(store, clock, ticket, minh)

    assert after is not None
    assert (after.holder_id, after.urgency) == (minh.id, Urgency.CRITICAL)
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert detail.talk_held_by == minh.id
    (note,) = [event.note for event in detail.events if event.kind == "transfer_offered"]
    assert note == NOTE
    assert await transfers.offers(store) == ()


async def test_only_who_it_was_offered_to_may_accept_and_only_once(store, clock) -> None:
    lan, minh, tam = [await add_user(store, clock()) for _ in range(3)]
    hoa = await add_user(store, clock(), role="supervisor")
    ticket = await _held(store, clock, lan)
    await _offer(store, clock, ticket, lan, to_role="supervisor")

    refused = [await _accept(store, clock, ticket, each) for each in (lan, minh, tam)]
    taken = [await _accept(store, clock, ticket, hoa) for _ in range(2)]

    assert refused == [None, None, None]
    assert [each is not None for each in taken] == [True, False]


async def test_an_offer_can_be_given_back_with_a_reason_or_withdrawn(store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock, lan)

    await _offer(store, clock, ticket, lan, to_user_id=minh.id)
    with pytest.raises(ReasonMissing):
        await transfers.give_back(
            store, ticket.id, note=" ", user_id=minh.id, role=minh.role, now=clock()
        )
    assert await transfers.give_back(
        store, ticket.id, note="Tôi hết ca", user_id=minh.id, role=minh.role, now=clock()
    )
    assert await transfers.offer_of(store, ticket.id) is None
    await _offer(store, clock, ticket, lan, to_user_id=minh.id)
    assert await transfers.withdraw(store, ticket.id, user_id=lan.id, now=clock())
    assert not await transfers.withdraw(store, ticket.id, user_id=lan.id, now=clock())


async def test_what_ends_the_holding_ends_the_offer(store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock, lan)
    await _offer(store, clock, ticket, lan, to_user_id=minh.id)

    clock.forward(1)
    await tickets.release_ticket(store, ticket.id, user_id=lan.id, reason="Hết ca", now=clock())
    assert await _accept(store, clock, ticket, minh) is None
    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())

    assert await transfers.offers(store) == ()


async def test_a_free_ticket_and_somebody_who_left_cannot_be_part_of_it(store, clock) -> None:
    lan = await add_user(store, clock())
    free = await open_ticket(store, clock(), BEATEN)
    ticket = await _held(store, clock, lan)

    with pytest.raises(IllegalMove):
        await _offer(store, clock, free, lan, to_role="supervisor")
    with pytest.raises(NotFound):
        await _offer(store, clock, ticket, lan, to_user_id="nobody")


async def test_the_next_shift_reads_what_is_left_to_do_and_says_so_once(store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await _held(store, clock, lan)
    for text in ("đã gọi", "còn phải gọi bà nội"):
        await tickets.add_note(store, ticket.id, text=text, user_id=lan.id, now=clock())

    (held,) = await handover.held_tickets(store, reader_id=minh.id, now=clock())
    for _ in range(2):
        await handover.write_note(store, text="Máy số 2 hỏng", user_id=lan.id, now=clock())
    (note,) = await handover.shift_notes_of(store)
    first, second = [
        await handover.receive_note(store, note.id, user_id=minh.id, now=clock()) for _ in range(2)
    ]

    assert (held.row.ticket.number, held.last_note) == (ticket.number, "còn phải gọi bà nội")
    assert note.text == "Máy số 2 hỏng"
    assert (first, second) == (True, False)
    with pytest.raises(NotFound):
        await handover.receive_note(store, note.id, user_id=lan.id, now=clock())
    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds.count("handover_read") == 1
    assert kinds.count("shift_handed_over") == 1
