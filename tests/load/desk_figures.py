"""What the bench of the desk asks of the service, and how long each answer took.

Pages are asked one after the other; an alarm is watched from every console at once.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
import psutil

from tests.load.bench import quantile
from tests.load.clients import LangNghe
from tests.load.desk_log import RARE
from tests.load.desk_rows import Desk
from tests.load.server import Running

CONSOLES = 50
BASELINE = "an answer without work (/healthz)"
_COOKIE = "langnghe_console"
_DROWNING = "be te xuong song chim mat roi cuu voi"
_PATIENCE_SECONDS = 60.0


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


async def ask_pages(
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


async def search_notes(console: aiohttp.ClientSession, desk: Desk, figures: Figures) -> None:
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


async def ring_alarms(
    running: Running, cookies: list[str], figures: Figures, rang: "asyncio.Queue[float]"
) -> None:
    """A child's critical message: when has each open console fetched the queue that shows it?"""
    ways = figures.took["critical message, two ways have rung"] = []
    with figures.note(f"critical message seen in {CONSOLES} consoles") as seen:
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
    async with open_console(running, cookie) as console:
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


@asynccontextmanager
async def open_console(running: Running, cookie: str) -> AsyncIterator[aiohttp.ClientSession]:
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


def _find(text: str) -> str:
    return f"/console/find?q={quote(text)}"
