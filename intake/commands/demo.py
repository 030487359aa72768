"""`langnghe demo seed | remove`: an invented year, to see and to measure every screen."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from intake.clock import utc_now
from intake.commands.shell import ACTOR, check_tables, opened_store
from intake.demo.year import Order, Seeded, seed
from intake.process import alone
from intake.settings import Settings, read_settings
from storage.drills import demo
from storage.sqlite import UNDURABLE
from storage.store import Store, open_store

_EVERY_SECONDS = 2.0


def run(options: argparse.Namespace) -> int:
    """Make the year or remove it; the service must not run meanwhile on an embedded database."""
    settings = read_settings(os.environ)
    if options.action == "remove":
        return asyncio.run(_remove(settings))
    order = Order(
        tickets=options.tickets, days=options.days, seed=options.seed, beside=options.beside
    )
    return asyncio.run(_seed(settings, order))


async def _seed(settings: Settings, order: Order) -> int:
    progress = Progress(order.tickets, "tickets")
    with alone(settings):
        async with _quick_store(settings, order) as store:
            made = await seed(settings, store, order, now=utc_now(), tell=progress.tell)
    _report(made, order)
    return 0


@asynccontextmanager
async def _quick_store(settings: Settings, order: Order) -> AsyncIterator[Store]:
    """Open the store; flushed to the disk only where real rows could suffer."""
    data = settings.data
    check_tables(data)
    is_quick = data.database_url.startswith("sqlite") and not order.beside
    more = UNDURABLE if is_quick else ""
    async with open_store(
        database_url=data.database_url + more,
        keys_url=data.keys_url + more if data.keys_url.startswith("sqlite") else data.keys_url,
        master_key_file=data.master_key_file,
    ) as store:
        yield store


def _report(made: Seeded, order: Order) -> None:
    _write(f"\n{order.tickets} invented tickets over {order.days} days.")
    _write("Invented staff, passwords shown this once:")
    for login, password in made.passwords.items():
        _write(f"  {login:16} {password}")
    _write("`langnghe demo remove` takes all of it away again.")


async def _remove(settings: Settings) -> int:
    progress = Progress(0, "keys")
    with alone(settings):
        async with opened_store() as store:
            gone = await demo.remove(store, actor_id=ACTOR, now=utc_now(), tell=progress.of)
    _write(f"\nErased {gone.tickets} invented tickets and {gone.people} people.")
    _write("Their numbers stay used, as empty closed shells: events are append-only.")
    return 0


class Progress:
    """Says now and then how far it is and how long it takes yet; on a terminal or not."""

    def __init__(self, whole: int, what: str) -> None:
        self._whole, self._what = whole, what
        self._begun = self._told = time.monotonic()

    def tell(self, done: int) -> None:
        """Hear that so many are done."""
        self.of(done, self._whole)

    def of(self, done: int, whole: int) -> None:
        """Hear that so many of so many are done."""
        now = time.monotonic()
        if not done or (now - self._told < _EVERY_SECONDS and done < whole):
            return
        self._told = now
        left = (now - self._begun) / done * (whole - done)
        sys.stdout.write(f"\r{done} of {whole} {self._what}, about {left:.0f} s left   ")
        sys.stdout.flush()


def _write(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
