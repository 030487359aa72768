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
from storage import users
from storage.rows import UserRow
from storage.store import Store, open_store


class NoSuchAccount(IntakeError):
    """There is no account with this log-in name."""


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
    match options.action:
        case "add":
            password = await create_account(
                store,
                login=options.login,
                display_name=options.name or options.login,
                role=Role(options.role),
                now=utc_now(),
            )
            return f"{options.login} ({options.role}), one-time password: {password}"
        case "list":
            return "\n".join(_line(user) for user in await users.list_users(store))
        case "reset":
            password = await reset_password(store, (await _found(store, options)).id, utc_now())
            return f"{options.login}, one-time password: {password}"
        case _:
            is_active = options.action == "enable"
            user = await _found(store, options)
            await users.set_active(
                store, user.id, is_active=is_active, now=utc_now(), actor_id=COMMAND_LINE
            )
            return f"{options.login} is {'open' if is_active else 'closed'}"


async def _found(store: Store, options: argparse.Namespace) -> UserRow:
    found = await users.find_user(store, options.login)
    if found is None:
        raise NoSuchAccount
    return found.user


def _line(user: UserRow) -> str:
    state = "open" if user.is_active else "closed"
    return f"{user.login:<20} {user.role:<14} {state:<8} {'on duty' if user.is_on_duty else ''}"
