"""Accounts: one-time passwords, log-in, lockout, change of password."""

import re
from collections.abc import AsyncIterator

import pytest

from intake import accounts
from intake.accounts import (
    BadLogin,
    Refused,
    change_password,
    create_account,
    ensure_first_accounts,
    reset_password,
    sign_in,
)
from intake.passwords import WeakPassword, one_time_password, weakness_of
from intake.permissions import Role
from intake.settings import Settings
from storage.accounts import users
from storage.accounts.users import LoginTaken
from storage.rows import UserRow
from storage.schema import migrate
from storage.store import Store, open_store


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    settings.data.master_key_file.parent.mkdir(parents=True)
    migrate(settings.data.database_url)
    async with open_store(
        database_url=settings.data.database_url,
        keys_url=settings.data.keys_url,
        master_key_file=settings.data.master_key_file,
    ) as opened:
        yield opened


async def enter(
    store: Store, clock, login: str, password: str, address: str = "10.0.0.1"
) -> UserRow | Refused:
    return await sign_in(store, login=login, password=password, address=address, now=clock())


def test_a_one_time_password_can_be_read_aloud() -> None:
    password = one_time_password()

    assert re.fullmatch(r"(?:[a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password)
    assert password != one_time_password()


async def test_the_first_start_makes_an_administrator_and_an_operator_once(store, clock) -> None:
    first = await ensure_first_accounts(store, clock())
    again = await ensure_first_accounts(store, clock())

    assert [account.role for account in first] == ["administrator", "operator"]
    assert again == ()
    entered = await enter(store, clock, first[1].login, first[1].password)
    assert isinstance(entered, UserRow)
    assert entered.must_change_password


@pytest.mark.parametrize("login", ["", "ab", "Lan", "lan nguyễn", "lan@x", ".lan", "a" * 40])
async def test_a_login_of_strange_letters_is_refused(store, clock, login: str) -> None:
    with pytest.raises(BadLogin):
        await create_account(
            store, login=login, display_name="Lan", role=Role.OPERATOR, now=clock()
        )


async def test_a_login_is_given_once(store, clock) -> None:
    await create_account(store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock())

    with pytest.raises(LoginTaken):
        await create_account(
            store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
        )


async def test_wrong_name_and_wrong_password_are_answered_alike(store, clock) -> None:
    await create_account(store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock())

    assert await enter(store, clock, "lan", "sai") == Refused(code="wrong")
    assert await enter(store, clock, "nobody", "sai") == Refused(code="wrong")


async def test_a_stranger_cannot_lock_an_operator_out(store, clock) -> None:
    password = await create_account(
        store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    for _ in range(12):
        refused = await enter(store, clock, "lan", "sai", address="10.9.9.9")

    assert refused == Refused(code="too_many")
    assert isinstance(await enter(store, clock, "lan", password, address="10.0.0.1"), UserRow)


async def test_many_wrong_passwords_lock_the_account_for_a_while(store, clock, monkeypatch) -> None:
    monkeypatch.setattr(accounts, "_FAILURES_BEFORE_LOCK", 8)
    password = await create_account(
        store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    for number in range(8):
        outcome = await enter(store, clock, "lan", "sai", address=f"10.0.0.{number}")

    assert isinstance(outcome, Refused)
    assert outcome.code == "locked"
    locked = await enter(store, clock, "lan", password, address="10.0.1.1")
    assert isinstance(locked, Refused)
    clock.forward(301)
    assert isinstance(await enter(store, clock, "lan", password, address="10.0.1.2"), UserRow)


async def test_one_address_cannot_try_without_end(store, clock) -> None:
    outcomes = [await enter(store, clock, f"name{number}", "x") for number in range(13)]

    assert outcomes[-1] == Refused(code="too_many")
    clock.forward(60)
    assert await enter(store, clock, "name", "x") == Refused(code="wrong")


async def test_no_address_is_stored(store, clock) -> None:
    await enter(store, clock, "lan", "x", address="203.0.113.77")

    from storage.tables import leases

    names = await store.db.read(
        lambda connection: [row.name for row in connection.execute(leases.select())]
    )
    assert names
    assert not any("203.0.113.77" in name for name in names)


async def test_a_closed_account_cannot_enter(store, clock) -> None:
    password = await create_account(
        store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    found = await users.find_user(store, "lan")
    await users.set_active(store, found.user.id, is_active=False, now=clock(), actor_id="x")

    assert await enter(store, clock, "lan", password) == Refused(code="wrong")


async def test_a_changed_password_lets_in_and_the_old_one_does_not(store, clock) -> None:
    once = await create_account(
        store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    found = await users.find_user(store, "lan")

    await change_password(
        store, found.user, current=once, new="bon tu khong lien quan", now=clock()
    )

    entered = await enter(store, clock, "lan", "bon tu khong lien quan")
    assert isinstance(entered, UserRow)
    assert not entered.must_change_password
    assert isinstance(await enter(store, clock, "lan", once), Refused)


async def test_the_current_password_is_asked_for(store, clock) -> None:
    await create_account(store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock())
    found = await users.find_user(store, "lan")

    with pytest.raises(WeakPassword, match="wrong_current"):
        await change_password(
            store, found.user, current="sai", new="bon tu khong lien quan", now=clock()
        )


async def test_a_reset_gives_a_new_one_time_password(store, clock) -> None:
    once = await create_account(
        store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    found = await users.find_user(store, "lan")

    password = await reset_password(store, found.user.id, clock())

    entered = await enter(store, clock, "lan", password)
    assert isinstance(entered, UserRow)
    assert entered.must_change_password
    assert isinstance(await enter(store, clock, "lan", once), Refused)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngan", "too_short"),
        ("x" * 201, "too_long"),
        ("mat khau cu cua toi", "same"),
        ("toi la lan day nhe", "like_login"),
        ("aaaaaaaaaaaaaaaa", "too_plain"),
        ("bon tu khong ro rang", ""),
        ("matkhau123456", "too_common"),
        ("Mật khẩu của tôi!", "too_common"),
        ("P@ssw0rd2026", "too_common"),
        ("0900000123456", "too_common"),
        ("treem-angiang-2026", "too_common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    assert weakness_of(password, login="lan", current="mat khau cu cua toi") == code
