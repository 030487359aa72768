"""Plays the reporter of a drill (diễn tập) over HTTP: the web chat's own API, nothing else.

Whoever calls it has noted the drill before (storage/drills/drills.py). Nothing here knows the
database but for the two times that only the reporter's end can tell: when it wrote, and when it was
answered.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from intake.clock import Clock
from intake.errors import IntakeError
from intake.logs import log
from intake.service import Service
from storage.drills import drill_plan, drills
from storage.drills.drills import Drill
from storage.rows import TimerRow
from storage.store import Store

STORIES = {
    "beaten": (
        "ba dang danh con, con tron trong nha tam",
        "con so lam",
    ),
    "drowning": (
        "em con vua rot xuong kinh roi, cuu voi",
        "nuoc sau lam, con khong biet loi",
    ),
}
"""What invented children write; the first words alone make the report critical."""
WITHIN = timedelta(seconds=120)
PLANNED = "rota"
"""Who asked for a weekly drill: nobody."""
_LOOK_EVERY_SECONDS, _LOOKS = 0.5, 20
_TIMEOUT = aiohttp.ClientTimeout(total=20)


class NotReached(IntakeError):
    """The web chat did not take the invented report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """An invented reporter with a session of the web chat."""

    http: aiohttp.ClientSession
    url: str
    """Of the service, without a trailing slash."""
    session: str
    source: str

    async def write(self, text: str) -> bool:
        """Send a message; True when the machine answered within the same request."""
        body = {
            "session": self.session,
            "client_id": uuid4().hex,
            "source": self.source,
            "text": text,
        }
        answer = await _post(self.http, f"{self.url}/chat/api/messages", body)
        return bool(answer.get("replies"))

    async def is_answered(self) -> bool:
        """Look whether anything came back."""
        headers = {"X-Chat-Session": self.session}
        try:
            async with self.http.get(f"{self.url}/chat/api/messages", headers=headers) as response:
                if response.status != 200:
                    return False
                found = (await response.json())["messages"]
        except (aiohttp.ClientError, TimeoutError):
            return False
        return any(each["from"] != "you" for each in found)


async def play(store: Store, drill: Drill, url: str, *, clock: Clock) -> None:
    """Write what a drill's reporter writes, and note when the machine's answer came.

    Never raises for what the service does: a chat that cannot be reached is what a drill finds out.
    """
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        try:
            await _play(store, drill, http, url.rstrip("/"), clock)
        except NotReached:
            log.error("drill_not_taken")


async def _play(
    store: Store, drill: Drill, http: aiohttp.ClientSession, url: str, clock: Clock
) -> None:
    opened = await _post(http, f"{url}/chat/api/sessions", None)
    reporter = Reporter(http=http, url=url, session=opened["session"], source=drill.tag)
    first, *more = STORIES[drill.story]
    is_answered = await reporter.write(first)
    patience = _LOOKS
    while not is_answered and patience:
        patience -= 1
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        is_answered = await reporter.is_answered()
    if is_answered:
        await drills.note_answer(store, drill.id, now=clock())
    for text in more:
        await reporter.write(text)


async def hold_planned(service: Service, timer: TimerRow) -> None:
    """Hold the weekly drill (timer `drill_due`), unless a real report waits or one is under way.

    A process that dies while it plays leaves a drill that says so: its report did not come.
    """
    store, now = service.store, service.clock()
    drill = await drill_plan.begin_planned(
        store, timer, next(iter(STORIES)), actor_id=PLANNED, within=WITHIN, now=now
    )
    if drill is None:
        log.info("drill_left_out")
        return
    await play(store, drill, service.settings.web.public_url, clock=service.clock)


async def wait_for_human(store: Store, drill: Drill, *, clock: Clock) -> Drill:
    """Return a drill once a person took its ticket or its time is over, whoever ends it."""
    while True:
        now = clock()
        found = await drills.look(store, drill.id)
        if found is None:
            return drill
        if found.outcome is None and (found.human_ms is not None or now >= drill.ends_at):
            found = await drills.finish(store, drill.id, now=now) or found
        if found.outcome is not None:
            return found
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _post(http: aiohttp.ClientSession, url: str, body: Any) -> Any:
    try:
        async with http.post(url, json=body) as response:
            if response.status not in (200, 202):
                raise NotReached
            return await response.json()
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise NotReached from None


def seconds(milliseconds: int | None) -> str:
    """Write a time of a drill as `1.4`; a dash where there is none."""
    return "–" if milliseconds is None else f"{milliseconds / 1000:.1f}"


def share(times: list[int], part: float) -> int | None:
    """Return the time within which a part of all drills was (nearest rank); None without any."""
    if not times:
        return None
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * round(part * 100) // 100) - 1)]
