"""From a child's critical message to a console that rings: seconds, as an open console sees it.

The page listens to /console/live and fetches the queue when the stream says that something changed;
a card with `data-rings` makes it sound. This does the same two steps without a browser.
"""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.load.clients import LangNghe

MESSAGES = (
    "cuu voi, be te xuong song chim mat roi",
    "có người đang cầm dao rượt đánh con",
    "Bé đuối nước vừa vớt lên, không thở!",
)
_LIMIT_SECONDS = 20.0
_TOKEN = re.compile(r"name=\"csrf\" value=\"([^\"]+)\"")


def first_operator(output: Path) -> tuple[str, str]:
    """Read log-in name and one-time password of the operator from what the first start printed."""
    for line in output.read_text("utf-8").splitlines():
        match line.split():
            case [login, "operator", password] | ["operator", login, password]:
                return login, password
    raise LookupError("the first start printed no operator")


async def measure_alarm(url: str, login: str, password: str) -> list[float]:
    """Sign in, go on duty, then say each critical message in a session of its own."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address
    async with aiohttp.ClientSession(url, cookie_jar=jar) as console:
        await _sign_in(console, login, password)
        return [await _seconds_until_it_rings(console, url, text) for text in MESSAGES]


async def _sign_in(console: aiohttp.ClientSession, login: str, password: str) -> None:
    fresh = secrets.token_urlsafe(16)
    await _post(console, "/console/login", login=login, password=password)
    await _post(console, "/console/password", current=password, new=fresh, again=fresh)
    await _post(console, "/console/duty", at="/console", on="1")


async def _post(console: aiohttp.ClientSession, path: str, *, at: str = "", **fields: str) -> None:
    async with console.get(at or path) as page:
        token = _TOKEN.search(await page.text())
    if token is None:
        raise LookupError(f"no form at {at or path}")
    async with console.post(path, data={"csrf": token[1], **fields}) as answer:
        answer.raise_for_status()


async def _seconds_until_it_rings(console: aiohttp.ClientSession, url: str, text: str) -> float:
    async with _listening(console) as changes, aiohttp.ClientSession() as http:
        before = await _ringing_cards(console)
        child = await LangNghe(http, url).open()
        began = time.perf_counter()
        saying = asyncio.create_task(child.say(text))
        async with asyncio.timeout(_LIMIT_SECONDS):
            async for _ in changes:
                if await _ringing_cards(console) > before:
                    break
        seconds = time.perf_counter() - began
        await saying
    return seconds


async def _ringing_cards(console: aiohttp.ClientSession) -> int:
    async with console.get("/console/parts/queue") as part:
        part.raise_for_status()
        return (await part.text()).count("data-rings=")


@asynccontextmanager
async def _listening(console: aiohttp.ClientSession) -> AsyncIterator[AsyncIterator[None]]:
    """Open the stream; give an item for every event that says that the desk changed."""
    headers = {"Accept": "text/event-stream"}
    async with console.get("/console/live", headers=headers) as stream:
        stream.raise_for_status()
        await stream.content.readuntil(b"\n\n")  # hello: from here on nothing is missed
        yield _desk_events(stream)


async def _desk_events(stream: aiohttp.ClientResponse) -> AsyncIterator[None]:
    async for line in stream.content:
        if line == b"event: desk\n":
            yield
