"""The real service, which dies by SIGKILL at one commit point: `python victim.py WHERE WHEN`.

WHERE names a storage function, as `storage.talks.road.keep`; WHEN is `before` or `after` its
commit. With `-` as WHERE it lives.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from intake.logs import configure_logs
from intake.process import Kind, running
from intake.settings import read_settings
from storage import schema
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase

Transaction = Callable[[Any, Callable[[Any], Any]], Awaitable[Any]]


def dying(transaction: Transaction, where: str, when: str) -> Transaction:
    """Return the engine's own transaction with a sudden death in it."""

    async def run(database: Any, work: Callable[[Any], Any]) -> Any:
        name = f"{work.__module__}.{work.__qualname__.split('.<locals>')[0]}"
        if name == where and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = await transaction(database, work)
        if name == where:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    return run


async def main(where: str, when: str) -> None:
    settings = read_settings(os.environ)
    configure_logs("WARNING")
    schema.migrate(settings.data.database_url)
    if where != "-":
        for engine in (SqliteDatabase, PostgresDatabase):
            engine.transaction = dying(engine.transaction, where, when)  # type: ignore[method-assign]  # dies on purpose
    async with running(settings, Kind.SERVE) as process:
        sys.stdout.write(f"{process.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
