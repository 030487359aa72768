"""Calls in rows, on both engines: once is once, whatever comes twice or at the same time."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from nlu.labels import Intent, Urgency
from storage.calls.drafts import drafts_left
from storage.calls.reports import CallReport
from storage.errors import NotFound
from storage.housekeeping import tidy
from storage.rows import TicketChange, TicketState
from storage.store import Store
from storage.telephone import calls
from storage.telephone.calls import NewStep, PhoneCall
from storage.telephone.tables import phone_calls
from storage.telephone.taking import Taken, end_call, take_call
from storage.tickets import look_again, queue
from tests.conftest import Clock
from tests.tickets_made import add_user

CALLER = "+84900000011"
QUIET = ("short", "missed", "silent")


async def begun(store: Store, now: datetime, sid: str = "CA1", number: str = CALLER) -> PhoneCall:
    call = await calls.new_call(store, sid, number, {"step": "menu"}, now=now)
    await calls.keep_step(store, call, step(call, f"begin {sid}"), now=now)
    found = await calls.find_call(store, sid)
    assert found is not None
    return found


async def again(store: Store, call: PhoneCall) -> PhoneCall:
    found = await calls.call_of(store, call.id)
    assert found is not None
    return found


def step(call: PhoneCall, event: str, **more: object) -> NewStep:
    plain = NewStep(event=event, turn=call.turn, state={"step": "next"}, answer=f"answer {event}")
    return replace(plain, **more)  # type: ignore[arg-type]  # fields of the row


def report(call: PhoneCall, now: datetime, urgency: Urgency = Urgency.CRITICAL) -> CallReport:
    change = TicketChange(
        kind=Intent.TALK_TO_HUMAN,
        urgency=urgency,
        danger=None,
        commune_code=None,
        facts={"form": {"caller_number": call.number}},
    )
    notes: Mapping[str, object] = {"type": "text", "content": {"text": "gọi"}, "noted_by": "bot"}
    return CallReport(
        id=call.id, user_id="", channel="phone", change=change, notes=notes,
        begun_at=now, now=now, is_kept=False,
    )  # fmt: skip


async def test_an_event_seen_before_gets_its_answer_and_opens_no_second_ticket(
    store: Store, clock: Clock
) -> None:
    call = await begun(store, clock())
    first = step(call, "e1", report=report(call, clock()))

    answers = [await calls.keep_step(store, call, first, now=clock()) for _ in range(3)]

    assert set(answers) == {"answer e1"}
    assert await calls.answer_to(store, call, "e1") == "answer e1"
    assert len(await queue(store)) == 1


async def test_of_events_at_the_same_time_one_is_carried_out(store: Store, clock: Clock) -> None:
    call = await begun(store, clock())
    steps = [step(call, f"e{n}", report=report(call, clock())) for n in range(5)]

    answers = await asyncio.gather(
        *(calls.keep_step(store, call, each, now=clock()) for each in steps)
    )

    assert len(set(answers)) == 1
    assert (await again(store, call)).turn == 2
    assert len(await queue(store)) == 1


async def test_a_number_is_nowhere_in_clear(store: Store, clock: Clock) -> None:
    call = await begun(store, clock())
    await calls.keep_step(store, call, step(call, "e1", answer=f"dial {CALLER}"), now=clock())

    row = await store.db.read(lambda connection: connection.execute(select(phone_calls)).one())

    assert CALLER[1:] not in repr(tuple(row))
    assert (await again(store, call)).number == CALLER


async def test_calls_that_begin_at_the_same_time_are_one(store: Store, clock: Clock) -> None:
    found = await asyncio.gather(*(begun(store, clock()) for _ in range(4)))

    assert len({call.id for call in found}) == 1


async def test_a_call_is_taken_by_one_person_with_its_ticket_and_draft(
    store: Store, clock: Clock
) -> None:
    one, two = await add_user(store, clock()), await add_user(store, clock())
    call = await begun(store, clock())
    await calls.keep_step(store, call, step(call, "e1", report=report(call, clock())), now=clock())

    async def take(user_id: str) -> Taken:
        fields = {"caller_number": CALLER}
        held = await again(store, call)
        return await take_call(store, held, user_id=user_id, fields=fields, now=clock())

    taken = [await take(one.id), await take(two.id), await take(one.id)]

    assert taken == [Taken.OWN, Taken.OTHERS, Taken.OWN]
    [draft] = await drafts_left(store, one.id)
    assert draft.fields == {"caller_number": CALLER}
    [row] = await queue(store)
    assert (row.ticket.holder_id, row.ticket.state) == (one.id, TicketState.ACKNOWLEDGED)
    with pytest.raises(NotFound):
        await take("f" * 32)


async def test_the_second_quiet_call_of_a_day_opens_one_ticket(store: Store, clock: Clock) -> None:
    async def ring(sid: str, number: str = CALLER) -> bool:
        call = await begun(store, clock(), sid, number)
        soft = report(call, clock(), Urgency.NORMAL)
        ticket = await end_call(store, call, "short", quiet=QUIET, soft=soft, now=clock())
        assert await end_call(store, call, "short", quiet=QUIET, soft=soft, now=clock()) is None
        clock.forward(60)
        return ticket is not None

    opened = [await ring("CA1"), await ring("CA2", "0900000011"), await ring("CA3")]
    clock.forward(timedelta(days=1, hours=1).total_seconds())
    opened += [await ring("CA4"), await ring("CA5", "")]

    assert opened == [False, True, False, False, False]
    assert len(await queue(store)) == 1


async def test_a_further_silent_call_joins_the_ticket_of_the_day(
    store: Store, clock: Clock
) -> None:
    for sid in ("CA1", "CA2", "CA3"):
        call = await begun(store, clock(), sid)
        soft = report(call, clock(), Urgency.NORMAL)
        await calls.keep_step(
            store, call, step(call, sid, report=soft, once_a_day=True), now=clock()
        )
        assert (await again(store, call)).ticket_id is not None

    [row] = await queue(store)
    assert row.ticket.urgency is Urgency.HIGH


async def test_a_safe_time_is_kept_with_the_ticket(store: Store, clock: Clock) -> None:
    call = await begun(store, clock())
    first = step(call, "e1", report=report(call, clock()))
    await calls.keep_step(store, call, first, now=clock())
    call = await again(store, call)

    await calls.keep_step(store, call, step(call, "e2", safe_time="Buổi tối"), now=clock())

    [row] = await queue(store)
    detail = await look_again(store, row.ticket.number)
    assert detail is not None
    assert detail.ticket.facts["form"] == {
        "caller_number": CALLER,
        "callback": "yes",
        "callback_times": "Buổi tối",
    }


async def test_after_a_day_a_call_is_forgotten_with_its_key(store: Store, clock: Clock) -> None:
    idle, ticketed = await begun(store, clock(), "CA1"), await begun(store, clock(), "CA2")
    opened = step(ticketed, "e1", report=report(ticketed, clock()))
    await calls.keep_step(store, ticketed, opened, now=clock())
    clock.forward(timedelta(days=1, minutes=1).total_seconds())

    await tidy(store, now=clock())

    assert await calls.call_of(store, idle.id) is None
    assert set(await store.vault.keys([idle.id, ticketed.id])) == {ticketed.id}
    assert len(await queue(store)) == 1
