"""A database that counts how often it is asked: what is read once for many can be held to that."""

from dataclasses import replace
from typing import TypeVar

from storage.bell import Bell
from storage.database import Database, Work
from storage.store import Store

T = TypeVar("T")


class CountingDatabase:
    """Passes everything on."""

    def __init__(self, behind: Database) -> None:
        self._behind = behind
        self.dialect = behind.dialect
        self.reads = 0

    @property
    def bell(self) -> Bell:
        """See `Database.bell`."""
        return self._behind.bell

    async def transaction(self, work: Work[T]) -> T:
        """See `Database.transaction`."""
        return await self._behind.transaction(work)

    async def read(self, work: Work[T]) -> T:
        """See `Database.read`."""
        self.reads += 1
        return await self._behind.read(work)

    async def close(self) -> None:
        """See `Database.close`."""
        await self._behind.close()


def counted(store: Store) -> tuple[Store, CountingDatabase]:
    """Return a store on the same rows, and what counts its readings."""
    counting = CountingDatabase(store.db)
    return replace(store, db=counting), counting
