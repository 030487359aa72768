"""Supervisors are told when somebody proposes to lower a critical ticket."""

from intake.service import Service
from nlu.labels import Urgency
from storage import events, tickets
from storage.learning import lowering
from storage.store import Store
from tests.tickets_made import BEATEN, add_user, open_ticket


async def _asked(store: Store) -> list[list[str]]:
    told = await events.events_after(store, 0, limit=500)
    return [
        event.detail["recipients"]
        for event in told
        if event.kind == "alarm_rung" and event.detail.get("why") == "lowering"
    ]


async def test_whoever_is_alone_at_night_is_answered_by_a_supervisor(
    store: Store, service: Service, clock, pass_time
) -> None:
    lan = await add_user(store, clock(), is_on_duty=True)
    chief = await add_user(store, clock(), role="supervisor", staff_chat="4711")
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=lan.id, now=clock())
    who = {"user_id": lan.id, "now": clock()}
    await lowering.propose(store, ticket.id, urgency=Urgency.HIGH, reason="yên rồi", **who)

    await pass_time(60)

    assert await _asked(store) == [[chief.id]]


async def test_a_proposal_that_was_taken_back_calls_nobody(
    store: Store, service: Service, clock, pass_time
) -> None:
    lan = await add_user(store, clock(), is_on_duty=True)
    await add_user(store, clock(), role="supervisor")
    ticket = await open_ticket(store, clock(), BEATEN)
    who = {"user_id": lan.id, "now": clock()}
    made = await lowering.propose(store, ticket.id, urgency=Urgency.HIGH, reason="yên rồi", **who)
    await lowering.refuse(store, made.id, reason="nhầm", **who)

    await pass_time(60)

    assert await _asked(store) == []
