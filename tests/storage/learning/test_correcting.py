"""One-key corrections: the place is a lesson too, and a slip is taken back while nobody acted."""

from dataclasses import replace

import pytest

from nlu.labels import Intent, Urgency
from storage import events, tickets
from storage.learning import correcting, lessons
from storage.learning.corrections import CorrectionState
from storage.rows import TicketRow
from storage.store import Store
from storage.tickets import IllegalMove
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, enrich, lower_by_two, open_ticket

HERE, THERE = "30337", "30292"


async def _ticket(store: Store, ticket: TicketRow) -> TicketRow:
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    return detail.ticket


async def _waiting(store: Store):
    return await lessons.corrections_in(store, CorrectionState.WAITING)


async def _move_to(store: Store, ticket: TicketRow, code: str | None, user_id: str, now):
    return await correcting.change_place(
        store, ticket.id, commune_code=code, reason="sai nơi", user_id=user_id, now=now
    )


async def test_a_corrected_place_is_kept_for_learning_beside_the_kind(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)

    await _move_to(store, ticket, THERE, lan.id, clock())
    await tickets.change_kind(
        store, ticket.id, kind=Intent.INJURY_EMERGENCY, reason="ngã", user_id=lan.id, now=clock()
    )

    (row,) = await _waiting(store)
    assert (row.is_place_wrong, row.machine_commune, row.commune) == (True, HERE, THERE)
    assert row.kind is Intent.INJURY_EMERGENCY


async def test_back_at_the_machines_place_nothing_is_left_to_learn(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)

    await _move_to(store, ticket, None, lan.id, clock())
    (row,) = await _waiting(store)
    assert (row.is_place_wrong, row.commune) == (True, None)
    await _move_to(store, ticket, HERE, lan.id, clock())

    assert await _waiting(store) == ()


async def test_the_talk_does_not_bring_a_wrong_place_back_but_a_new_one_counts(
    store: Store, clock
) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), DROWNING)
    await _move_to(store, ticket, None, lan.id, clock())

    same = await enrich(store, ticket, clock(), DROWNING)
    new = await enrich(store, ticket, clock(), replace(DROWNING, commune_code=THERE))

    assert (same.commune_code, new.commune_code) == (None, THERE)


async def _undo(store: Store, ticket: TicketRow, user_id: str, now) -> TicketRow:
    happened = await events.ticket_events(store, ticket.id)
    last = [each for each in happened if each.kind.endswith("_changed")][-1]
    return await correcting.undo(store, ticket.id, last.id, user_id=user_id, now=now)


async def test_each_correction_is_taken_back_once(store: Store, clock) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), replace(HAZARD, commune_code=HERE))
    who = {"user_id": lan.id, "now": clock()}

    await tickets.change_urgency(store, ticket.id, urgency=Urgency.CRITICAL, reason="gấp", **who)
    assert (await _undo(store, ticket, lan.id, clock())).urgency is Urgency.NORMAL
    await tickets.change_kind(store, ticket.id, kind=Intent.BULLYING, reason="sai", **who)
    assert (await _undo(store, ticket, lan.id, clock())).kind is HAZARD.kind
    await _move_to(store, ticket, None, lan.id, clock())
    assert (await _undo(store, ticket, lan.id, clock())).commune_code == HERE

    with pytest.raises(IllegalMove):
        await _undo(store, ticket, lan.id, clock())
    assert await _waiting(store) == ()


@pytest.mark.parametrize("acted", ["claimed", "another person", "late", "two people"])
async def test_nothing_is_taken_back_once_somebody_acted(store: Store, clock, acted: str) -> None:
    lan, minh = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN if acted == "two people" else HAZARD)
    who, undoer = {"user_id": lan.id, "now": clock()}, lan.id
    if acted == "two people":
        await lower_by_two(store, ticket, Urgency.HIGH, clock())
        undoer = (await events.ticket_events(store, ticket.id))[-1].actor_id or ""
    else:
        await tickets.change_urgency(store, ticket.id, urgency=Urgency.HIGH, reason="gấp", **who)
    match acted:
        case "claimed":
            await tickets.claim_ticket(store, ticket.id, user_id=minh.id, now=clock())
        case "another person":
            undoer = minh.id
        case "late":
            clock.forward(11 * 60)

    with pytest.raises(IllegalMove):
        await _undo(store, ticket, undoer, clock())

    assert (await _ticket(store, ticket)).urgency is Urgency.HIGH
