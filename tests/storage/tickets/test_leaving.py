"""Who leaves, or gets another role, leaves no ticket behind that looks taken and rings nobody."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from storage import events, tickets, timers
from storage.accounts import users
from storage.accounts.roles import set_role
from storage.errors import NotFound
from storage.rows import TicketRow, TicketState, UserRow
from storage.store import Store
from storage.tables import conversations
from storage.tables import tickets as table
from storage.tables import timers as timer_table
from tests.engines import Urls
from tests.tickets_made import BEATEN, HAZARD, add_user, open_ticket


async def _leave(store: Store, user: UserRow, now: Any, how: str) -> None:
    if how == "account":
        await users.set_active(store, user.id, is_active=False, now=now, actor_id="boss")
    else:
        await set_role(store, user.id, role="auditor", now=now, actor_id="boss")


async def _state(store: Store, ticket: TicketRow) -> tuple[str, str | None, str | None]:
    row = await store.db.read(
        lambda c: c.execute(
            select(table.c.state, table.c.holder_id, conversations.c.held_by)
            .join(conversations, conversations.c.id == table.c.conversation_id)
            .where(table.c.id == ticket.id)
        ).one()
    )
    return row.state, row.holder_id, row.held_by


async def _waiting(store: Store, ticket: TicketRow) -> list[str]:
    return await store.db.read(
        lambda c: list(
            c.execute(
                select(timer_table.c.kind).where(
                    timer_table.c.subject == ticket.id, timer_table.c.settled_at.is_(None)
                )
            ).scalars()
        )
    )


@pytest.mark.parametrize("how", ["account", "role"])
async def test_every_ticket_is_free_again_the_bot_speaks_and_critical_ones_ring(
    store: Store, clock, how: str
) -> None:
    leaver = await add_user(store, clock())
    critical, normal = await open_ticket(store, clock(), BEATEN), await open_ticket(store, clock())
    for ticket in (critical, normal):
        await tickets.claim_ticket(store, ticket.id, user_id=leaver.id, now=clock())
        await tickets.take_over(
            store, ticket.conversation_id, ticket_id=ticket.id, user_id=leaver.id, now=clock()
        )
    await tickets.move_ticket(
        store, normal.id, to=TicketState.IN_PROGRESS, reason="", user_id=leaver.id, now=clock()
    )

    await _leave(store, leaver, clock(), how)

    assert await _state(store, critical) == ("new", None, None)
    assert await _state(store, normal) == ("new", None, None)
    assert await _waiting(store, critical) == ["alarm"]
    assert await _waiting(store, normal) == ["unassigned"]
    for ticket in (critical, normal):
        released = (await events.ticket_events(store, ticket.id))[-1]
        assert (released.kind, released.actor_id) == ("ticket_released", "boss")
        assert released.detail["holder"] == leaver.id
    last = (await events.events_after(store, 0, limit=1000))[-1]
    assert last.kind == ("user_deactivated" if how == "account" else "role_changed")
    assert (await events.verify(store)).is_whole


async def test_the_bot_speaks_again_in_the_talk_of_somebody_elses_ticket(
    store: Store, clock
) -> None:
    leaver, holder = await add_user(store, clock()), await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=holder.id, now=clock())
    await tickets.take_over(
        store, ticket.conversation_id, ticket_id=ticket.id, user_id=leaver.id, now=clock()
    )

    await _leave(store, leaver, clock(), "account")

    assert await _state(store, ticket) == ("acknowledged", holder.id, None)
    assert (await events.ticket_events(store, ticket.id))[-1].kind == "talk_handed_back"


async def test_what_is_over_or_somebody_elses_stays_as_it_is(store: Store, clock) -> None:
    leaver, other = await add_user(store, clock()), await add_user(store, clock())
    done, theirs = await open_ticket(store, clock()), await open_ticket(store, clock())
    await tickets.claim_ticket(store, done.id, user_id=leaver.id, now=clock())
    await tickets.move_ticket(
        store, done.id, to=TicketState.RESOLVED, reason="", user_id=leaver.id, now=clock()
    )
    await tickets.claim_ticket(store, theirs.id, user_id=other.id, now=clock())

    await _leave(store, leaver, clock(), "account")

    assert await _state(store, done) == ("resolved", leaver.id, None)
    assert await _state(store, theirs) == ("acknowledged", other.id, None)


async def test_who_has_left_takes_no_ticket(store: Store, clock) -> None:
    leaver = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    await _leave(store, leaver, clock(), "account")

    with pytest.raises(NotFound):
        await tickets.claim_ticket(store, ticket.id, user_id=leaver.id, now=clock())
    with pytest.raises(NotFound):
        await tickets.next_most_urgent(store, user_id=leaver.id, now=clock())


async def test_a_claim_at_the_same_moment_is_not_left_behind(urls: Urls, clock) -> None:
    """In two processes: either the claim comes first and is freed, or it is refused."""
    async with urls.open() as one, urls.open() as other:
        for _ in range(6):
            leaver = await add_user(one, clock())
            ticket = await open_ticket(one, clock(), HAZARD)

            await asyncio.gather(
                tickets.claim_ticket(one, ticket.id, user_id=leaver.id, now=clock()),
                _leave(other, leaver, clock(), "account"),
                return_exceptions=True,
            )

            assert await _state(one, ticket) == ("new", None, None)
        assert await timers.next_due(one) is not None


async def test_an_account_that_is_opened_again_frees_nothing(store: Store, clock) -> None:
    user = await add_user(store, clock())
    ticket = await open_ticket(store, clock(), BEATEN)
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())

    await users.set_active(store, user.id, is_active=True, now=clock(), actor_id="boss")

    assert (await _state(store, ticket))[1] == user.id
