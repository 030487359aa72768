"""Shifts end by themselves: the alarm must not ring somebody who went home."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from storage import events, timers
from storage.accounts import sessions, users
from storage.accounts.roles import set_role
from storage.rota import duty
from storage.store import Store
from storage.tables import users as table
from tests.tickets_made import add_user

_HOUR = 3600


async def _on_duty(store: Store, now: Any) -> list[str]:
    return [user.id for user in await users.on_duty(store, now=now)]


async def _end_what_is_over(store: Store, now: Any) -> None:
    for timer in await timers.claim_due(store, owner="t", now=now, claim_seconds=9, limit=9):
        await duty.end_when_over(store, timer, now=now)


async def _sign_in(store: Store, user_id: str, now: Any) -> None:
    await sessions.open_session(
        store, user_id, token_hash=b"a" * 32, csrf="c", now=now, lifetime=timedelta(hours=12)
    )


async def test_a_shift_counts_for_12_hours(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)

    clock.forward(12 * _HOUR - 1)
    assert await _on_duty(store, clock()) == [one.id]
    clock.forward(1)

    assert await _on_duty(store, clock()) == []


async def test_the_time_ends_it_in_the_rows_too_and_that_is_an_event(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    clock.forward(12 * _HOUR - 1)
    await _end_what_is_over(store, clock())
    assert len(await users.on_duty(store)) == 1
    clock.forward(1)

    await _end_what_is_over(store, clock())

    assert await users.on_duty(store) == ()
    last = (await events.events_after(store, 0))[-1]
    assert (last.kind, last.actor_id) == ("duty_ended", None)
    assert last.detail == {"user": one.id, "why": "time"}


async def test_confirmed_later_it_lasts_12_hours_from_then(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    clock.forward(11 * _HOUR)
    await users.set_on_duty(store, one.id, is_on_duty=True, now=clock())

    clock.forward(11 * _HOUR)
    await _end_what_is_over(store, clock())
    assert await _on_duty(store, clock()) == [one.id]
    clock.forward(1 * _HOUR)
    await _end_what_is_over(store, clock())

    assert await users.on_duty(store) == ()


async def test_ended_by_hand_nothing_is_left_to_end(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)

    await users.set_on_duty(store, one.id, is_on_duty=False, now=clock())

    assert await users.on_duty(store) == ()
    assert await timers.next_due(store) is None


async def test_logging_out_ends_it(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    await _sign_in(store, one.id, clock())

    await sessions.close_session(store, b"a" * 32, now=clock())

    assert await users.on_duty(store) == ()
    kinds = [event.kind for event in await events.events_after(store, 0)]
    assert kinds[-2:] == ["duty_ended", "user_signed_out"]


async def test_being_signed_out_everywhere_ends_it(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    await _sign_in(store, one.id, clock())

    await sessions.close_sessions_of(store, one.id, now=clock(), actor_id=one.id)

    assert await users.on_duty(store) == ()


@pytest.mark.parametrize("leaves", ["account", "role"])
async def test_the_end_of_the_account_or_the_role_ends_it(store: Store, clock, leaves: str) -> None:
    one = await add_user(store, clock(), is_on_duty=True)

    if leaves == "account":
        await users.set_active(store, one.id, is_active=False, now=clock(), actor_id="x")
        await users.set_active(store, one.id, is_active=True, now=clock(), actor_id="x")
    else:
        await set_role(store, one.id, role="auditor", now=clock(), actor_id="x")

    found = await users.user(store, one.id)
    assert found is not None
    assert not found.is_on_duty
    assert await timers.next_due(store) is None


async def test_a_session_knows_whether_its_user_is_on_duty_now(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    clock.forward(12 * _HOUR)
    await _sign_in(store, one.id, clock())

    found = await sessions.session(store, b"a" * 32, now=clock(), idle=timedelta(hours=1))

    assert found is not None
    assert not found.user.is_on_duty


async def test_a_shift_that_an_older_process_began_has_no_end_and_does_not_count(
    store: Store, clock
) -> None:
    """It does not know of ends: nobody on duty rings everybody, which is the safe side."""
    added = await add_user(store, clock())
    older = {
        "id": "f" * 32,
        "login": "older",
        "display_name_sealed": b"",
        "password_hash": "h",
        "role": "operator",
        "is_active": True,
        "is_on_duty": True,
        "must_change_password": False,
        "failures": 0,
        "created_at": clock(),
    }

    def write(connection: Any) -> int:
        name = connection.execute(table.select().where(table.c.id == added.id)).one()
        row = {**older, "id": added.id, "display_name_sealed": name.display_name_sealed}
        connection.execute(table.delete().where(table.c.id == added.id))
        done: int = connection.execute(insert(table).values(**row)).rowcount
        return done

    await store.db.transaction(write)

    assert await users.on_duty(store) == ()
    assert await _on_duty(store, clock()) == []


async def test_who_does_not_exist_has_no_shift(store: Store, clock) -> None:
    for is_on_duty in (True, False):
        with pytest.raises(users.NotFound):
            await users.set_on_duty(store, "x", is_on_duty=is_on_duty, now=clock())
