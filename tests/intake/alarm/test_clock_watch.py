"""Clocks as a process keeps them: set by what happens, told to supervisors once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from intake.clock_watch import BreachRound, follow, measure_of
from intake.service import Service
from nlu.labels import Intent, Urgency
from storage import events, tickets, timers
from storage.clocks import steps
from storage.clocks.clocks import CLOCK
from storage.clocks.tables import clocks
from storage.rows import EventRow, Keep, TicketChange, TicketRow, TicketState, TimerRow
from storage.store import Store
from storage.talks import road
from tests.fakes.counting import counted
from tests.tickets_made import BEATEN, add_user, write

HOUR = 3600
BEATEN_BEFORE = replace(BEATEN, urgency=Urgency.HIGH)


async def _follow(service: Service) -> None:
    while not await follow(service):
        pass


async def _states(store: Store) -> dict[str, str]:
    rows = await store.db.read(lambda c: c.execute(select(clocks.c.name, clocks.c.state)).all())
    return {row.name: row.state for row in rows}


async def _told(store: Store, kind: str = "clock_breached") -> list[EventRow]:
    return [each for each in await events.events_after(store, 0, limit=1000) if each.kind == kind]


async def _say(
    store: Store, clock: Any, change: TicketChange = BEATEN_BEFORE, account: str = ""
) -> TicketRow:
    """A reporter writes; the turn opens a ticket or adds to it."""
    received = await write(store, clock(), account=account)
    assert received.lease
    loaded = await road.load(store, received.lease, now=clock())
    kept = await road.keep(
        store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=clock(),
            state={},
            ticket=change,
            ticket_id=loaded.ticket.id if loaded.ticket else None,
        ),
    )
    assert kept.ticket
    return kept.ticket


async def _open(service: Service, clock: Any, change: TicketChange = BEATEN_BEFORE) -> TicketRow:
    ticket = await _say(service.store, clock, change, "child")
    await _follow(service)
    return ticket


async def _reads_of_round(service: Service, late: list[TimerRow]) -> int:
    store, counting = counted(service.store)
    breaches = BreachRound(replace(service, store=store), late)
    await asyncio.gather(*(breaches.tell(timer) for timer in late))
    return counting.reads


async def test_an_opened_report_has_its_clocks(service: Service, store: Store, clock) -> None:
    await _open(service, clock)

    assert await _states(store) == {
        "assigned": "open", "forwarded": "open", "measures": "open", "plan": "open",
    }  # fmt: skip


async def test_a_legal_breach_rings_the_supervisor_once_and_no_operator(
    service: Service, store: Store, clock, pass_time
) -> None:
    supervisor = await add_user(store, clock(), role="supervisor")
    await add_user(store, clock(), is_on_duty=True)
    ticket = await _open(service, clock)

    await pass_time(3 * HOUR)

    rung = [each for each in await _told(store, "alarm_rung") if "clock" in each.detail]
    assert [each.detail["clock"] for each in rung] == ["forwarded"]
    assert rung[0].detail["recipients"] == [supervisor.id]
    told = [(each.ticket_id, each.detail["clock"]) for each in await _told(store)]
    assert told == [(ticket.id, "assigned"), (ticket.id, "forwarded")]


async def test_a_round_of_breaches_reads_staff_and_tickets_once(
    service: Service, store: Store, clock
) -> None:
    await add_user(store, clock(), role="supervisor")
    opened = [await _say(store, clock, account=f"child-{number}") for number in range(5)]
    await _follow(service)
    clock.forward(2 * HOUR)
    due = await timers.claim_due(store, owner="p1", now=clock(), claim_seconds=15, limit=100)
    late = [timer for timer in due if timer.kind == CLOCK]
    of_one = [timer for timer in late if timer.subject == opened[0].id]
    of_four = [timer for timer in late if timer.subject != opened[0].id]

    assert await _reads_of_round(service, of_four) == await _reads_of_round(service, of_one)

    assert (len(of_one), len(of_four)) == (2, 8)
    assert len(await _told(store)) == 10


async def test_what_was_written_down_in_time_is_not_told(
    service: Service, store: Store, clock, pass_time
) -> None:
    ticket = await _open(service, clock)
    user = await add_user(store, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    for step in ("forwarded", "measures", "plan"):
        await steps.record_step(
            store, ticket.id, step=step, agency="commune_committee", way="phone",
            done_at=clock(), note="", user_id=user.id, measure=measure_of(service), now=clock(),
        )  # fmt: skip
    await _follow(service)

    await pass_time(20 * 24 * HOUR)

    assert await _told(store) == []
    assert set((await _states(store)).values()) == {"done"}


async def test_five_working_days_run_out_after_the_weekend(
    service: Service, store: Store, clock, pass_time
) -> None:
    await _open(service, clock)  # Wednesday 25/11/2026, 03:15 in An Giang

    await pass_time(10 * 24 * HOUR)

    (plan,) = [each for each in await _told(store) if each.detail["clock"] == "plan"]
    assert plan.detail["due_at"] == "2026-12-02T16:59:00+00:00"


async def test_a_person_who_says_it_is_no_abuse_ends_the_legal_clocks(
    service: Service, store: Store, clock, pass_time
) -> None:
    ticket = await _open(service, clock)
    user = await add_user(store, clock())
    await tickets.change_kind(
        store, ticket.id, kind=Intent.DROWNING_HAZARD, reason="Chỉ là cái ao", user_id=user.id,
        now=clock(),
    )  # fmt: skip
    await _follow(service)

    await pass_time(2 * HOUR)

    assert set(await _states(store)) == {"assigned"}
    assert [each.detail["clock"] for each in await _told(store)] == ["assigned"]


async def test_a_closed_ticket_still_owes_what_the_law_asks(
    service: Service, store: Store, clock, pass_time
) -> None:
    ticket = await _open(service, clock)
    user = await add_user(store, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    await tickets.move_ticket(
        store, ticket.id, to=TicketState.RESOLVED, reason="", user_id=user.id, now=clock()
    )
    await _follow(service)

    await pass_time(2 * HOUR)

    assert (await _states(store))["forwarded"] == "over"
    assert [each.detail["clock"] for each in await _told(store)] == ["forwarded"]


async def test_the_offender_named_later_sets_the_twelve_hours(
    service: Service, store: Store, clock
) -> None:
    calm = replace(BEATEN, urgency=Urgency.NORMAL)
    await _open(service, clock, calm)
    assert "measures" not in await _states(store)

    clock.forward(60)
    named = replace(calm, facts={"offender_is_carer": True})
    await _say(store, clock, named, "child")
    await _follow(service)

    assert "measures" in await _states(store)


async def test_a_process_that_was_away_catches_up(
    service_on: Any, store: Store, clock, pass_time
) -> None:
    await _say(store, clock)
    clock.forward(30 * 60)
    await _follow(service_on(store, "late"))

    await pass_time(HOUR - 30 * 60 - 1)
    assert [each.detail["clock"] for each in await _told(store)] == []
    await pass_time(1)
    assert {each.detail["clock"] for each in await _told(store)} == {"assigned", "forwarded"}


async def test_one_process_follows_at_a_time(service_on: Any, store: Store, clock) -> None:
    one, other = service_on(store, "one"), service_on(store, "other")
    await _say(store, clock)
    await follow(one)
    await _say(store, clock)

    assert await follow(other)
    assert len(await tickets.queue(store)) == 2
    clock.forward(timedelta(seconds=31).total_seconds())
    await _follow(other)

    rows = await store.db.read(lambda c: c.execute(select(clocks.c.ticket_id).distinct()).all())
    assert len(rows) == 2
