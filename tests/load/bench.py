"""N people at once, each saying one talk after another for a while; every answer is kept."""

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import aiohttp

from tests.load.clients import Answer, Service, Session
from tests.load.talks import talks

TALKS_A_VISIT = 4
"""16 messages, then somebody new: within the fair rate of a session (20 at once, 1 a second)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What one number of sessions gave."""

    service: str
    sessions: int
    seconds: float
    answers: tuple[Answer, ...]
    warm_up: tuple[Answer, ...] = ()
    """Said before the clock ran: stored like the others, not counted in the figures."""

    @property
    def answered(self) -> tuple[Answer, ...]:
        """The messages that were answered within the call."""
        return tuple(answer for answer in self.answers if answer.status == 200 and answer.replies)

    @property
    def per_second(self) -> float:
        """Answered messages a second."""
        return len(self.answered) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Return the latency below which `share` (0..1) of the answered messages lie."""
        return quantile([answer.seconds for answer in self.answered], share) * 1000


def quantile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank quantile; not a number when there is no value."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measure(service: Service, *, sessions: int, seconds: float) -> Level:
    """Warm up with one visit, then let `sessions` people talk for `seconds`."""
    stories = talks()
    warm_up: list[Answer] = []
    await _visit(service, stories, warm_up, until=math.inf)

    answers: list[Answer] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(_come_and_go(service, stories, answers, until=began + seconds) for _ in range(sessions))
    )
    return Level(
        service=service.name,
        sessions=sessions,
        seconds=time.perf_counter() - began,
        answers=tuple(answers),
        warm_up=tuple(warm_up),
    )


async def _come_and_go(
    service: Service, stories: Iterator[tuple[str, ...]], answers: list[Answer], *, until: float
) -> None:
    while time.perf_counter() < until:
        await _visit(service, stories, answers, until=until)


async def _visit(
    service: Service, stories: Iterator[tuple[str, ...]], answers: list[Answer], *, until: float
) -> None:
    """Say a few talks line by line in one session; a call that breaks has status 0."""
    session: Session | None = None
    for _ in range(TALKS_A_VISIT):
        for text in next(stories):
            if time.perf_counter() >= until:
                return
            began = time.perf_counter()
            try:
                session = session or await service.open()
                began = time.perf_counter()
                answers.append(await session.say(text))
            except (aiohttp.ClientError, TimeoutError, ValueError):
                seconds = time.perf_counter() - began
                answers.append(Answer(client_id="", status=0, seconds=seconds, replies=0))
