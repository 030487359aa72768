"""The desk under a load of years: `python -m tests.load.desk --help`, or `make load-desk`.

A service of its own runs on invented tickets (tests/load/desk_rows.py). Times are those of a client
on the same machine that asks one thing after another: the server's time and a little of the client.
"""

import argparse
import asyncio
import hashlib
import json
import math
import platform
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import aiohttp
import psutil
from aiohttp import web

from nlu.places import load_places
from storage import sessions, users
from storage.schema import migrate
from storage.store import Store, open_store
from storage.users import NewUser
from tests.load.bench import quantile
from tests.load.clients import LangNghe
from tests.load.desk_rows import RARE, Desk, fill
from tests.load.report import Mark, mark, mark_lines
from tests.load.server import Running, free_port, start

_COOKIE = "langnghe_console"
_CONSOLES = 50
_DROWNING = "be te xuong song chim mat roi cuu voi"
_PATIENCE_SECONDS = 60.0
BASELINE = "an answer without work (/healthz)"


@dataclass
class Figures:
    """What was measured, by name: seconds, and what each answer cost the service."""

    process: psutil.Process
    took: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    """Milliseconds of processor time an answer: the same on a machine that others use too."""

    @contextmanager
    def note(self, name: str) -> Iterator[list[float]]:
        """Collect the times of a block under a name."""
        took = self.took.setdefault(name, [])
        before = self._cpu_seconds()
        yield took
        self.cpu[name] = (self._cpu_seconds() - before) * 1000 / max(1, len(took))

    def _cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def p95(self, name: str) -> float:
        """Return the time in milliseconds below which 95 % of the answers lie."""
        return quantile(self.took[name], 0.95) * 1000

    def line(self, name: str) -> str:
        """Return a row of the table."""
        took = self.took[name]
        p50, worst = quantile(took, 0.5) * 1000, max(took) * 1000
        return (
            f"  {name:<44}{len(took):>6}{p50:>9.1f}{self.p95(name):>9.1f}{worst:>9.1f}"
            f"{self.cpu[name]:>9.1f}"
        )


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
            found = await _measure(options, desk, running, cookies, rang)
    say("", "Marks:", *mark_lines(found))
    return 0 if all(one.is_met for one in found) else 1


async def _prepare(options: argparse.Namespace, folder: Path) -> tuple[Desk, list[str]]:
    """Write the rows, the staff and a signed-in browser for each of them."""
    data, now = folder / "var", datetime.now(UTC)  # noqa: TID251 - the service's own clock
    (data / "keys").mkdir(parents=True)
    url, began = f"sqlite:///{data / 'langnghe.db'}", time.perf_counter()
    migrate(url)
    async with open_store(
        database_url=url,
        keys_url=f"sqlite:///{data / 'keys' / 'keys.db'}",
        master_key_file=data / "keys" / "master.key",
    ) as store:
        hired = (_hire(store, number, now) for number in range(_CONSOLES))
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
    async with _console(running, cookies[0]) as console:
        await _pages(console, desk, figures, options.requests)
        await _search_of_notes(console, desk, figures)
    await _live(running, cookies, figures, rang)
    say(f"  {'':<44}{'':>6}{'p50 ms':>9}{'p95 ms':>9}{'most ms':>9}{'CPU ms':>9}")
    say(*(figures.line(name) for name in figures.took))
    beside = figures.p95("queue, beside a search of notes") / figures.p95("queue part")
    for name in ("queue", "ticket page"):
        times = figures.p95(name) / figures.p95(BASELINE)
        say(f"  {name}: p95 is {times:.0f} times that of an answer without work.")
    say(f"  A search of notes makes another request's p95 {beside:.1f} times longer.")
    return _marks(figures)


async def _pages(
    console: aiohttp.ClientSession, desk: Desk, figures: Figures, requests: int
) -> None:
    """Ask for every page some times, one after the other, tickets spread over the years."""
    step = max(1, len(desk.open_numbers) // requests)
    some = [desk.open_numbers[at * step % len(desk.open_numbers)] for at in range(requests)]
    for name, paths in {
        BASELINE: ["/healthz"] * requests,
        "queue": ["/console"] * requests,
        "queue part": ["/console/parts/queue"] * requests,
        "queue, filtered": ["/console?commune=30337&kind=bullying"] * requests,
        "queue, done, rare": ["/console?show=done&commune=30337&kind=bullying"] * requests,
        "search by commune, kind, channel": [_find("an phú bắt nạt zalo")] * requests,
        "search by day": [_find("hôm qua")] * requests,
        "ticket page": [f"/console/tickets/{number}" for number in some],
        "ticket part": [f"/console/parts/tickets/{number}" for number in some],
        "hand-over of the shift": ["/console/handover"] * min(requests, 10),
    }.items():
        await _get(console, paths[0])  # what is loaded once
        with figures.note(name) as took:
            took += [await _get(console, path) for path in paths]


async def _search_of_notes(console: aiohttp.ClientSession, desk: Desk, figures: Figures) -> None:
    """Search the words of notes, with and without another reader beside it."""
    path = _find(f'"{RARE}"')
    await _get(console, path)
    with figures.note("search of 5,000 notes") as took:
        took += [await _get(console, path) for _ in range(8)]

    async def read_on(beside: list[float]) -> None:
        while True:
            beside.append(await _get(console, "/console/parts/queue"))

    with figures.note("queue, beside a search of notes") as beside:
        reader = asyncio.create_task(read_on(beside))
        for _ in range(8):
            await _get(console, path)
        reader.cancel()


async def _live(
    running: Running, cookies: list[str], figures: Figures, rang: "asyncio.Queue[float]"
) -> None:
    """A child's critical message: when has each open console fetched the queue that shows it?"""
    ways = figures.took["critical message, two ways have rung"] = []
    with figures.note(f"critical message seen in {_CONSOLES} consoles") as seen:
        for _ in range(3):
            told, hook, began = await _one_alarm(running, cookies, rang)
            seen += [at - began for at in told]
            ways.append(max(min(told), hook) - began)
    figures.cpu["critical message, two ways have rung"] = math.nan


async def _one_alarm(
    running: Running, cookies: list[str], rang: "asyncio.Queue[float]"
) -> tuple[list[float], float, float]:
    """Return when each console showed it, when the other way rang, and when it was said."""
    ready = asyncio.Semaphore(0)
    watching = [asyncio.create_task(_watch(running, cookie, ready)) for cookie in cookies]
    for _ in cookies:
        await ready.acquire()
    while not rang.empty():
        rang.get_nowait()
    async with aiohttp.ClientSession() as http:
        child = await LangNghe(http, running.url).open()
        began = time.perf_counter()
        saying = asyncio.create_task(child.say(_DROWNING))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            told = await asyncio.gather(*watching)
            hook = await rang.get()
        await saying
    return told, hook, began


async def _watch(running: Running, cookie: str, ready: asyncio.Semaphore) -> float:
    """Be an open console: return when the queue that it fetched showed something new that rings."""
    async with _console(running, cookie) as console:
        before = await _ringing(console)
        async with console.get("/console/live", headers={"Accept": "text/event-stream"}) as stream:
            await stream.content.readuntil(b"\n\n")
            ready.release()
            async for line in stream.content:
                if line == b"event: desk\n" and await _ringing(console) > before:
                    break
        return time.perf_counter()


async def _ringing(console: aiohttp.ClientSession) -> int:
    async with console.get("/console/parts/queue") as part:
        part.raise_for_status()
        return (await part.text()).count("data-rings=")


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
    live = max(figures.took[f"critical message seen in {_CONSOLES} consoles"])
    ways = max(figures.took["critical message, two ways have rung"])
    return [
        *wanted,
        mark("search of 5,000 notes", notes, at_most=0.5, unit="s"),
        mark(f"live update in {_CONSOLES} consoles", live, at_most=1, unit="s"),
        mark("critical message to two ways", ways, at_most=1, unit="s"),
    ]


@asynccontextmanager
async def _console(running: Running, cookie: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Cookie": f"{_COOKIE}={cookie}"}
    async with aiohttp.ClientSession(running.url, headers=headers) as console:
        yield console


async def _get(console: aiohttp.ClientSession, path: str) -> float:
    began = time.perf_counter()
    async with console.get(path) as page:
        text = await page.text()
        page.raise_for_status()
    assert 'id="f-login"' not in text, path
    return time.perf_counter() - began


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


def _find(text: str) -> str:
    return f"/console/find?q={quote(text)}"


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, load {load:.1f} before"
    )


if __name__ == "__main__":
    sys.exit(main())
