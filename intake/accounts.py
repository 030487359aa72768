"""Accounts of staff (tài khoản cán bộ): one-time passwords, log-in, change of password."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from intake.access import asking_for_role, telling_of
from intake.errors import IntakeError
from intake.passwords import (
    NOBODYS_HASH,
    WeakPassword,
    hashed,
    is_right,
    one_time_password,
    weakness_of,
)
from intake.permissions import Role
from storage import events
from storage.accounts import access, users
from storage.accounts.access import Why
from storage.leases import take_token
from storage.rows import Bucket, UserRow
from storage.store import Store

COMMAND_LINE = "command_line"
"""The actor of what is done in the shell of the server."""
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,30})[a-z0-9]")
_TRIES_OF_A_PAIR, _TRIES_PER_SECOND = 8.0, 8 / 300
"""Of one account from one address: a stranger's wrong passwords must not lock the operator out."""
_FAILURES_BEFORE_LOCK = 50
"""Of an account, from anywhere, one after the other: then it rests for five minutes, the next time
for ten, never longer than `storage.accounts.users.LONGEST_LOCK`."""
_WRONG_NUMBERS_BEFORE_LOCK = 10
"""Fewer, for whoever tries numbers knows the password already."""
_LOCKED_FOR = timedelta(minutes=5)
_ADDRESS_PER_SECOND, _ADDRESS_BURST = 1 / 20, 12.0


class BadLogin(IntakeError):
    """A log-in name has 3 to 32 small letters, digits, dots or hyphens."""


class FirstAccount(NamedTuple):
    """An account that the first start made."""

    login: str
    role: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A log-in that failed (từ chối đăng nhập); says no more than a stranger may know."""

    code: str
    """`wrong`, `locked` or `too_many`."""
    until: datetime | None = None


async def create_account(
    store: Store,
    *,
    login: str,
    display_name: str,
    role: str,
    now: datetime,
    actor_id: str = COMMAND_LINE,
) -> str:
    """Create an account and return its one-time password; raises `BadLogin`, `LoginTaken`.

    What opens cases or accounts is asked of a second person (intake/access.py).
    """
    check_login(login)
    password = one_time_password()
    new = users.NewUser(
        login=login,
        display_name=display_name,
        role=str(role),
        password_hash=await hashed(password),
    )
    asking = await asking_for_role(store, new.role, why=Why.MADE, actor_id=actor_id)
    if asking is None:
        await users.create_user(store, new, now=now, actor_id=actor_id)
    else:
        await access.create_user(store, new, asking, now=now, actor_id=actor_id)
    return password


def check_login(login: str) -> None:
    """Raise `BadLogin` unless the name can be typed on any keyboard."""
    if not _LOGIN.fullmatch(login):
        raise BadLogin


async def reset_password(
    store: Store, user_id: str, now: datetime, *, actor_id: str = COMMAND_LINE
) -> str:
    """Give a new one-time password and end every session of the user; supervisors are told."""
    await tell_supervisors(store, user_id, why=Why.PASSWORD, now=now, actor_id=actor_id)
    password = one_time_password()
    await users.set_password(
        store,
        user_id,
        password_hash=await hashed(password),
        must_change_password=True,
        now=now,
        actor_id=actor_id,
    )
    return password


async def tell_supervisors(
    store: Store, user_id: str, *, why: Why, now: datetime, actor_id: str
) -> None:
    """Tell of a way into an account that an administrator opens, before it is open."""
    found = await users.user(store, user_id)
    asking = await telling_of(store, found, why=why, actor_id=actor_id) if found else None
    if asking is not None:
        await access.ask(store, (user_id,), asking, now=now)


async def ensure_first_accounts(store: Store, now: datetime) -> tuple[FirstAccount, ...]:
    """Create an administrator and an operator where there is no user yet; else return ()."""
    if await users.list_users(store):
        return ()
    wanted = (
        (Role.ADMINISTRATOR, "quantri", "Quản trị"),
        (Role.OPERATOR, "canbo", "Cán bộ trực"),
    )
    made = []
    for role, login, name in wanted:
        password = await create_account(store, login=login, display_name=name, role=role, now=now)
        made.append(FirstAccount(login, role.value, password))
    return tuple(made)


async def sign_in(
    store: Store, *, login: str, password: str, address: str, now: datetime, known: str = ""
) -> UserRow | Refused:
    """Check a password (đăng nhập); who has a second factor is half in.

    Counts failures per account and attempts per address. `known` is the user who signed in fully
    with this browser before: it tries on a line of its own, and a lock does not hold for it, so
    nobody locks an administrator out of their own desk by guessing.
    """
    found = await users.find_user(store, login)
    is_known = found is not None and found.user.id == known
    if not await may_try(store, login, address=known if is_known else address, now=now):
        return Refused(code="too_many")
    if found is None or not found.user.is_active:
        await is_right(NOBODYS_HASH, password)
        await _note_nobody(store, found, now)
        return Refused(code="wrong")
    if found.locked_until is not None and found.locked_until > now and not is_known:
        return Refused(code="locked", until=found.locked_until)
    if await is_right(found.password_hash, password):
        record = users.record_half if found.user.has_second_factor else users.record_success
        await record(store, found.user.id, now=now)
        return found.user
    until = await users.record_failure(
        store, found.user.id, now=now, limit=_FAILURES_BEFORE_LOCK, lock_for=_LOCKED_FOR
    )
    return Refused(code="locked", until=until) if until else Refused(code="wrong")


async def may_try(store: Store, who: str, *, address: str, now: datetime) -> bool:
    """Count an attempt of an address, and of an address at one account; False: too many."""
    return await _has_token(
        store, "address", address, now, _ADDRESS_PER_SECOND, _ADDRESS_BURST
    ) and await _has_token(
        store, "pair", f"{address} {who}", now, _TRIES_PER_SECOND, _TRIES_OF_A_PAIR
    )


async def note_wrong_number(store: Store, user: UserRow, now: datetime) -> datetime | None:
    """Count a wrong number of a second factor; return until when the account is locked, if so."""
    return await users.record_failure(
        store,
        user.id,
        now=now,
        limit=_WRONG_NUMBERS_BEFORE_LOCK,
        lock_for=_LOCKED_FOR,
        kind="second_factor_failed",
    )


async def _note_nobody(store: Store, found: users.Credentials | None, now: datetime) -> None:
    """Note a try at no account or at a closed one; what was typed may be a password."""
    detail = {"user": found.user.id} if found else {}
    await events.tell(store, kind="sign_in_refused", now=now, actor_id=None, detail=detail)


async def _has_token(
    store: Store, kind: str, who: str, now: datetime, per_second: float, burst: float
) -> bool:
    name = f"sign_in:{store.vault.lookup(kind, who).hex()}"
    bucket = Bucket(name=name, per_second=per_second, burst=burst)
    return await store.db.transaction(lambda connection: take_token(connection, bucket, now))


async def change_password(
    store: Store, user: UserRow, *, current: str, new: str, now: datetime
) -> None:
    """Set one's own password, which ends every session; raises `WeakPassword`."""
    await check_password(store, user, current, now)
    if code := weakness_of(new, login=user.login, current=current):
        raise WeakPassword(code)
    await users.set_password(
        store,
        user.id,
        password_hash=await hashed(new),
        must_change_password=False,
        now=now,
        actor_id=user.id,
    )


async def check_password(store: Store, user: UserRow, password: str, now: datetime) -> None:
    """Raise `WeakPassword` with `wrong_current` unless this is the user's password."""
    found = await users.find_user(store, user.login)
    if found is not None and await is_right(found.password_hash, password):
        return
    await users.record_failure(
        store, user.id, now=now, limit=_FAILURES_BEFORE_LOCK, lock_for=_LOCKED_FOR
    )
    raise WeakPassword("wrong_current")
