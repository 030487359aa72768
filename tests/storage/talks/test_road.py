"""Receive, load, keep: nothing stored twice, nothing walked twice at once, order holds."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from nlu.labels import Intent, Urgency
from storage import events
from storage.errors import Erased, LeaseLost, TooFast
from storage.rows import (
    Bucket,
    Keep,
    Lane,
    Lease,
    NewInbound,
    NewOutbound,
    Received,
    TicketChange,
    TicketState,
)
from storage.store import Store
from storage.tables import contacts, conversations
from storage.tables import inbox as inbox_table
from storage.talks import inbox, outbox, road, threads
from storage.talks.letters import dead_letters
from storage.tickets import queue

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


def message(external_id: str, text: str = "alo", *, account: str = "child") -> NewInbound:
    return NewInbound(
        channel="telegram",
        account=account,
        external_id=external_id,
        sent_at=NOW - timedelta(seconds=2),
        received_at=NOW,
        body={"type": "text", "content": {"text": text}},
        name="An",
    )


async def received(
    store: Store, new: NewInbound, *, now: datetime = NOW, bucket: Bucket | None = None
) -> Received:
    return await inbox.receive(store, new, owner="test", now=now, lease_seconds=30, bucket=bucket)


def turn(lease: Lease, inbox_id: int, **changes: object) -> Keep:
    values: dict[str, object] = {
        "lease": lease,
        "inbox_id": inbox_id,
        "now": NOW,
        "state": {"introduced": True},
        "replies": (NewOutbound(body={"text": "chào bạn"}),),
    }
    return Keep(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes


def report(urgency: Urgency = Urgency.CRITICAL) -> TicketChange:
    return TicketChange(
        kind=Intent.PHYSICAL_VIOLENCE,
        urgency=urgency,
        danger=None,
        commune_code=None,
        facts={"answers": {"where": "chợ"}},
        reasons=({"layer": "floor", "code": "hit_now", "words": "danh"},),
    )


async def test_a_message_seen_before_is_stored_once(store: Store) -> None:
    first = await received(store, message("1"))
    again = await received(store, message("1"))

    assert first.lease
    assert again.seen_before
    assert again.inbox_id == first.inbox_id
    assert again.lease is None
    loaded = await road.load(store, first.lease, now=NOW)
    assert [row.id for row in loaded.waiting] == [first.inbox_id]


async def test_the_same_message_from_many_deliveries_at_once_is_stored_once(store: Store) -> None:
    results = await asyncio.gather(*(received(store, message("1")) for _ in range(12)))

    assert len({result.inbox_id for result in results}) == 1
    assert sum(not result.seen_before for result in results) == 1
    assert sum(result.lease is not None for result in results) == 1


async def test_one_sender_has_one_conversation_however_fast_he_writes(store: Store) -> None:
    results = await asyncio.gather(*(received(store, message(str(n))) for n in range(12)))

    assert len({result.conversation_id for result in results}) == 1
    assert sum(result.lease is not None for result in results) == 1


async def test_what_was_written_lies_sealed(store: Store) -> None:
    first = await received(store, message("1", "ba dang danh me voi con"))

    rows = await store.db.read(
        lambda connection: [
            *connection.execute(select(inbox_table.c.body_sealed)),
            *connection.execute(select(contacts.c.account_sealed, contacts.c.name_sealed)),
        ]
    )
    blobs = b"".join(bytes(value) for row in rows for value in row)
    assert first.conversation_id
    assert b"danh" not in blobs
    assert b"child" not in blobs


async def test_a_turn_is_kept_and_the_lease_given_back(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease

    kept = await road.keep(store, turn(first.lease, first.inbox_id))

    assert kept.more == ()
    assert len(kept.reply_ids) == 1
    second = await received(store, message("2"))
    assert second.lease
    loaded = await road.load(store, second.lease, now=NOW)
    assert loaded.state["introduced"]
    assert [row.external_id for row in loaded.waiting] == ["2"]


async def test_a_message_that_comes_in_during_a_walk_is_walked_next(store: Store) -> None:
    first = await received(store, message("1"))
    second = await received(store, message("2"))
    assert first.lease
    assert second.lease is None

    kept = await road.keep(store, turn(first.lease, first.inbox_id))

    assert [row.id for row in kept.more] == [second.inbox_id]
    last = await road.keep(store, turn(first.lease, second.inbox_id))
    assert last.more == ()


async def test_a_lost_lease_commits_nothing(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    later = NOW + timedelta(seconds=31)
    (stolen,) = await inbox.sweep(store, owner="other", now=later, lease_seconds=30, limit=9)

    with pytest.raises(LeaseLost):
        await road.keep(store, turn(first.lease, first.inbox_id, ticket=report()))

    assert await queue(store) == ()
    kept = await road.keep(store, turn(stolen, first.inbox_id, now=later))
    assert len(kept.reply_ids) == 1


async def test_every_walk_is_counted_before_it_begins(store: Store) -> None:
    first = await received(store, message("1"))
    lease = first.lease
    walks = []
    for round_ in range(1, 4):
        assert lease
        loaded = await road.load(store, lease, now=NOW)
        walks.append(loaded.waiting[0].walks)
        await road.release(store, lease)
        (lease,) = await inbox.sweep(
            store, owner="test", now=NOW + timedelta(seconds=round_), lease_seconds=30, limit=9
        )

    assert walks == [1, 2, 3]


async def test_nobody_sweeps_what_somebody_walks(store: Store) -> None:
    await received(store, message("1"))

    assert await inbox.sweep(store, owner="other", now=NOW, lease_seconds=30, limit=9) == ()


async def test_the_bucket_refuses_a_flood_but_never_an_emergency(store: Store) -> None:
    bucket = Bucket(name="reporter:x", per_second=0.1, burst=2)
    await received(store, message("1"), bucket=bucket)
    await received(store, message("2"), bucket=bucket)

    with pytest.raises(TooFast):
        await received(store, message("3"), bucket=bucket)
    urgent = NewInbound(
        channel="telegram",
        account="child",
        external_id="4",
        sent_at=NOW,
        received_at=NOW,
        body={},
        lane=Lane.EMERGENCY,
    )
    emergency = await received(store, urgent, bucket=bucket)

    assert not emergency.seen_before
    again = await received(store, message("3"), now=NOW + timedelta(seconds=60), bucket=bucket)
    assert not again.seen_before


async def test_a_report_opens_one_ticket_with_one_event(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease

    kept = await road.keep(store, turn(first.lease, first.inbox_id, ticket=report()))

    assert kept.ticket_opened
    assert kept.became_critical
    assert kept.ticket
    assert kept.ticket.number == "PT-2026-000001"
    assert kept.ticket.first_message_at == NOW - timedelta(seconds=2)
    happened = await events.ticket_events(store, kept.ticket.id)
    assert [event.kind for event in happened] == ["ticket_opened"]
    assert happened[0].detail["reasons"] == ["floor:hit_now"]


async def test_a_second_report_enriches_and_never_lowers(store: Store) -> None:
    first = await received(store, message("1"))
    second = await received(store, message("2"))
    assert first.lease
    opened = await road.keep(store, turn(first.lease, first.inbox_id, ticket=report()))
    assert opened.ticket

    kept = await road.keep(
        store,
        turn(
            first.lease,
            second.inbox_id,
            ticket=report(Urgency.NORMAL),
            ticket_id=opened.ticket.id,
        ),
    )

    assert kept.ticket
    assert kept.ticket.id == opened.ticket.id
    assert kept.ticket.urgency is Urgency.CRITICAL
    assert not kept.ticket_opened
    assert kept.ticket.state is TicketState.NEW


async def test_replies_wait_for_delivery_in_their_order(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    await road.keep(
        store,
        turn(
            first.lease,
            first.inbox_id,
            replies=(NewOutbound(body={"text": "một"}), NewOutbound(body={"text": "hai"})),
        ),
    )

    rows = await claimed(store)
    assert [row.body["text"] for row in rows] == ["một"]
    assert rows[0].recipient == "child"
    await outbox.mark_sent(store, rows[0].id, vendor_id="v1", now=NOW)
    assert [row.body["text"] for row in await claimed(store)] == ["hai"]


async def test_rescue_words_overtake_a_reply_that_is_stuck(store: Store) -> None:
    first = await received(store, message("1"))
    second = await received(store, message("2"))
    assert first.lease
    await road.keep(store, turn(first.lease, first.inbox_id))
    (stuck,) = await claimed(store)
    await outbox.mark_retry(
        store, stuck.id, due_at=NOW + timedelta(hours=1), error="ChannelDown", in_doubt=False
    )
    rescue = NewOutbound(body={"text": "gọi 115"}, lane=Lane.EMERGENCY)
    await road.keep(store, turn(first.lease, second.inbox_id, replies=(rescue,)))

    assert [row.body["text"] for row in await claimed(store)] == ["gọi 115"]


async def test_a_send_in_doubt_is_repeated_and_counted(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    await road.keep(store, turn(first.lease, first.inbox_id))
    (row,) = await claimed(store)

    (again,) = await claimed(store, now=NOW + timedelta(seconds=61))

    assert again.id == row.id
    assert again.attempts == 2
    (letter,) = await dead_letters(store)
    assert letter.doubts == 1


async def test_what_must_not_be_repeated_becomes_a_dead_letter(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    once = NewOutbound(body={"text": "tin"}, repeat_in_doubt=False)
    await road.keep(store, turn(first.lease, first.inbox_id, replies=(once,)))
    await claimed(store)

    assert await claimed(store, now=NOW + timedelta(seconds=61)) == ()


async def test_a_thread_is_read_from_a_cursor_on(store: Store) -> None:
    first = await received(store, message("1", "alo"))
    assert first.lease
    await road.keep(store, turn(first.lease, first.inbox_id))
    entries = await threads.thread(store, first.conversation_id)
    second = await received(store, message("2", "con so"))

    news = await threads.thread(store, first.conversation_id, after=entries[-1].cursor)

    assert [entry.from_reporter for entry in entries] == [True, False]
    assert [entry.inbox_id for entry in news] == [second.inbox_id]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-2-3", "-", "٣-٣", "9" * 40 + "-1", "-1-1"])
async def test_a_strange_cursor_harms_nobody(store: Store, cursor: str) -> None:
    first = await received(store, message("1", "alo"))

    await threads.thread(store, first.conversation_id, after=cursor)


async def test_replies_to_a_message_are_unknown_until_the_turn_is_kept(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    assert await threads.replies_to(store, first.inbox_id) is None

    await road.keep(store, turn(first.lease, first.inbox_id))

    replies = await threads.replies_to(store, first.inbox_id)
    assert replies
    assert replies[0].body["text"] == "chào bạn"


async def claimed(store: Store, *, now: datetime = NOW):  # type: ignore[no-untyped-def]  # rows
    return await outbox.claim(
        store,
        owner="test",
        channel="telegram",
        lanes=tuple(Lane),
        now=now,
        claim_seconds=60,
        limit=9,
    )


async def test_an_id_that_comes_again_with_other_words_is_another_message(store: Store) -> None:
    first = await received(store, message("1", "alo"))
    other = await received(store, message("1", "con toi rot xuong kinh"))
    again = await received(store, message("1", "con toi rot xuong kinh"))
    stranger = await received(store, message("1", "chao", account="somebody else"))

    assert not other.seen_before
    assert other.inbox_id != first.inbox_id
    assert again.inbox_id == other.inbox_id
    assert again.seen_before
    assert not stranger.seen_before


async def test_an_erased_person_who_writes_again_is_a_stranger_who_is_heard(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    await road.keep(store, turn(first.lease, first.inbox_id))
    await store.vault.forget(first.conversation_id)

    second = await received(store, message("2", "cuu con voi"))

    assert second.conversation_id != first.conversation_id
    assert second.lease
    loaded = await road.load(store, second.lease, now=NOW)
    assert loaded.waiting[0].body["content"]["text"] == "cuu con voi"
    assert await threads.thread(store, first.conversation_id) == ()
    await road.keep(store, turn(second.lease, second.inbox_id))
    assert [row.recipient for row in await claimed(store)] == ["child"]


async def test_what_waits_in_an_erased_conversation_is_settled(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    await store.vault.forget(first.conversation_id)

    with pytest.raises(Erased):
        await road.load(store, first.lease, now=NOW)
    await road.discard(store, first.lease, now=NOW)

    later = NOW + timedelta(minutes=5)
    assert await inbox.sweep(store, owner="x", now=later, lease_seconds=30, limit=9) == ()


async def test_a_broken_state_starts_anew_and_a_broken_body_is_shown_as_such(store: Store) -> None:
    first = await received(store, message("1"))
    assert first.lease
    await road.keep(store, turn(first.lease, first.inbox_id))
    second = await received(store, message("2"))
    third = await received(store, message("3", "con so"))
    await store.db.transaction(lambda connection: _break(connection, second.inbox_id))
    assert second.lease

    loaded = await road.load(store, second.lease, now=NOW)

    assert "introduced" not in loaded.state
    assert [row.body["type"] for row in loaded.waiting] == ["unreadable", "text"]
    assert loaded.waiting[0].walks > 3
    entries = await threads.thread(store, first.conversation_id)
    assert [entry.inbox_id for entry in entries if entry.from_reporter][-1] == third.inbox_id


def _break(connection: Connection, inbox_id: int) -> None:
    connection.execute(
        update(inbox_table).where(inbox_table.c.id == inbox_id).values(body_sealed=b"x")
    )
    connection.execute(update(conversations).values(state_sealed=b"x"))
