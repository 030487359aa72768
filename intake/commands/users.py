"""`langnghe user …`: accounts of staff from the command line."""

import argparse
import asyncio
import os
import sys

from intake.accounts import COMMAND_LINE, create_account, reset_password
from intake.clock import utc_now
from intake.errors import IntakeError
from intake.permissions import Role
from intake.settings import read_settings
from storage.accounts import second_factors, sessions, users
from storage.accounts.roles import own_roles
from storage.rows import UserRow
from storage.store import Store, open_store

_SHORTEST_REASON = 5


class NoSuchAccount(IntakeError):
    """There is no account with this log-in name."""


class NoSuchRole(IntakeError):
    """There is no role of this name."""


class NoReason(IntakeError):
    """A second factor is taken away for a reason, in words."""


def manage_users(options: argparse.Namespace) -> int:
    """Run one action and print its outcome."""
    return asyncio.run(_manage(options))


async def _manage(options: argparse.Namespace) -> int:
    data = read_settings(os.environ).data
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as store:
        sys.stdout.write(await _outcome(store, options) + "\n")
    return 0


async def _outcome(store: Store, options: argparse.Namespace) -> str:
    if options.action == "add":
        return await _add(store, options)
    if options.action == "list":
        return "\n".join(_line(user) for user in await users.list_users(store))
    return await _change(store, await _found(store, options.login), options)


async def _add(store: Store, options: argparse.Namespace) -> str:
    password = await create_account(
        store,
        login=options.login,
        display_name=options.name or options.login,
        role=await _role(store, options.role),
        now=utc_now(),
    )
    return f"{options.login} ({options.role}), one-time password: {password}"


async def _change(store: Store, user: UserRow, options: argparse.Namespace) -> str:
    now = utc_now()
    match options.action:
        case "reset":
            return f"{user.login}, one-time password: {await reset_password(store, user.id, now)}"
        case "unlock":
            await users.unlock(store, user.id, now=now, actor_id=COMMAND_LINE)
            return f"{user.login} can try again"
        case "sign-out":
            count = await sessions.close_sessions_of(store, user.id, now=now, actor_id=COMMAND_LINE)
            return f"{user.login}: {count} sessions ended"
        case "reset-factor":
            return await _reset_factor(store, user, options.reason)
        case _:
            is_active = options.action == "enable"
            await users.set_active(
                store, user.id, is_active=is_active, now=now, actor_id=COMMAND_LINE
            )
            return f"{user.login} is {'open' if is_active else 'closed'}"


async def _reset_factor(store: Store, user: UserRow, reason: str) -> str:
    if len(reason.strip()) < _SHORTEST_REASON:
        raise NoReason
    await second_factors.reset(
        store, user.id, reason=reason.strip(), now=utc_now(), actor_id=COMMAND_LINE
    )
    return f"{user.login} sets up a new second factor at the next log-in"


async def _role(store: Store, wanted: str) -> str:
    """Return the value of a role that was named by its value or, an own one, by its name."""
    if wanted in Role.__members__.values():
        return wanted
    for row in await own_roles(store):
        if wanted.casefold() in (row.id, row.name.casefold()):
            return row.id
    raise NoSuchRole


async def _found(store: Store, login: str) -> UserRow:
    found = await users.find_user(store, login)
    if found is None:
        raise NoSuchAccount
    return found.user


def _line(user: UserRow) -> str:
    state = "open" if user.is_active else "closed"
    factor = "second factor" if user.has_second_factor else "password alone"
    duty = "on duty" if user.is_on_duty else ""
    return f"{user.login:<20} {user.role_name or user.role:<14} {state:<8} {factor:<16} {duty}"
