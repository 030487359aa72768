"""Accounts of staff (tài khoản cán bộ): one-time passwords, log-in, change of password.

Argon2 is slow on purpose, so it has two threads of its own: a burst of log-ins neither stops the
road of a child's message nor takes more than 2 × 32 MiB.
"""

import asyncio
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from intake.errors import IntakeError
from intake.permissions import Role
from storage import users
from storage.leases import take_token
from storage.rows import Bucket, UserRow
from storage.store import Store

COMMAND_LINE = "command_line"
"""The actor of what is done in the shell of the server."""
PASSWORD_LENGTH = range(12, 201)
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,30})[a-z0-9]")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: a one-time password is read aloud and typed by hand."""
_GROUPS, _GROUP_LETTERS = 4, 4
_TRIES_OF_A_PAIR, _TRIES_PER_SECOND = 8.0, 8 / 300
"""Of one account from one address: a stranger's wrong passwords must not lock the operator out."""
_FAILURES_BEFORE_LOCK = 50
"""Of an account, from anywhere, one after the other: then it rests for five minutes."""
_LOCKED_FOR = timedelta(minutes=5)
_ADDRESS_PER_SECOND, _ADDRESS_BURST = 1 / 20, 12.0

_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODYS_HASH = (
    "$argon2id$v=19$m=32768,t=3,p=1$bGFuZ25naGUtbm9ib2R5$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Verified for an unknown log-in name, so that the time taken does not tell who exists."""


class BadLogin(IntakeError):
    """A log-in name has 3 to 32 small letters, digits, dots or hyphens."""


class WeakPassword(IntakeError):
    """The new password is refused; `code` is the key of the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


def one_time_password() -> str:
    """Return a password that is read aloud easily, 79 bits strong (mật khẩu một lần)."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS)
    )


async def create_account(
    store: Store,
    *,
    login: str,
    display_name: str,
    role: Role,
    now: datetime,
    actor_id: str = COMMAND_LINE,
) -> str:
    """Create an account and return its one-time password; raises `BadLogin`, `LoginTaken`."""
    if not _LOGIN.fullmatch(login):
        raise BadLogin
    password = one_time_password()
    new = users.NewUser(
        login=login,
        display_name=display_name,
        role=role.value,
        password_hash=await _hashed(password),
    )
    await users.create_user(store, new, now=now, actor_id=actor_id)
    return password


async def reset_password(
    store: Store, user_id: str, now: datetime, *, actor_id: str = COMMAND_LINE
) -> str:
    """Give a new one-time password and end every session of the user."""
    password = one_time_password()
    await users.set_password(
        store,
        user_id,
        password_hash=await _hashed(password),
        must_change_password=True,
        now=now,
        actor_id=actor_id,
    )
    return password


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
    store: Store, *, login: str, password: str, address: str, now: datetime
) -> UserRow | Refused:
    """Check a log-in (đăng nhập). Counts failures per account and attempts per address."""
    if not await _may_try(store, "address", address, now, _ADDRESS_PER_SECOND, _ADDRESS_BURST):
        return Refused(code="too_many")
    pair = f"{address} {login}"
    if not await _may_try(store, "pair", pair, now, _TRIES_PER_SECOND, _TRIES_OF_A_PAIR):
        return Refused(code="too_many")
    found = await users.find_user(store, login)
    if found is None or not found.user.is_active:
        await _is_right(_NOBODYS_HASH, password)
        return Refused(code="wrong")
    if found.locked_until is not None and found.locked_until > now:
        return Refused(code="locked", until=found.locked_until)
    if await _is_right(found.password_hash, password):
        await users.record_success(store, found.user.id, now=now)
        return found.user
    until = await users.record_failure(
        store, found.user.id, now=now, limit=_FAILURES_BEFORE_LOCK, lock_for=_LOCKED_FOR
    )
    return Refused(code="locked", until=until) if until else Refused(code="wrong")


async def _may_try(
    store: Store, kind: str, who: str, now: datetime, per_second: float, burst: float
) -> bool:
    name = f"sign_in:{store.vault.lookup(kind, who).hex()}"
    bucket = Bucket(name=name, per_second=per_second, burst=burst)
    return await store.db.transaction(lambda connection: take_token(connection, bucket, now))


async def change_password(
    store: Store, user: UserRow, *, current: str, new: str, now: datetime
) -> None:
    """Set one's own password, which ends every session; raises `WeakPassword`."""
    found = await users.find_user(store, user.login)
    if found is None or not await _is_right(found.password_hash, current):
        await users.record_failure(
            store, user.id, now=now, limit=_FAILURES_BEFORE_LOCK, lock_for=_LOCKED_FOR
        )
        raise WeakPassword("wrong_current")
    if code := weakness_of(new, login=user.login, current=current):
        raise WeakPassword(code)
    await users.set_password(
        store,
        user.id,
        password_hash=await _hashed(new),
        must_change_password=False,
        now=now,
        actor_id=user.id,
    )


def weakness_of(password: str, *, login: str, current: str) -> str:
    """Return why a new password is refused, or an empty string."""
    if len(password) < PASSWORD_LENGTH.start:
        return "too_short"
    if len(password) not in PASSWORD_LENGTH:
        return "too_long"
    if password == current:
        return "same"
    if login.casefold() in password.casefold():
        return "like_login"
    return "too_plain" if len(set(password.casefold())) < 6 else ""


async def _hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def _is_right(password_hash: str, password: str) -> bool:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _verify, password_hash, password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False
