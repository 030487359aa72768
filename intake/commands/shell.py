"""What commands in the shell of the server share: the store, and who is at the keyboard."""

import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from intake.accounts import COMMAND_LINE
from intake.errors import SettingsError
from intake.settings import DataSettings, read_settings
from storage import schema
from storage.store import Store, open_store

ACTOR = COMMAND_LINE


@asynccontextmanager
async def opened_store() -> AsyncIterator[Store]:
    """Open the store of the settings; raises `SettingsError` when its tables are not ready."""
    data = read_settings(os.environ).data
    check_tables(data)
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as store:
        yield store


def check_tables(data: DataSettings) -> None:
    """Raise `SettingsError` when the tables are missing or older or newer than this code."""
    if schema.current(data.database_url) != schema.newest():
        raise SettingsError("the tables are not up to date: run `langnghe migrate` first")


def account() -> str:
    """Return the operating system's account, for the audit: the shell knows no other name."""
    try:
        return getpass.getuser()[:64]
    except (OSError, KeyError):  # a container's number without a name
        return str(os.getuid())
