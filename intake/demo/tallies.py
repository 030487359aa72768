"""What goes on beside reports (quanh phiếu): calls that are only counted, shifts of the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from intake.calls.report import soft_report
from intake.clock import LOCAL_ZONE
from intake.demo import chances
from intake.demo.chances import draw
from intake.demo.stories import Story, Wish
from intake.service import Service
from storage.calls.spoken import Spoken
from storage.calls.tallies import CallKind, NewTally, count_call
from storage.database import new_id
from storage.rota import shifts
from storage.rota.rows import NewShift, ShiftRole

_SHIFTS = ((time(6), time(18)), (time(18), time(6)))
"""Nobody is on duty for longer than twelve hours (storage/rota/rows.py)."""
AHEAD_DAYS = 14
"""How far the invented rota reaches beyond today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A call that needs no ticket."""

    at: datetime
    kind: CallKind
    taker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A shift of one of the operators."""

    at: datetime
    ends_at: datetime
    taker: int


def counted_calls(wish: Wish, stories: tuple[Story, ...]) -> tuple[Counted, ...]:
    """Return calls that are only counted, as many by day as there are reports."""
    random = Random(wish.seed + 1)  # noqa: S311 - chances, no secrets
    return tuple(
        Counted(
            at=story.begun_at + timedelta(minutes=random.uniform(1, 600)),
            kind=draw(random, chances.COUNTED),
            taker=random.randrange(3),
        )
        for story in stories
        for _ in range(chances.COUNTED_A_TICKET)
    )


def duties(wish: Wish) -> tuple[Duty, ...]:
    """Return two shifts a day, the operators in turn, from the first day to the last planned."""
    today = wish.until.astimezone(LOCAL_ZONE).date()
    days = (today + timedelta(days=day) for day in range(-wish.days, AHEAD_DAYS + 1))
    spans = (span for day in days for span in _spans(day))
    return tuple(
        Duty(at=at, ends_at=ends_at, taker=number) for number, (at, ends_at) in enumerate(spans)
    )


def _spans(day: date) -> Iterator[tuple[datetime, datetime]]:
    for begins, ends in _SHIFTS:
        next_day = day + timedelta(days=begins > ends)
        at = datetime.combine(day, begins, LOCAL_ZONE)
        yield at.astimezone(UTC), datetime.combine(next_day, ends, LOCAL_ZONE).astimezone(UTC)


async def count(service: Service, counted: Counted, user_id: str) -> None:
    """Count a call as the desk does."""
    now, call_id = service.clock(), new_id()
    tally = NewTally(call_id=call_id, kind=counted.kind, channel=Spoken.PHONE, user_id=user_id)
    soft = soft_report(call_id, channel=Spoken.PHONE, user_id=user_id, words="", now=now)
    await count_call(service.store, tally, soft=soft, now=now)


async def plan_shift(service: Service, duty: Duty, user_id: str) -> int:
    """Plan a shift, and return its number."""
    shift = NewShift(user_id=user_id, role=ShiftRole.DUTY, starts_at=duty.at, ends_at=duty.ends_at)
    return await shifts.add_shift(service.store, shift, actor_id=user_id, now=service.clock())
