"""Drills in rows: marked from the first word, one at a time, never against a real alarm."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import tickets, timers
from storage.drills import drill_plan, drills
from storage.drills.drill_marks import drill_numbers
from storage.drills.drill_plan import DrillPlan
from storage.drills.drills import Drill, DrillRuns, Outcome, RealAlarm
from storage.rows import NewInbound, TicketRow, TicketState, TimerRow
from storage.store import Store
from storage.tables import timers as timer_rows
from storage.talks import inbox
from tests.tickets_made import BEATEN, add_user, open_ticket, write

_WITHIN = timedelta(seconds=60)


async def _begin(store: Store, now: Any) -> Drill:
    return await drills.begin_drill(store, "beaten", actor_id="boss", within=_WITHIN, now=now)


async def _report(store: Store, drill: Drill, now: Any) -> TicketRow:
    """The invented report comes in with the drill's tag and becomes a ticket."""
    await inbox.receive(
        store,
        NewInbound(
            channel="web", account="drilled", external_id="m-drill", sent_at=now, received_at=now,
            body={"type": "text", "content": {"text": "thử"}}, source=drill.tag,
        ),
        owner="t", now=now, lease_seconds=1, bucket=None,
    )  # fmt: skip
    await write(store, now, account="drilled")
    return await open_ticket(store, now, BEATEN, account="drilled")


async def _look(store: Store, now: Any) -> None:
    for timer in await timers.claim_due(store, owner="t", now=now, claim_seconds=9, limit=9):
        if timer.kind == drills.DRILL_OVER:
            await drills.finish(store, int(timer.subject), timer=timer, now=now)


async def test_it_ends_when_a_person_took_the_ticket_which_stays_theirs(
    store: Store, clock: Any
) -> None:
    lan = await add_user(store, clock())
    drill = await _begin(store, clock())
    clock.forward(1)
    ticket = await _report(store, drill, clock())
    await drills.note_answer(store, drill.id, now=clock())
    assert await drill_numbers(store, (ticket.number,)) == {ticket.number}
    (row,) = await tickets.queue(store)
    assert row.is_drill
    clock.forward(9)
    await _look(store, clock())
    assert (await drills.look(store, drill.id)).outcome is None  # type: ignore[union-attr]  # it is

    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    clock.forward(5)
    await _look(store, clock())

    (ended,) = await drills.last_drills(store)
    assert ended.outcome is Outcome.ANSWERED
    assert (ended.answered_ms, ended.ticket_ms, ended.human_ms) == (1000, 1000, 10000)
    assert ended.ticket_number == ticket.number
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert detail.ticket.holder_id == lan.id


async def test_nobody_came_is_kept_and_the_ticket_falls_silent(store: Store, clock: Any) -> None:
    drill = await _begin(store, clock())
    ticket = await _report(store, drill, clock())

    clock.forward(60)
    await _look(store, clock())

    (ended,) = await drills.last_drills(store)
    assert (ended.outcome, ended.human_ms) == (Outcome.NOBODY, None)
    detail = await tickets.look_again(store, ticket.number)
    assert detail is not None
    assert detail.ticket.state is TicketState.CLOSED
    assert await drills.running(store) is None


async def test_a_report_that_did_not_get_through_is_kept_as_that(store: Store, clock: Any) -> None:
    await _begin(store, clock())

    clock.forward(60)
    await _look(store, clock())

    (ended,) = await drills.last_drills(store)
    assert (ended.outcome, ended.ticket_ms) == (Outcome.BROKEN, None)


async def test_there_is_one_drill_at_a_time(store: Store, clock: Any) -> None:
    first = await _begin(store, clock())
    with pytest.raises(DrillRuns):
        await _begin(store, clock())

    clock.forward(60)
    await _look(store, clock())

    assert (await _begin(store, clock())).id > first.id


async def test_no_drill_begins_while_a_real_report_waits(store: Store, clock: Any) -> None:
    lan = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    with pytest.raises(RealAlarm):
        await _begin(store, clock())

    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())

    await _begin(store, clock())


async def test_a_real_report_is_never_taken_for_a_drill(store: Store, clock: Any) -> None:
    await _begin(store, clock())

    ticket = await open_ticket(store, clock(), BEATEN)

    assert await drill_numbers(store, (ticket.number,)) == frozenset()


async def _begin_planned(store: Store, timer: TimerRow, now: datetime) -> Drill | None:
    return await drill_plan.begin_planned(
        store, timer, "beaten", actor_id="rota", within=_WITHIN, now=now
    )


@pytest.mark.parametrize("waits", ["a real report", "another drill", "too late"])
async def test_a_weekly_drill_that_does_not_suit_waits_for_next_week(
    store: Store, clock: Any, waits: str
) -> None:
    wanted = DrillPlan(weekday=3, start_minute=600)
    await drill_plan.set_plan(store, wanted, actor_id="boss", now=clock())
    due_at = clock.now = await timers.next_due(store)
    (timer,) = await timers.claim_due(store, owner="t", now=due_at, claim_seconds=9, limit=9)
    match waits:
        case "a real report":
            await open_ticket(store, due_at, BEATEN)
        case "another drill":
            await _begin(store, due_at)
        case _:
            clock.forward(31 * 60)

    assert await _begin_planned(store, timer, clock()) is None

    rows = await store.db.read(
        lambda c: c.execute(
            select(timer_rows.c.due_at).where(
                timer_rows.c.kind == drill_plan.DRILL_DUE, timer_rows.c.settled_at.is_(None)
            )
        ).all()
    )
    assert [row.due_at for row in rows] == [due_at + timedelta(days=7)]


async def test_the_weekly_drill_is_off_until_it_is_set_and_can_be_turned_off(
    store: Store, clock: Any
) -> None:
    assert (await drill_plan.plan(store)).weekday is None
    wanted = DrillPlan(weekday=3, start_minute=600)
    await drill_plan.set_plan(store, wanted, actor_id="boss", now=clock())
    assert await drill_plan.plan(store) == wanted

    clock.now = await timers.next_due(store)
    (timer,) = await timers.claim_due(store, owner="t", now=clock(), claim_seconds=9, limit=9)
    drill = await _begin_planned(store, timer, clock())
    assert drill is not None
    assert await _begin_planned(store, timer, clock()) is None
    await drills.finish(store, drill.id, now=drill.ends_at)
    assert await timers.next_due(store) == clock() + timedelta(days=7)

    await drill_plan.set_plan(
        store, DrillPlan(weekday=None, start_minute=0), actor_id="boss", now=clock()
    )
    assert await timers.next_due(store) is None
