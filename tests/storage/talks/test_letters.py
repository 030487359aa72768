"""The page of dead letters shows what people must look at, and nothing else."""

from typing import Any

from sqlalchemy import update

from storage import tickets
from storage.alarm.alarms import NewAlarm
from storage.alarm.deciding import decide
from storage.store import Store
from storage.tables import outbox
from storage.talks.letters import dead_letters
from storage.timers import claim_due
from tests.tickets_made import BEATEN, add_user, open_ticket


async def _ring(store: Store, now: Any) -> str:
    """Ring a critical ticket by the staff chat, and return its id."""
    ticket = await open_ticket(store, now, BEATEN)
    (timer,) = await claim_due(store, owner="t", now=now, claim_seconds=9, limit=9)
    ring = NewAlarm(recipient="staff_chat", way="telegram", channel="telegram", address="1")
    assert await decide(
        store, timer=timer, ticket_id=ticket.id, tier=timer.step, rings=(ring,), next_timers=(),
        expected_holder=None, detail={}, now=now,
    )  # fmt: skip
    return ticket.id


async def _mark(store: Store, **values: Any) -> None:
    await store.db.transaction(lambda c: c.execute(update(outbox).values(**values)).rowcount)


async def test_an_alarm_that_was_stopped_by_a_claim_is_no_dead_letter(store: Store, clock) -> None:
    user = await add_user(store, clock())
    ticket_id = await _ring(store, clock())
    await _mark(store, doubts=1)

    await tickets.claim_ticket(store, ticket_id, user_id=user.id, now=clock())

    assert await dead_letters(store) == ()


async def test_an_alarm_that_the_vendor_refused_or_that_is_in_doubt_is_one(
    store: Store, clock
) -> None:
    await _ring(store, clock())
    assert await dead_letters(store) == ()
    await _mark(store, doubts=1)
    assert [letter.error for letter in await dead_letters(store)] == [""]

    await _mark(store, state="dead", doubts=0, error="Rejected")

    assert [letter.error for letter in await dead_letters(store)] == ["Rejected"]
