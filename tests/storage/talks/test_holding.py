"""Texts that wait for TIẾP: held under the lock, given in their order, never lost."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nlu.labels import Intent, Urgency
from storage import schema, tickets, timers
from storage.events import events_after
from storage.rows import (
    Keep,
    Kept,
    Lane,
    NewInbound,
    NewOutbound,
    OutboxRow,
    OutboxState,
    TicketChange,
    TicketRow,
)
from storage.store import Store
from storage.tables import outbox as outbox_table
from storage.talks import knocks, outbox, road, threads, unlocking
from storage.talks.inbox import receive
from storage.talks.letters import dead_letters
from storage.talks.standing import TurnHold
from storage.words import speech
from tests.engines import Urls
from tests.tickets_made import add_user

NOW = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
_TICKET = TicketChange(
    kind=Intent.SEXUAL_ABUSE, urgency=Urgency.HIGH, danger=None, commune_code=None
)


async def hears(
    store: Store,
    *,
    now: datetime = NOW,
    hold: TurnHold | None = None,
    change: TicketChange | None = _TICKET,
    state: Mapping[str, Any] | None = None,
    replies: tuple[NewOutbound, ...] = (),
    body: Mapping[str, Any] | None = None,
) -> Kept:
    """Let the reporter write, and keep a turn."""
    received = await receive(
        store,
        NewInbound(
            channel="telegram",
            account="child",
            external_id=now.isoformat(),
            sent_at=now,
            received_at=now,
            body=body or {"type": "text", "text": "…"},
        ),
        owner="test",
        now=now,
        lease_seconds=30,
        bucket=None,
    )
    assert received.lease
    loaded = await road.load(store, received.lease, now=now)
    return await road.keep(
        store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=now,
            state=state or {},
            replies=replies,
            ticket=change,
            ticket_id=loaded.ticket.id if loaded.ticket else None,
            hold=hold or TurnHold(),
        ),
    )


async def ticket_of(store: Store, **more: Any) -> TicketRow:
    kept = await hears(store, **more)
    assert kept.ticket
    return kept.ticket


async def writes(
    store: Store,
    ticket: TicketRow,
    text: str,
    *,
    now: datetime = LATER,
    user_id: str | None = None,
    override: str = "",
    is_pulled: bool = False,
) -> speech.Written:
    """Let an operator write, or a line of ours be said."""
    return await speech.say(
        store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=user_id,
        message=NewOutbound(
            body={"text": text}, author=user_id or "bot", is_pulled=is_pulled, lane=Lane.REPLY
        ),
        now=now,
        override=override,
    )


async def claimed(store: Store, now: datetime) -> tuple[OutboxRow, ...]:
    """Take all that is due, one after another, as the delivery does."""
    taken: tuple[OutboxRow, ...] = ()
    while rows := await outbox.claim(
        store,
        owner="test",
        channel="telegram",
        lanes=tuple(Lane),
        now=now,
        claim_seconds=25,
        limit=16,
    ):
        for row in rows:
            await outbox.mark_sent(store, row.id, vendor_id="1", now=now)
        taken += rows
    return taken


async def texts(store: Store, now: datetime) -> list[str]:
    return [row.body["text"] for row in await claimed(store, now)]


async def kinds(store: Store) -> list[str]:
    return [event.kind for event in await events_after(store, 0)]


async def test_within_two_minutes_words_go_out_and_later_they_wait(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)

    early = await writes(store, ticket, "sớm", now=NOW + timedelta(seconds=119), user_id=lan)
    late = await writes(store, ticket, "trễ", now=NOW + timedelta(seconds=121), user_id=lan)

    assert (early.is_held, late.is_held) == (False, True)
    assert await texts(store, NOW + timedelta(seconds=119)) == ["sớm"]


async def test_what_waits_keeps_its_place_before_what_comes_later(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "một", user_id=lan)
    await hears(store, now=LATER + timedelta(minutes=1))  # not TIẾP: it may be anybody

    second = await writes(store, ticket, "hai", now=LATER + timedelta(minutes=2), user_id=lan)

    assert second.is_held
    assert await texts(store, LATER + timedelta(minutes=2)) == []


async def test_what_the_machine_says_of_now_does_not_queue_behind_what_waits(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "một", user_id=lan)
    await hears(store, now=LATER)

    line = await writes(store, ticket, "chưa ai trả lời", now=LATER + timedelta(seconds=30))

    assert not line.is_held
    assert await texts(store, LATER + timedelta(seconds=30)) == ["chưa ai trả lời"]


async def test_a_live_location_that_moves_on_is_nobody_who_writes(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)

    await hears(store, now=LATER, body={"type": "location", "is_edit": True})

    written = await writes(store, ticket, "cô đây", now=LATER, user_id=lan)
    assert written.is_held


async def test_a_held_text_survives_a_restart_and_goes_out_in_order(urls: Urls) -> None:
    async with urls.open() as store:
        lan = (await add_user(store, NOW)).id
        ticket = await ticket_of(store)
        await writes(store, ticket, "ai đang viết")
        await writes(store, ticket, "một", user_id=lan)
        await writes(store, ticket, "hai", user_id=lan)

    async with urls.open() as store:
        loaded = await road.peek(store, ticket.conversation_id, now=LATER)
        assert loaded.standing.held == 3
        assert loaded.state["words_wait"] is True
        assert await texts(store, LATER) == []
        answer = (NewOutbound(body={"text": "mình đây"}),)
        at = LATER + timedelta(hours=1)
        await hears(store, now=at, hold=TurnHold(gives=True), replies=answer)

        assert await texts(store, at) == ["ai đang viết", "một", "hai", "mình đây"]
        assert (await road.peek(store, ticket.conversation_id, now=at)).standing.held == 0
        assert "held_given" in await kinds(store)


async def test_after_exit_nothing_goes_out_not_even_what_was_pending(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store, replies=(NewOutbound(body={"text": "đang gửi"}),))

    bye = (NewOutbound(body={"text": "chúc vui"}),)
    at = NOW + timedelta(seconds=5)
    await hears(store, now=at, change=None, hold=TurnHold(is_hushed=True), replies=bye)
    written = await writes(store, ticket, "cô đây", now=at, user_id=lan, override="vì gấp lắm")

    assert written.is_held
    assert await texts(store, at) == ["chúc vui"]
    assert "knock_overridden" not in await kinds(store)


async def test_an_override_needs_a_critical_ticket(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)

    written = await writes(store, ticket, "cô đây", user_id=lan, override="vì gấp lắm")

    assert written.is_held


async def test_an_override_sends_its_own_words_alone_and_keeps_the_reason(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    critical = TicketChange(
        kind=Intent.SEXUAL_ABUSE, urgency=Urgency.CRITICAL, danger=None, commune_code=None
    )
    ticket = await ticket_of(store, change=critical)
    await writes(store, ticket, "chờ", user_id=lan)

    written = await writes(store, ticket, "mở cửa", user_id=lan, override="công an tới cửa")

    assert not written.is_held
    assert await texts(store, LATER) == ["mở cửa"]
    detail = await tickets.look_again(store, ticket.number)
    assert detail
    (event,) = [one for one in detail.events if one.kind == "knock_overridden"]
    assert (event.note, event.actor_id) == ("công an tới cửa", lan)


async def test_what_a_vendor_does_not_take_in_time_is_held_and_rescue_words_are_not(
    store: Store,
) -> None:
    rescue = NewOutbound(body={"text": "gọi 113"}, lane=Lane.EMERGENCY)
    ticket = await ticket_of(store, replies=(rescue, NewOutbound(body={"text": "em kể đi"})))

    assert await texts(store, LATER) == ["gọi 113"]

    loaded = await road.peek(store, ticket.conversation_id, now=LATER)
    assert loaded.standing.held == 1


async def test_a_knock_is_sent_once_and_noted(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "cô đây", user_id=lan)

    assert await knocked(store, ticket, LATER)

    assert await texts(store, LATER) == ["có tin"]
    assert (await road.peek(store, ticket.conversation_id, now=LATER)).standing.is_knocked
    assert "knock_sent" in await kinds(store)
    await hears(store, now=LATER + timedelta(minutes=1))
    assert not (await road.peek(store, ticket.conversation_id, now=LATER)).standing.is_knocked


async def test_a_knock_is_not_sent_when_the_reporter_wrote_meanwhile(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "cô đây", user_id=lan)
    seen = (await road.peek(store, ticket.conversation_id, now=LATER)).standing

    await hears(store, now=LATER + timedelta(seconds=1), hold=TurnHold(is_hushed=True))

    assert not await knocked(store, ticket, LATER + timedelta(seconds=2), seen=seen)
    assert await texts(store, LATER + timedelta(seconds=2)) == []


@pytest.mark.parametrize("hold", [TurnHold(gives=True), TurnHold(is_hushed=True)])
async def test_a_knock_on_its_way_is_dropped_when_the_reporter_reads_or_leaves(
    store: Store, hold: TurnHold
) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "cô đây", user_id=lan)
    await knocked(store, ticket, LATER)

    at = LATER + timedelta(seconds=1)
    await hears(store, now=at, hold=hold)

    assert "có tin" not in await texts(store, at)
    assert await dead_letters(store) == ()


async def test_a_knock_that_comes_after_its_time_is_none(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    await writes(store, ticket, "cô đây", user_id=lan)
    await knocked(store, ticket, LATER)

    assert await texts(store, LATER + timedelta(hours=2)) == []


async def test_on_a_page_only_exit_holds_and_what_is_given_gets_new_places(store: Store) -> None:
    lan = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)
    shown = await writes(store, ticket, "trước", user_id=lan, is_pulled=True)
    await hears(store, now=LATER, change=None, hold=TurnHold(is_hushed=True, is_pulled=True))
    held = await writes(store, ticket, "sau", user_id=lan, is_pulled=True)
    seen = await threads.thread(store, ticket.conversation_id)

    at = LATER + timedelta(minutes=1)
    await hears(store, now=at, hold=TurnHold(gives=True, is_pulled=True))

    assert (shown.is_held, held.is_held) == (False, True)
    assert "sau" not in [entry.body["text"] for entry in seen]
    new = await threads.thread(store, ticket.conversation_id, after=seen[-1].cursor)
    assert [(one.body["text"], one.state) for one in new if not one.from_reporter] == [
        ("sau", OutboxState.SENT)
    ]


async def test_a_supervisor_opens_the_composer_with_a_reason_and_what_waits_goes_on_waiting(
    store: Store,
) -> None:
    hoa = (await add_user(store, NOW)).id
    taken = TicketChange(
        kind=Intent.SEXUAL_ABUSE,
        urgency=Urgency.HIGH,
        danger=None,
        commune_code=None,
        facts={"phone_changed_hands": True, "child_age": 12},
    )
    state = {"phone_taken": True, "safe_times": "00:00-24:00", "intent": "sexual_abuse"}
    ticket = await ticket_of(store, change=taken, state=state, hold=TurnHold(is_hushed=True))
    await writes(store, ticket, "cô đây", user_id=hoa)

    await unlocking.unlock_composer(
        store,
        ticket.id,
        reason="em gọi điện lại rồi",
        user_id=hoa,
        forgets={"phone_taken": False, "safe_times": ""},
        now=LATER,
    )

    detail = await tickets.look_again(store, ticket.number)
    assert detail
    assert detail.ticket.facts["phone_changed_hands"] is False
    assert detail.ticket.facts["child_age"] == 12
    assert detail.events[-1].note == "em gọi điện lại rồi"
    loaded = await road.peek(store, ticket.conversation_id, now=LATER)
    assert loaded.state["phone_taken"] is False
    assert loaded.state["intent"] == "sexual_abuse"
    assert not loaded.standing.is_hushed
    assert await texts(store, LATER) == []


async def test_the_composer_is_not_opened_without_a_reason(store: Store) -> None:
    hoa = (await add_user(store, NOW)).id
    ticket = await ticket_of(store)

    with pytest.raises(tickets.ReasonMissing):
        await unlocking.unlock_composer(
            store, ticket.id, reason="  ", user_id=hoa, forgets={}, now=LATER
        )


async def test_going_down_a_step_pushes_nothing_that_waited(urls: Urls) -> None:
    async with urls.open() as store:
        lan = (await add_user(store, NOW)).id
        ticket = await ticket_of(store)
        await writes(store, ticket, "cô đây", user_id=lan)

    schema.migrate(urls.database_url, "0006")
    schema.migrate(urls.database_url)

    async with urls.open() as store:
        states = await store.db.read(
            lambda connection: connection.execute(select(outbox_table.c.state)).scalars().all()
        )
        assert states == [OutboxState.DEAD]


async def knocked(store: Store, ticket: TicketRow, now: datetime, **more: Any) -> bool:
    """Let the timer of the conversation knock, with an hour to do it in."""
    due = await timers.claim_due(store, owner="test", now=now, claim_seconds=5, limit=9)
    (timer,) = [one for one in due if one.kind == "knock"]
    seen = more.get("seen") or (await road.peek(store, ticket.conversation_id, now=now)).standing
    return await knocks.knock(
        store,
        timer,
        message=NewOutbound(body={"text": "có tin"}, repeat_in_doubt=False),
        seen=seen,
        until=now + timedelta(hours=1),
        now=now,
    )
