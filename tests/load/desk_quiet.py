"""Waits until a service has caught up with its clocks, so that the desk alone is measured.

Read from the service's own rows: the follower has taken in every event, and no term that ran out
waits to be told.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select

from intake.clock import utc_now
from storage.clocks.breaches import FOLLOWER
from storage.clocks.clocks import CLOCK
from storage.clocks.tables import followers
from storage.database import open_database
from storage.tables import chain, timers

LIMIT_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.5


class NotQuiet(Exception):
    """The clocks did not catch up: figures taken now would not be those of the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the clocks have still to do."""

    events: int
    breaches: int

    @property
    def is_nothing(self) -> bool:
        """Whether they have caught up."""
        return not (self.events or self.breaches)


async def until_quiet(url: str, *, limit_seconds: float = LIMIT_SECONDS) -> float:
    """Return after how many seconds the clocks had caught up; raises `NotQuiet`."""
    began = time.perf_counter()
    async with open_database(url) as database:
        while True:
            behind = await database.read(partial(_behind, now=utc_now()))
            waited = time.perf_counter() - began
            if behind.is_nothing:
                return waited
            if waited > limit_seconds:
                raise NotQuiet(
                    f"after {waited:.0f} s the clocks are behind by {behind.events} events and "
                    f"{behind.breaches} terms that ran out"
                )
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _behind(connection: Connection, *, now: datetime) -> Behind:
    followed = select(followers.c.last_id).where(followers.c.name == FOLLOWER)
    last_id = connection.execute(select(chain.c.last_id)).scalar_one()
    waiting = select(func.count()).where(
        timers.c.kind == CLOCK, timers.c.settled_at.is_(None), timers.c.due_at <= now
    )
    return Behind(
        events=last_id - (connection.execute(followed).scalar() or 0),
        breaches=connection.execute(waiting).scalar_one(),
    )
