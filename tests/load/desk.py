"""The desk under a load of years: `python -m tests.load.desk --help`, or `make load-desk`.

A service of its own runs on invented tickets (tests/load/desk_rows.py). Times are those of a client
on the same machine that asks one thing after another: the server's time and a little of the client.
"""

import argparse
import asyncio
import hashlib
import json
import platform
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from aiohttp import web

from intake.clock import utc_now
from nlu.places import load_places
from storage.accounts import sessions, users
from storage.accounts.users import NewUser
from storage.schema import migrate
from storage.store import Store, open_store
from tests.load.desk_figures import (
    BASELINE,
    CONSOLES,
    Figures,
    ask_pages,
    open_console,
    ring_alarms,
    search_notes,
)
from tests.load.desk_quiet import until_quiet
from tests.load.desk_rows import Desk, fill
from tests.load.report import Mark, mark, mark_lines
from tests.load.server import Running, free_port, start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 1 when a mark is missed."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="langnghe-desk-", dir=options.folder) as name:
        return asyncio.run(_bench(options, Path(name)))


def say(*lines: str) -> None:
    """Print; the bench talks to a person."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.desk", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, metavar="N")
    parser.add_argument("--messages", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--requests", type=int, default=60, help="of each kind (60)")
    parser.add_argument("--folder", type=Path, help="where the temporary data folder is made")
    return parser.parse_args(arguments)


async def _bench(options: argparse.Namespace, folder: Path) -> int:
    desk, cookies = await _prepare(options, folder)
    rang = asyncio.Queue[float]()
    async with _listening_to_alarms(rang) as hook:
        with start(folder, {"LANGNGHE_ALARM_WEBHOOK_URL": hook}) as running:
            waited = await until_quiet(_url(folder))
            say(f"The clocks had caught up {waited:.1f} s after the start.")
            found = await _measure(options, desk, running, cookies, rang)
    say("", "Marks:", *mark_lines(found))
    return 0 if all(one.is_met for one in found) else 1


async def _prepare(options: argparse.Namespace, folder: Path) -> tuple[Desk, list[str]]:
    """Write the rows, the staff and a signed-in browser for each of them."""
    data, now = folder / "var", utc_now()
    (data / "keys").mkdir(parents=True)
    url, began = _url(folder), time.perf_counter()
    migrate(url)
    async with open_store(
        database_url=url,
        keys_url=f"sqlite:///{data / 'keys' / 'keys.db'}",
        master_key_file=data / "keys" / "master.key",
    ) as store:
        hired = (_hire(store, number, now) for number in range(CONSOLES))
        staff = await asyncio.gather(*hired)
        cookies = await asyncio.gather(*(_sign_in(store, user_id, now) for user_id in staff))
        desk = await fill(
            store,
            count=options.tickets,
            messages=options.messages,
            staff=staff,
            communes=[code for code, _ in load_places().communes],
            now=now,
        )
    say(
        _machine(),
        f"{desk.tickets:,} tickets ({len(desk.open_numbers):,} open), {desk.messages:,} messages, "
        f"{desk.notes:,} notes, {(data / 'langnghe.db').stat().st_size / 1e6:,.0f} MB, "
        f"written in {time.perf_counter() - began:.0f} s",
        "",
    )
    return desk, cookies


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'var' / 'langnghe.db'}"


async def _hire(store: Store, number: int, now: datetime) -> str:
    new = NewUser(
        login=f"can-bo-{number}",
        display_name=f"Cán bộ {number}",
        role="operator",
        password_hash="-",
        must_change_password=False,
    )
    added = await users.create_user(store, new, now=now)
    await users.set_on_duty(store, added.id, is_on_duty=True, now=now)
    return added.id


async def _sign_in(store: Store, user_id: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    await sessions.open_session(
        store,
        user_id,
        token_hash=hashlib.sha256(token.encode()).digest(),
        csrf=secrets.token_urlsafe(32),
        now=now,
        lifetime=timedelta(hours=2),
    )
    return token


async def _measure(
    options: argparse.Namespace,
    desk: Desk,
    running: Running,
    cookies: list[str],
    rang: "asyncio.Queue[float]",
) -> list[Mark]:
    figures = Figures(running.process)
    async with open_console(running, cookies[0]) as console:
        await ask_pages(console, desk, figures, options.requests)
        await search_notes(console, desk, figures)
    await ring_alarms(running, cookies, figures, rang)
    say(f"  {'':<44}{'':>6}{'p50 ms':>9}{'p95 ms':>9}{'most ms':>9}{'CPU ms':>9}")
    say(*(figures.line(name) for name in figures.took))
    for name in ("queue", "ticket page"):
        times = figures.p95(name) / figures.p95(BASELINE)
        say(f"  {name}: p95 is {times:.0f} times that of an answer without work.")
    return _marks(figures)


def _marks(figures: Figures) -> list[Mark]:
    wanted = [
        mark(f"{name}, p95", figures.p95(name), at_most=100, unit="ms")
        for name in (
            "queue",
            "queue part",
            "queue, filtered",
            "queue, done, rare",
            "search by commune, kind, channel",
            "search by day",
            "ticket page",
            "ticket part",
        )
    ]
    notes = max(figures.took["search of 5,000 notes"])
    live = max(figures.took[f"critical message seen in {CONSOLES} consoles"])
    ways = max(figures.took["critical message, two ways have rung"])
    return [
        *wanted,
        mark("search of 5,000 notes", notes, at_most=0.5, unit="s"),
        mark(f"live update in {CONSOLES} consoles", live, at_most=1, unit="s"),
        mark("critical message to two ways", ways, at_most=1, unit="s"),
    ]


@asynccontextmanager
async def _listening_to_alarms(rang: "asyncio.Queue[float]") -> AsyncIterator[str]:
    """Be the alarm's webhook: note when each ring came."""

    async def hook(request: web.Request) -> web.Response:
        json.loads(await request.text())
        rang.put_nowait(time.perf_counter())
        return web.Response()

    app = web.Application()
    app.router.add_post("/ring", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/ring"
    await runner.cleanup()


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load {load:.1f} before"
    )


if __name__ == "__main__":
    sys.exit(main())
