"""The alarm on both engines with a clock that is moved by hand."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from intake.service import Service
from intake.timekeeper import Timekeeper
from nlu.labels import Urgency
from storage import events, tickets
from storage.rows import EventRow, Lane, NewOutbound, OutboxRow, TicketRow, TicketState
from storage.store import Store
from storage.tables import alarms
from storage.tables import outbox as outbox_table
from storage.tables import tickets as ticket_table
from storage.talks import outbox
from storage.words import speech
from tests.tickets_made import (
    BEATEN,
    DROWNING,
    HAZARD,
    add_user,
    enrich,
    lower_by_two,
    open_ticket,
    write,
)


async def _rung(store: Store) -> list[EventRow]:
    found = await events.events_after(store, 0, limit=1000)
    return [event for event in found if event.kind == "alarm_rung"]


async def _sends(store: Store, now: Any) -> tuple[OutboxRow, ...]:
    sends: tuple[OutboxRow, ...] = ()
    for channel in ("telegram", "alarm_webhook"):
        sends += await outbox.claim(
            store, owner="d", channel=channel, lanes=(Lane.EMERGENCY,), now=now,
            claim_seconds=0.001, limit=100,
        )  # fmt: skip
    return sends


def _spoken(service: Service) -> list[str]:
    return [kind for _, kind in service.desk.spoken]  # type: ignore[attr-defined]  # the fake


async def test_a_critical_ticket_rings_tier_by_tier_until_somebody_takes_it(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    operator = await add_user(store, clock())
    chief = await add_user(store, clock(), role="supervisor")
    begun = clock()
    ticket = await open_ticket(store, clock(), BEATEN)

    await pass_time(440)

    rung = await _rung(store)
    assert [(event.at - begun).total_seconds() for event in rung] == [0, 60, 120, 180, 300, 420]
    assert [set(event.detail["recipients"]) for event in rung][:3] == [
        {duty.id}, {duty.id, operator.id}, {duty.id, operator.id, chief.id}
    ]  # fmt: skip
    assert [event.detail["ways"] for event in rung][2:4] == [
        ["console"], ["console", "telegram", "webhook"]
    ]  # fmt: skip
    assert _spoken(service) == []

    await tickets.claim_ticket(store, ticket.id, user_id=operator.id, now=clock())
    await speech.say(
        store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=operator.id,
        message=NewOutbound(body={"text": "mình đây"}, is_pulled=True),
        now=clock(),
    )
    await pass_time(600)
    assert len(await _rung(store)) == 6


async def test_life_in_minutes_rings_all_ways_at_once_and_tells_the_truth_at_30_seconds(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True, staff_chat="4711")
    chief = await add_user(store, clock(), role="supervisor")
    ticket = await open_ticket(store, clock(), DROWNING)

    await pass_time(0)
    assert len(await _rung(store)) == 1
    sends = await _sends(store, clock())
    assert sorted((send.channel, send.recipient) for send in sends) == [
        ("alarm_webhook", "webhook"), ("telegram", "-1000000000001"), ("telegram", "4711")
    ]  # fmt: skip
    assert chief.id in (await _rung(store))[0].detail["recipients"]

    await pass_time(29)
    assert _spoken(service) == []
    await pass_time(1)
    assert service.desk.spoken == [(ticket.conversation_id, "nobody_answered")]  # type: ignore[attr-defined]  # the fake
    await pass_time(90)
    assert len(await _rung(store)) == 2
    assert _spoken(service) == ["nobody_answered"]


async def test_taken_within_30_seconds_the_reporter_is_told_nothing(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), DROWNING)
    await pass_time(20)

    await tickets.claim_ticket(store, ticket.id, user_id=duty.id, now=clock())
    await pass_time(60)

    assert _spoken(service) == []
    assert len(await _rung(store)) == 1


async def test_an_empty_rota_is_said_at_once(
    store: Store, service: Service, clock, pass_time
) -> None:
    chief = await add_user(store, clock(), role="supervisor")
    await open_ticket(store, clock(), BEATEN)

    await pass_time(0)

    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds[-2:] == ["alarm_rung", "rota_empty"]
    assert (await _rung(store))[0].detail["recipients"] == [chief.id]
    assert _spoken(service) == ["nobody_on_duty"]
    await pass_time(125)
    assert len(await _rung(store)) == 2
    assert _spoken(service) == ["nobody_on_duty"]


async def test_what_leaves_the_house_is_number_urgency_commune_and_link_and_nothing_else(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True, staff_chat="4711")
    ticket = await open_ticket(store, clock(), DROWNING)
    await pass_time(0)

    link = f"https://langnghe.example/console/tickets/{ticket.number}"
    for send in await _sends(store, clock()):
        body = {key: value for key, value in send.body.items() if value}
        if send.channel == "telegram":
            assert body == {
                "text": f"🔔 {ticket.number} · KHẨN CẤP · Xã Óc Eo\n{link}", "is_urgent": True
            }  # fmt: skip
        else:
            assert body == {
                "text": f'{{"number": "{ticket.number}", "urgency": "critical", '
                f'"commune": "Xã Óc Eo", "link": "{link}"}}'
            }
        assert send.lane is Lane.EMERGENCY
        assert send.repeat_in_doubt
    (event,) = await _rung(store)
    assert set(event.detail) == {
        "number", "urgency", "commune", "tier", "ways", "recipients", "why"
    }  # fmt: skip


async def test_claiming_stops_what_was_not_sent_yet(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), DROWNING)
    await pass_time(0)

    await tickets.claim_ticket(store, ticket.id, user_id=duty.id, now=clock())

    assert await _sends(store, clock()) == ()


async def test_a_send_that_fails_after_the_claim_is_not_tried_again(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), DROWNING)
    await pass_time(0)
    under_way, answered = await _sends(store, clock())

    await tickets.claim_ticket(store, ticket.id, user_id=duty.id, now=clock())
    await outbox.mark_retry(
        store, under_way.id, due_at=clock(), error="ChannelDown", in_doubt=False
    )
    await outbox.mark_sent(store, answered.id, vendor_id="7", now=clock())

    clock.forward(3600)
    assert await _sends(store, clock()) == ()
    states = await store.db.read(
        lambda c: dict(c.execute(select(outbox_table.c.id, outbox_table.c.state)).all())
    )
    assert states == {under_way.id: "dead", answered.id: "sent"}


async def test_a_holder_who_leaves_the_reporter_unanswered_is_rung_then_everybody(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    other = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    claimed = clock()

    await pass_time(250)

    rung = await _rung(store)
    assert [(event.at - claimed).total_seconds() for event in rung] == [120, 240]
    assert [event.detail["why"] for event in rung] == ["silent", "silent"]
    assert rung[0].detail["recipients"] == [holder.id]
    assert set(rung[1].detail["recipients"]) == {holder.id, other.id}


async def test_an_answer_ends_the_silence_and_the_next_message_begins_another(
    store: Store, service: Service, clock, pass_time
) -> None:
    holder = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN, account="r")
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())

    async def answer() -> None:
        await speech.say(
            store,
            conversation_id=ticket.conversation_id,
            ticket_id=ticket.id,
            user_id=holder.id,
            message=NewOutbound(body={"text": "mình đây"}, is_pulled=True),
            now=clock(),
        )

    async def reporter_writes() -> None:
        await write(store, clock(), account="r")
        await enrich(store, ticket, clock(), HAZARD)

    await pass_time(60)
    await answer()
    await pass_time(600)
    assert await _rung(store) == []

    for _ in range(4):  # a child that writes every 50 s does not put the ring off
        await reporter_writes()
        await pass_time(50)
    assert len(await _rung(store)) == 1
    await answer()
    await pass_time(600)
    assert len(await _rung(store)) == 1


async def test_the_reporter_is_not_knocked_up_by_a_truth_that_comes_late(
    store: Store, service: Service, clock, pass_time
) -> None:
    """The service was down for five minutes: on a messenger nothing is pushed now."""
    await open_ticket(store, clock(), DROWNING)
    await store.db.transaction(
        lambda c: c.execute(update(ticket_table).values(channel="telegram")).rowcount
    )
    clock.forward(300)

    await pass_time(60)

    assert _spoken(service) == []
    assert len(await _rung(store)) >= 1


async def test_after_an_outage_the_missed_tiers_follow_at_once_but_not_every_repeat(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    await open_ticket(store, clock(), BEATEN)
    clock.forward(3600)

    await pass_time(0)

    assert [event.detail["tier"] for event in await _rung(store)] == [0, 1, 2, 3]


async def test_a_ticket_raised_by_a_person_rings_unless_somebody_holds_it(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    free, held = await open_ticket(store, clock()), await open_ticket(store, clock())
    await tickets.claim_ticket(store, held.id, user_id=duty.id, now=clock())
    for ticket in (free, held):
        await tickets.change_urgency(
            store, ticket.id, urgency=Urgency.CRITICAL, reason="nặng hơn", user_id=duty.id,
            now=clock(),
        )  # fmt: skip

    await pass_time(0)

    assert [event.ticket_id for event in await _rung(store)] == [free.id]
    await lower_by_two(store, free, Urgency.HIGH, clock())
    await pass_time(300)
    assert len([e for e in await _rung(store) if e.ticket_id == free.id]) == 1


async def test_a_released_or_reopened_ticket_rings_again_from_the_beginning(
    store: Store, service: Service, clock, pass_time
) -> None:
    duty = await add_user(store, clock(), is_on_duty=True)
    ticket = await open_ticket(store, clock(), BEATEN)
    await pass_time(0)

    async def claim() -> None:
        await tickets.claim_ticket(store, ticket.id, user_id=duty.id, now=clock())

    await claim()
    await tickets.release_ticket(store, ticket.id, user_id=duty.id, reason="ca", now=clock())
    await pass_time(0)
    assert [event.detail["tier"] for event in await _rung(store)] == [0, 0]

    await claim()
    for to in (TicketState.RESOLVED, TicketState.CLOSED):
        await tickets.move_ticket(store, ticket.id, to=to, reason="", user_id=duty.id, now=clock())
    await pass_time(600)
    assert len(await _rung(store)) == 2
    await enrich(store, ticket, clock(), BEATEN)
    await pass_time(60)
    assert [event.detail["tier"] for event in await _rung(store)] == [0, 0, 0, 1]


async def test_a_ringing_ticket_that_becomes_life_in_minutes_rings_everybody_now(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    await add_user(store, clock(), role="supervisor")
    ticket = await open_ticket(store, clock(), BEATEN)
    await pass_time(10)

    await enrich(store, ticket, clock(), DROWNING)
    await pass_time(0)

    rung = await _rung(store)
    assert len(rung) == 2
    assert len(rung[1].detail["recipients"]) == 2
    assert "webhook" in rung[1].detail["ways"]


async def test_a_ticket_that_is_not_critical_does_not_ring(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    await open_ticket(store, clock(), replace(HAZARD, urgency=Urgency.HIGH))

    await pass_time(600)

    assert await _rung(store) == []


async def test_ways_that_are_not_set_up_are_left_out(
    store: Store, service_on, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True, staff_chat="4711")
    service = service_on(store, "p2", "nothing")
    await open_ticket(store, clock(), DROWNING)

    await Timekeeper(service, "p2").run_due()

    ways = await store.db.read(lambda c: c.execute(select(alarms.c.way)).scalars().all())
    assert ways == ["console"]


async def test_what_is_sealed_says_nothing_in_the_table(
    store: Store, service: Service, clock, pass_time
) -> None:
    await add_user(store, clock(), is_on_duty=True, staff_chat="4711")
    ticket: TicketRow = await open_ticket(store, clock(), DROWNING)
    await pass_time(0)

    rows = await store.db.read(
        lambda c: c.exec_driver_sql("SELECT recipient_sealed, body_sealed FROM outbox").all()
    )

    assert len(rows) == 3
    for recipient, body in rows:
        assert b"4711" not in bytes(recipient)
        assert ticket.number.encode() not in bytes(body)
