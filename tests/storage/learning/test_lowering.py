"""A critical ticket is lowered by two people, once, and by no other road."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from nlu.labels import Danger, Intent, Urgency
from storage import events, tickets
from storage.alarm.alarms import ALARM
from storage.learning import lowering
from storage.learning.lowering import NotSeen, OwnProposal
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import timers
from storage.tickets import IllegalMove, ReasonMissing, SecondPersonNeeded
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, enrich, open_ticket

ALL_SEEN = 2**40


async def _urgency(store: Store, ticket: TicketRow) -> Urgency:
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    return detail.ticket.urgency


async def _propose(store: Store, ticket: TicketRow, user_id: str, now):
    return await lowering.propose(
        store, ticket.id, urgency=Urgency.HIGH, reason="đã an toàn", user_id=user_id, now=now
    )


async def _confirm(store: Store, lowering_id: int, user_id: str, now, seen: int = ALL_SEEN):
    return await lowering.confirm(
        store, lowering_id, reason="tôi nghe lại rồi", seen=seen, user_id=user_id, now=now
    )


async def _rings(store: Store, ticket: TicketRow) -> bool:
    asked = select(timers.c.id).where(
        timers.c.kind == ALARM, timers.c.subject == ticket.id, timers.c.settled_at.is_(None)
    )
    return await store.db.read(lambda c: c.execute(asked).first()) is not None


async def test_nobody_lowers_a_critical_ticket_alone(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)

    for urgency in (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW):
        with pytest.raises(SecondPersonNeeded):
            await tickets.change_urgency(
                store, ticket.id, urgency=urgency, reason="yên", user_id=lan.id, now=clock()
            )
    named = await tickets.change_kind(
        store, ticket.id, kind=Intent.SMALLTALK, reason="đùa", user_id=lan.id, now=clock()
    )

    assert named.urgency is Urgency.CRITICAL
    assert await _rings(store, ticket)


async def test_two_people_lower_it_and_until_then_it_rings(store: Store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)

    proposed = await _propose(store, ticket, lan.id, clock())
    assert await _urgency(store, ticket) is Urgency.CRITICAL
    assert await _rings(store, ticket)
    found = await lowering.lowering_of(store, ticket.id)
    after = await _confirm(store, proposed.id, minh.id, clock())

    assert (found.proposed_by, found.urgency, found.reason) == (lan.id, Urgency.HIGH, "đã an toàn")
    assert after.urgency is Urgency.HIGH
    assert not await _rings(store, ticket)
    assert await lowering.lowering_of(store, ticket.id) is None
    told = [event for event in await events.ticket_events(store, ticket.id)]
    assert [event.kind for event in told] == ["lowering_proposed", "urgency_changed"]
    assert told[1].detail["proposed_by"] == lan.id
    assert (told[1].actor_id, told[1].note) == (minh.id, "tôi nghe lại rồi")


async def test_the_proposer_is_not_the_second_person(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    proposed = await _propose(store, ticket, lan.id, clock())

    with pytest.raises(OwnProposal):
        await _confirm(store, proposed.id, lan.id, clock())
    assert await _propose(store, ticket, lan.id, clock()) is None

    assert await _urgency(store, ticket) is Urgency.CRITICAL


async def test_simultaneous_proposals_are_one_and_agree_with_nothing(store: Store, clock) -> None:
    people = [await add_user(store, clock()) for _ in range(4)]
    ticket = await open_ticket(store, clock(), BEATEN)

    made = await asyncio.gather(*(_propose(store, ticket, each.id, clock()) for each in people))

    (proposed,) = [each for each in made if each is not None]
    assert await _urgency(store, ticket) is Urgency.CRITICAL
    others = [each for each in people if each.id != proposed.proposed_by]
    settled = await asyncio.gather(
        *(_confirm(store, proposed.id, each.id, clock()) for each in others),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in settled) == [
        "IllegalMove", "IllegalMove", "TicketRow",
    ]  # fmt: skip
    kinds = [event.kind for event in await events.ticket_events(store, ticket.id)]
    assert kinds == ["lowering_proposed", "urgency_changed"]


async def test_a_no_keeps_it_critical_and_another_proposal_may_follow(store: Store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    first = await _propose(store, ticket, lan.id, clock())

    await lowering.refuse(store, first.id, reason="còn khóc", user_id=minh.id, now=clock())
    with pytest.raises(IllegalMove):
        await _confirm(store, first.id, minh.id, clock())
    second = await _propose(store, ticket, lan.id, clock())

    assert await _urgency(store, ticket) is Urgency.CRITICAL
    assert second.id != first.id
    with pytest.raises(IllegalMove):
        await _confirm(store, first.id, minh.id, clock())


@pytest.mark.parametrize("happens", ["released", "graver", "reopened"])
async def test_a_proposal_is_void_once_the_ticket_is_another(
    store: Store, clock, happens: str
) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    proposed = await _propose(store, ticket, lan.id, clock())

    who = {"user_id": lan.id, "now": clock()}
    match happens:
        case "released":
            await tickets.release_ticket(store, ticket.id, reason="hết ca", **who)
        case "graver":
            await enrich(store, ticket, clock(), replace(BEATEN, danger=Danger.ATTACK))
        case "reopened":
            for to in (TicketState.RESOLVED, TicketState.REOPENED):
                await tickets.move_ticket(store, ticket.id, to=to, reason="xem lại", **who)

    with pytest.raises(IllegalMove):
        await _confirm(store, proposed.id, minh.id, clock())
    assert await lowering.lowering_of(store, ticket.id) is None
    assert await lowering.open_lowerings(store) == ()
    assert await _urgency(store, ticket) is Urgency.CRITICAL


async def test_who_has_not_seen_the_last_message_looks_again(store: Store, clock) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    proposed = await _propose(store, ticket, lan.id, clock())
    seen = await events.last_event_id(store)
    await store.db.transaction(
        lambda c: events.append(
            c, store.vault, kind="reporter_wrote", at=clock(), ticket_id=ticket.id
        )
    )

    with pytest.raises(NotSeen):
        await _confirm(store, proposed.id, minh.id, clock(), seen=seen)
    after = await _confirm(
        store, proposed.id, minh.id, clock(), seen=await events.last_event_id(store)
    )

    assert after.urgency is Urgency.HIGH


async def test_what_waits_for_a_second_person_is_listed(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    first, second = [await open_ticket(store, clock(), DROWNING) for _ in range(2)]
    for ticket in (second, first):
        await _propose(store, ticket, lan.id, clock())

    waiting = await lowering.open_lowerings(store)

    assert [each.number for each in waiting] == [second.number, first.number]


async def test_only_a_critical_ticket_is_proposed_and_a_reason_is_needed(
    store: Store, clock
) -> None:
    lan = await add_user(store, clock())
    ticket, normal = await open_ticket(store, clock(), BEATEN), await open_ticket(store, clock())
    assert normal.urgency is HAZARD.urgency

    with pytest.raises(IllegalMove):
        await _propose(store, normal, lan.id, clock())
    with pytest.raises(ReasonMissing):
        await lowering.propose(
            store, ticket.id, urgency=Urgency.LOW, reason=" ", user_id=lan.id, now=clock()
        )
