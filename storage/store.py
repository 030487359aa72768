"""The rows and their keys, opened together: what every storage function takes first."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.database import Database, open_database
from storage.keys.vault import Vault, open_vault

_SENDERS = 10_000


class Senders(OrderedDict[bytes, tuple[str, str]]):
    """The ids of who wrote last, by lookup hash: spares a read a message. Ids never change."""

    def remember(self, lookup: bytes, ids: tuple[str, str]) -> None:
        """Keep the ids; the oldest are forgotten first."""
        self[lookup] = ids
        self.move_to_end(lookup)
        while len(self) > _SENDERS:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the vault that holds its keys apart."""

    db: Database
    vault: Vault
    senders: Senders = field(default_factory=Senders)


@asynccontextmanager
async def open_store(
    *, database_url: str, keys_url: str, master_key_file: Path
) -> AsyncIterator[Store]:
    """Open both; the tables must exist already (`storage.schema.migrate`)."""
    async with open_database(database_url) as rows, open_database(keys_url) as keys:
        yield Store(rows, await open_vault(keys, master_key_file))
