"""Drafts of calls, the tickets that they become, calls that are only counted, linked tickets."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nlu.labels import Danger, Intent, Urgency
from storage import events, tickets
from storage.calls import drafts, tallies
from storage.calls.call_tickets import finish_call, open_now
from storage.calls.drafts import DraftWords
from storage.calls.reports import CallReport
from storage.calls.tables import call_drafts as draft_table
from storage.calls.tallies import CallKind, NewTally
from storage.database import new_id
from storage.errors import Changed, NotFound
from storage.incidents import ticket_links
from storage.rows import TicketChange, TicketState
from storage.store import Store
from storage.tables import timers
from storage.talks import threads
from storage.tickets.rows import ReasonMissing
from tests.tickets_made import HAZARD, add_user, open_ticket

NOTES = "Cháu bé nhà bên bị nhốt trong nhà, khóc nãy giờ"
LOCKED_UP = TicketChange(
    kind=Intent.PHYSICAL_VIOLENCE,
    urgency=Urgency.CRITICAL,
    danger=Danger.ATTACK,
    commune_code="30337",
    facts={"form": {"child_name": "Bé Na"}},
    reasons=({"layer": "floor", "code": "locked_up", "words": "bị nhốt"},),
    machine={"intent": "physical_violence", "urgency": "critical", "model": "m1"},
)
QUIET = TicketChange(
    kind=Intent.BULLYING, urgency=Urgency.NORMAL, danger=None, commune_code=None, facts={}
)


async def _user(store: Store, now: datetime) -> str:
    return (await add_user(store, now)).id


async def _draft(store: Store, user_id: str, now: datetime, **fields: str) -> str:
    draft_id = new_id()
    words = DraftWords(
        id=draft_id, user_id=user_id, channel="phone", fields=fields or {"notes": NOTES}
    )
    await drafts.save_draft(store, words, now=now)
    return draft_id


def _report(draft_id: str, user_id: str, now: datetime, **more: Any) -> CallReport:
    values: dict[str, Any] = {
        "change": LOCKED_UP,
        "notes": {"type": "text", "content": {"text": NOTES}, "noted_by": user_id},
        "begun_at": now,
        **more,
    }
    return CallReport(id=draft_id, user_id=user_id, channel="phone", now=now, **values)


async def _timers(store: Store, ticket_id: str) -> list[str]:
    asked = select(timers.c.kind).where(
        timers.c.subject == ticket_id, timers.c.settled_at.is_(None)
    )
    return sorted(await store.db.read(lambda c: c.execute(asked).scalars().all()))


async def _told(store: Store, ticket_id: str) -> list[str]:
    found = await events.events_after(store, 0, limit=1000)
    return [event.kind for event in found if event.ticket_id == ticket_id]


async def test_what_is_typed_is_kept_sealed_and_comes_back(store: Store, clock) -> None:
    user_id = await _user(store, clock())

    draft_id = await _draft(store, user_id, clock(), notes=NOTES)

    found = await drafts.draft(store, draft_id)
    assert found is not None
    assert (found.fields, found.version, found.user_id) == ({"notes": NOTES}, 1, user_id)
    assert (await drafts.count_left(store)).get(user_id, 0) == 1
    sealed = await store.db.read(lambda c: c.execute(select(draft_table.c.body_sealed)).scalar())
    assert NOTES.encode() not in sealed


async def test_an_older_page_does_not_overwrite_a_newer_one(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    words = DraftWords(
        id=new_id(), user_id=user_id, channel="phone", fields={"notes": "mới"}, version=7
    )
    await drafts.save_draft(store, words, now=clock())
    older = DraftWords(
        id=words.id, user_id=user_id, channel="phone", fields={"notes": "cũ"}, version=6
    )

    with pytest.raises(Changed):
        await drafts.save_draft(store, older, now=clock())

    found = await drafts.draft(store, words.id)
    assert found is not None
    assert found.fields == {"notes": "mới"}


async def test_nobody_writes_into_the_draft_of_another(store: Store, clock) -> None:
    lan, minh = await _user(store, clock()), await _user(store, clock())
    draft_id = await _draft(store, lan, clock())
    words = DraftWords(id=draft_id, user_id=minh, channel="phone", fields={"notes": "khác"})

    with pytest.raises(NotFound):
        await drafts.save_draft(store, words, now=clock())
    with pytest.raises(NotFound):
        await open_now(store, _report(draft_id, minh, clock()))
    assert await drafts.drafts_left(store, minh) == ()


async def test_the_id_of_a_ticket_is_no_id_for_a_draft(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    ticket = await open_ticket(store, clock())
    words = DraftWords(id=ticket.id, user_id=user_id, channel="phone", fields={})

    with pytest.raises(NotFound):
        await drafts.save_draft(store, words, now=clock())


async def test_what_somebody_left_lying_is_taken_on_by_one_other(store: Store, clock) -> None:
    lan, minh, hoa = [await _user(store, clock()) for _ in range(3)]
    draft_id = await _draft(store, lan, clock())
    begun = clock()
    assert await drafts.drafts_lying(store, user_id=minh, before=begun) == ()
    clock.forward(3600)
    say = {"before": clock() - timedelta(minutes=30), "now": clock()}

    (lying,) = await drafts.drafts_lying(store, user_id=minh, before=say["before"])
    assert (lying.id, lying.fields) == (draft_id, {})
    await drafts.take_draft(store, draft_id, user_id=minh, **say)

    with pytest.raises(Changed):
        await drafts.take_draft(store, draft_id, user_id=hoa, **say)
    (mine,) = await drafts.drafts_left(store, minh)
    assert mine.fields == {"notes": NOTES}
    assert (await drafts.count_left(store)).get(lan, 0) == 0
    words = DraftWords(id=draft_id, user_id=lan, channel="phone", fields={"notes": "tiếp"})
    with pytest.raises(NotFound):
        await drafts.save_draft(store, words, now=clock())


async def test_a_call_becomes_a_ticket_that_its_taker_holds_and_nothing_rings(
    store: Store, clock
) -> None:
    user_id = await _user(store, clock())
    begun = clock()
    draft_id = await _draft(store, user_id, begun)
    clock.forward(300)

    ticket = await finish_call(store, _report(draft_id, user_id, clock(), begun_at=begun))

    assert ticket.id == draft_id
    assert (ticket.holder_id, ticket.state) == (user_id, TicketState.ACKNOWLEDGED)
    assert (ticket.channel, ticket.first_message_at) == ("phone", begun)
    assert await _timers(store, ticket.id) == []
    assert await _told(store, ticket.id) == ["ticket_opened", "ticket_claimed"]
    assert (await drafts.count_left(store)).get(user_id, 0) == 0
    (entry,) = await threads.newest(store, ticket.conversation_id)
    assert entry.from_reporter
    assert entry.body["content"]["text"] == NOTES
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert detail.ticket.facts == {"form": {"child_name": "Bé Na"}}
    (row,) = [each for each in await tickets.queue(store) if each.ticket.id == ticket.id]
    assert row.waiting_since is None


async def test_a_call_that_nobody_keeps_rings_like_any_other(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())

    ticket = await finish_call(store, _report(draft_id, user_id, clock(), is_kept=False))

    assert ticket.holder_id is None
    assert await _timers(store, ticket.id) == ["alarm"]
    (row,) = await tickets.queue(store)
    assert row.waiting_since == ticket.first_message_at


async def test_of_a_double_click_one_ticket_and_one_message_come(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    report = _report(draft_id, user_id, clock())

    one, other = await asyncio.gather(finish_call(store, report), finish_call(store, report))

    assert one.number == other.number
    assert len(await threads.newest(store, one.conversation_id)) == 1
    assert (await _told(store, one.id)).count("ticket_opened") == 1


async def test_a_ticket_opened_at_once_is_finished_later_without_ringing_its_holder(
    store: Store, clock
) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock(), danger="yes")
    bare = TicketChange(
        kind=Intent.OUT_OF_SCOPE, urgency=Urgency.CRITICAL, danger=None, commune_code=None
    )
    opened = await open_now(store, _report(draft_id, user_id, clock(), change=bare, notes=None))
    again = await open_now(store, _report(draft_id, user_id, clock(), change=bare, notes=None))
    assert again.number == opened.number
    assert (await drafts.count_left(store)).get(user_id, 0) == 1
    left = await drafts.draft(store, draft_id)
    assert left is not None
    assert left.number == opened.number

    done = await finish_call(store, _report(draft_id, user_id, clock(), kind=Intent.MISSING_CHILD))

    assert done.number == opened.number
    assert (done.kind, done.danger) == (Intent.MISSING_CHILD, Danger.ATTACK)
    assert done.commune_code == "30337"
    assert await _timers(store, done.id) == []
    assert await _told(store, done.id) == ["ticket_opened", "ticket_claimed", "call_noted"]
    assert len(await threads.newest(store, done.conversation_id)) == 1


async def test_giving_it_to_somebody_else_at_the_end_rings(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    await open_now(store, _report(draft_id, user_id, clock(), notes=None))

    done = await finish_call(store, _report(draft_id, user_id, clock(), is_kept=False))

    assert (done.holder_id, done.state) == (None, TicketState.NEW)
    assert await _timers(store, done.id) == ["alarm"]
    assert (await _told(store, done.id))[-1] == "ticket_released"


async def test_a_call_taken_by_another_is_left_to_them(store: Store, clock) -> None:
    lan, minh = await _user(store, clock()), await _user(store, clock())
    draft_id = await _draft(store, lan, clock())
    opened = await open_now(store, _report(draft_id, lan, clock(), is_kept=False, notes=None))
    await tickets.claim_ticket(store, opened.id, user_id=minh, now=clock())

    done = await finish_call(store, _report(draft_id, lan, clock()))

    assert done.holder_id == minh
    assert await _timers(store, done.id) == []


async def test_nobody_is_rung_because_nobody_writes_to_a_caller(store: Store, clock) -> None:
    lan, minh = await _user(store, clock()), await _user(store, clock())
    draft_id = await _draft(store, lan, clock())
    ticket = await finish_call(store, _report(draft_id, lan, clock(), is_kept=False))
    clock.forward(60)

    await tickets.claim_ticket(store, ticket.id, user_id=minh, now=clock())

    assert await _timers(store, ticket.id) == []
    (row,) = await tickets.queue(store)
    assert row.waiting_since is None


async def test_a_discarded_draft_is_gone_after_an_hour_with_its_key(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    await drafts.discard_draft(store, draft_id, user_id=user_id, now=clock())
    clock.forward(1800)
    assert await drafts.forget_settled(store, now=clock()) == 0
    clock.forward(1900)

    assert await drafts.forget_settled(store, now=clock()) == 1

    assert await drafts.draft(store, draft_id) is None
    assert await store.vault.keys([draft_id]) == {}


async def test_a_finished_call_keeps_its_key_when_its_draft_goes(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    ticket = await finish_call(store, _report(draft_id, user_id, clock()))
    clock.forward(4000)

    await drafts.forget_settled(store, now=clock())

    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert detail.ticket.facts["form"] == {"child_name": "Bé Na"}


def _tally(user_id: str, kind: CallKind = CallKind.SILENT, **more: Any) -> NewTally:
    return NewTally(
        call_id=more.pop("call_id", new_id()),
        kind=kind,
        channel="phone",
        user_id=user_id,
        **more,
    )


def _soft(user_id: str, now: datetime) -> CallReport:
    return _report(new_id(), user_id, now, change=QUIET, is_kept=False)


async def _count(store: Store, clock, tally: NewTally) -> tallies.Counted:
    soft = _soft(tally.user_id, clock())
    return await tallies.count_call(store, tally, soft=soft, now=clock())


async def _counts(store: Store, clock) -> Mapping[str, int]:
    return await tallies.counts_since(store, clock() - timedelta(hours=12))


async def test_a_call_is_counted_once_and_its_draft_ends(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    tally = _tally(user_id, CallKind.PRANK, call_id=draft_id)

    one, other = await asyncio.gather(_count(store, clock, tally), _count(store, clock, tally))

    assert one == other
    assert await _counts(store, clock) == {"prank": 1}
    assert (await drafts.count_left(store)).get(user_id, 0) == 0
    assert await tickets.queue(store) == ()


async def test_a_count_is_taken_back_within_ten_seconds_and_the_draft_goes_on(
    store: Store, clock
) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    counted = await _count(store, clock, _tally(user_id, CallKind.TEST, call_id=draft_id))
    clock.forward(9)

    back = await tallies.undo_count(store, counted.tally_id, user_id=user_id, now=clock())

    assert back == draft_id
    assert await _counts(store, clock) == {}
    assert (await drafts.count_left(store)).get(user_id, 0) == 1
    await _count(store, clock, _tally(user_id, CallKind.PRANK, call_id=draft_id))
    assert await _counts(store, clock) == {"prank": 1}


async def test_a_count_is_not_taken_back_late_or_by_another(store: Store, clock) -> None:
    lan, minh = await _user(store, clock()), await _user(store, clock())
    counted = await _count(store, clock, _tally(lan))
    with pytest.raises(NotFound):
        await tallies.undo_count(store, counted.tally_id, user_id=minh, now=clock())
    clock.forward(60)

    with pytest.raises(Changed):
        await tallies.undo_count(store, counted.tally_id, user_id=lan, now=clock())


async def test_two_silent_calls_of_one_number_within_a_day_open_a_soft_ticket(
    store: Store, clock
) -> None:
    user_id = await _user(store, clock())
    number = tallies.number_lookup(store, "0900 000 123")
    assert number == tallies.number_lookup(store, "+84900000123")
    first = await _count(store, clock, _tally(user_id, number_lookup=number))
    clock.forward(3600)

    second = await _count(store, clock, _tally(user_id, number_lookup=number))
    third = await _count(store, clock, _tally(user_id, number_lookup=number))

    assert (first.ticket, third.ticket) == (None, None)
    assert second.ticket is not None
    assert second.ticket.holder_id is None
    assert len(await tickets.queue(store)) == 1
    assert number is not None
    assert await tallies.silent_calls(store, number, now=clock()) == 3


async def test_silent_calls_of_different_numbers_or_days_open_nothing(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    for number in ("0900000123", "0900000124", ""):
        for _ in range(1 if number else 3):
            lookup = tallies.number_lookup(store, number)
            await _count(store, clock, _tally(user_id, number_lookup=lookup))
    clock.forward(25 * 3600)
    lookup = tallies.number_lookup(store, "0900000123")
    await _count(store, clock, _tally(user_id, number_lookup=lookup))

    assert await tickets.queue(store) == ()


async def test_linked_tickets_show_each_other_and_an_event_each(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    draft_id = await _draft(store, user_id, clock())
    call = await finish_call(store, _report(draft_id, user_id, clock()))
    chat = await open_ticket(store, clock(), HAZARD)
    say = {"reason": "Cùng số máy và cùng tên bé", "user_id": user_id, "now": clock()}

    assert await ticket_links.link_tickets(store, call.id, chat.number, **say) is True
    assert await ticket_links.link_tickets(store, chat.id, call.number, **say) is False

    assert [each.number for each in await ticket_links.links_of(store, call.id)] == [chat.number]
    assert [each.number for each in await ticket_links.links_of(store, chat.id)] == [call.number]
    for ticket in (call, chat):
        assert (await _told(store, ticket.id))[-1] == "ticket_linked"
    assert await ticket_links.part_tickets(store, chat.id, call.number, **say) is True
    assert await ticket_links.part_tickets(store, chat.id, call.number, **say) is False
    assert await ticket_links.links_of(store, call.id) == ()


async def test_a_link_needs_a_reason_and_another_ticket(store: Store, clock) -> None:
    user_id = await _user(store, clock())
    one, other = await open_ticket(store, clock()), await open_ticket(store, clock())
    say = {"user_id": user_id, "now": clock()}

    with pytest.raises(ReasonMissing):
        await ticket_links.link_tickets(store, one.id, other.number, reason=" ", **say)
    for number in ("PT-2026-999999", one.number):
        with pytest.raises(NotFound):
            await ticket_links.link_tickets(store, one.id, number, reason="Cùng người", **say)
