"""Staff: sealed names, lockouts, duty, sessions known by a hash."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import events
from storage.accounts import sessions, users
from storage.accounts.users import LoginTaken, NewUser
from storage.store import Store
from storage.tables import users as table
from tests.tickets_made import add_user

_LAN = NewUser(
    login="lan", display_name="Chị Lan", role="operator", password_hash="h1", staff_chat="4711"
)
_HOUR = timedelta(hours=1)


async def test_a_name_and_a_chat_are_sealed_in_the_table_and_open_for_us(
    store: Store, clock
) -> None:
    added = await users.create_user(store, _LAN, now=clock())

    row = await store.db.read(lambda c: c.execute(select(table)).one())
    assert b"Lan" not in row.display_name_sealed
    assert b"4711" not in row.staff_chat_sealed
    assert (added.display_name, added.staff_chat) == ("Chị Lan", "4711")
    assert await users.user(store, added.id) == added
    assert "Lan" not in repr(added)


async def test_a_login_is_taken_once_even_at_once(store: Store, clock) -> None:
    results = await asyncio.gather(
        *(users.create_user(store, _LAN, now=clock()) for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(result, LoginTaken) for result in results) == 3
    assert len(await users.list_users(store)) == 1


async def test_the_limit_of_wrong_passwords_locks_for_a_time_and_a_right_one_forgets(
    store: Store, clock
) -> None:
    lan = await users.create_user(store, _LAN, now=clock())

    async def fail():  # type: ignore[no-untyped-def]  # what record_failure returns
        return await users.record_failure(
            store, lan.id, now=clock(), limit=3, lock_for=timedelta(minutes=15)
        )

    assert [await fail(), await fail()] == [None, None]
    assert await fail() == clock() + timedelta(minutes=15)
    found = await users.find_user(store, "lan")
    assert found is not None
    assert found.locked_until == clock() + timedelta(minutes=15)
    await users.record_success(store, lan.id, now=clock())
    found = await users.find_user(store, "lan")
    assert found is not None
    assert (found.failures, found.locked_until) == (0, None)
    assert await users.find_user(store, "nobody") is None


async def test_who_is_on_duty_is_known_and_who_left_is_not_among_them(store: Store, clock) -> None:
    one = await add_user(store, clock(), is_on_duty=True)
    await add_user(store, clock())
    gone = await add_user(store, clock(), is_on_duty=True)

    await users.set_active(store, gone.id, is_active=False, now=clock(), actor_id=one.id)

    assert [user.id for user in await users.on_duty(store)] == [one.id]


async def test_a_session_lives_until_it_is_over_idle_or_closed(store: Store, clock) -> None:
    lan = await users.create_user(store, _LAN, now=clock())

    async def sign_in(token: bytes) -> None:
        await sessions.open_session(
            store, lan.id, token_hash=token * 32, csrf="c", now=clock(), lifetime=12 * _HOUR
        )

    async def seen(token: bytes) -> bool:
        found = await sessions.session(store, token * 32, now=clock(), idle=_HOUR)
        return found is not None and found.user == lan

    await sign_in(b"a")
    await sign_in(b"b")
    assert await seen(b"a")
    for _ in range(13):  # every use keeps it from being idle, until its life is over
        clock.forward(50 * 60)
        assert await seen(b"a")
    assert not await seen(b"b")
    clock.forward(2 * 3600)
    assert not await seen(b"a")

    await sign_in(b"c")
    await sessions.close_session(store, b"c" * 32, now=clock())
    await sessions.close_session(store, b"c" * 32, now=clock())
    assert not await seen(b"c")


async def test_a_new_password_or_leaving_ends_every_session(store: Store, clock) -> None:
    lan = await users.create_user(store, _LAN, now=clock())

    async def sign_in() -> None:
        await sessions.open_session(
            store, lan.id, token_hash=b"a" * 32, csrf="c", now=clock(), lifetime=_HOUR
        )

    await sign_in()
    await users.set_password(
        store, lan.id, password_hash="h2", must_change_password=False, now=clock(), actor_id=lan.id
    )
    assert await sessions.session(store, b"a" * 32, now=clock(), idle=_HOUR) is None
    await sign_in()
    await users.set_active(store, lan.id, is_active=False, now=clock(), actor_id=lan.id)
    assert await sessions.session(store, b"a" * 32, now=clock(), idle=_HOUR) is None


async def test_what_is_done_to_accounts_is_in_the_events_without_names(store: Store, clock) -> None:
    lan = await users.create_user(store, _LAN, now=clock())
    await users.set_on_duty(store, lan.id, is_on_duty=True, now=clock())
    await users.set_staff_chat(store, lan.id, chat="", now=clock(), actor_id=lan.id)

    happened = await events.events_after(store, 0)

    assert [event.kind for event in happened] == [
        "user_created",
        "duty_begun",
        "staff_chat_changed",
    ]
    assert "Lan" not in repr(happened)
    with pytest.raises(users.NotFound):
        await users.set_on_duty(store, "x", is_on_duty=True, now=clock())
