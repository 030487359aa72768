"""The rows and their keys, opened together: what every storage function takes first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database, open_database
from storage.vault import Vault, open_vault


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the vault that holds its keys apart."""

    db: Database
    vault: Vault


@asynccontextmanager
async def open_store(
    *, database_url: str, keys_url: str, master_key_file: Path
) -> AsyncIterator[Store]:
    """Open both; the tables must exist already (`storage.schema.migrate`)."""
    async with open_database(database_url) as rows, open_database(keys_url) as keys:
        yield Store(rows, await open_vault(keys, master_key_file))
