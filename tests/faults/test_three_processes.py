"""PostgreSQL with three processes, one killed by SIGKILL: all that falls due is decided, once.

What is decided by whichever process comes to it: the alarm, terms that run out, a reporter's
silence, words that wait for a supervisor, a hole in the rota, the weekly drill.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, exists, func, or_, select

from bot.dialogue.silence import Silence
from intake import silence
from intake.process import Kind, running
from intake.settings import read_settings
from storage import events, tickets
from storage.alarm import alarms as alarm_kinds
from storage.clocks import clocks
from storage.clocks.tables import followers
from storage.database import ring
from storage.drills import drill_plan, drills
from storage.drills.drill_plan import DrillPlan
from storage.drills.drills import Outcome
from storage.rota import rota_notices, shifts
from storage.rota.rows import NewShift, ShiftRole
from storage.rows import EventRow, Keep, TicketRow
from storage.store import Store
from storage.tables import alarms, outbox, timers
from storage.tables import events as event_rows
from storage.talks import road
from storage.words import held_words
from tests.conftest import Clock
from tests.engines import Urls, store, urls
from tests.faults.keeper import set_clock
from tests.silent_talks import cry
from tests.tickets_made import BEATEN, add_user, write

__all__ = ["store", "urls"]
pytestmark = pytest.mark.postgresql
_ROOT = Path(__file__).parents[2]
_PROCESSES = 3
_PATIENCE_SECONDS = 240
"""Of a test that waits for rows: a busy machine is slow, not wrong."""
_UNHELD = 3
_LATER = timedelta(hours=3)
"""By then four tiers, the first legal term, each silence and the look at the rota are due; what is
repeated comes two minutes after that."""
_CLAIMS_RUN_OUT = timedelta(seconds=40)
"""Of timers after 15 s, of the right to follow clocks after 30 s (intake/clock_watch.py)."""
_DEATHS = (
    (alarm_kinds.ALARM, "inside"),
    (alarm_kinds.ALARM, "after"),
    (clocks.CLOCK, "inside"),
    (clocks.CLOCK, "after"),
    (Silence.TELL_DESK, "inside"),
    (silence.RING_SUPERVISORS, "after"),
    (held_words.HELD_WORDS, "inside"),
    (rota_notices.ROTA_LOOK, "after"),
)


@dataclass(frozen=True)
class Keepers:
    """Three processes on one database, and their clock."""

    folder: Path
    store: Store
    running: tuple[asyncio.subprocess.Process, ...]

    async def turn_to(self, now: datetime) -> None:
        """Move the clock, and wake whoever sleeps."""
        set_clock(self.folder, now)
        await self.store.db.transaction(_wake)

    async def until_one_died(self) -> None:
        """Wait for the SIGKILL: two processes are left."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            waits = [asyncio.create_task(each.wait()) for each in self.running]
            done, left = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
        assert [each.result() for each in done] == [-9]

    async def until_nothing_is_due(self, now: datetime) -> None:
        """Wait until no timer is due any more and every event was followed."""
        with self.store.db.bell.listen("events") as ear:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while await self.store.db.read(lambda c: _is_waiting(c, now)):
                    await ear.wait(0.5)


@asynccontextmanager
async def _keepers(
    folder: Path, store: Store, urls: Urls, kind: str = "-", when: str = "-", public_url: str = ""
) -> AsyncIterator[Keepers]:
    document = {
        "database_url": urls.database_url,
        "keys_url": urls.keys_url,
        "master_key_file": str(urls.master_key_file),
        "public_url": public_url,
    }
    (folder / "urls").write_text(json.dumps(document), "utf-8")
    arguments = ("-m", "tests.faults.keeper", str(folder), kind, when)
    async with AsyncExitStack() as stack:
        started = []
        for _ in range(_PROCESSES):
            process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=_ROOT)
            stack.push_async_callback(_end, process)
            started.append(process)
        yield Keepers(folder, store, tuple(started))


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def _wake(connection: Connection) -> None:
    for topic in ("timers", "events"):
        ring(connection, topic)


def _is_waiting(connection: Connection, now: datetime) -> bool:
    due = exists().where(timers.c.settled_at.is_(None), timers.c.due_at <= now)
    last = select(func.max(event_rows.c.id)).scalar_subquery()
    followed = exists().where(followers.c.last_id >= last)
    return bool(connection.execute(select(or_(due, ~followed))).scalar())


@pytest.fixture
def engine() -> str:
    return "postgresql"


async def _report(store: Store, now: datetime) -> TicketRow:
    """A reporter writes, and the turn opens a critical ticket."""
    received = await write(store, now)
    assert received.lease
    kept = await road.keep(
        store,
        Keep(
            lease=received.lease, inbox_id=received.inbox_id, now=now, state={}, ticket=BEATEN
        ),
    )  # fmt: skip
    assert kept.ticket
    return kept.ticket


async def _everything_falls_due(store: Store, clock: Clock) -> None:
    """What a desk may have under way: nothing of it is due at this moment."""
    now = clock()
    lan = await add_user(store, now, is_on_duty=True)
    await add_user(store, now, role="supervisor")
    for _ in range(_UNHELD):
        await _report(store, now)
    await cry(store, clock)
    taken = await _report(store, now)
    await tickets.claim_ticket(store, taken.id, user_id=lan.id, now=now)
    await held_words.hold(
        store, taken, words="0900000123", risks=["phone"], user_id=lan.id, now=now
    )
    shift = NewShift(
        user_id=lan.id, role=ShiftRole.DUTY, starts_at=now, ends_at=now + timedelta(hours=8)
    )
    await shifts.add_shift(store, shift, actor_id="boss", now=now)
    await rota_notices.keep_looking(store, now=now)


async def _happened(store: Store) -> list[EventRow]:
    return list(await events.events_after(store, 0, limit=10_000))


async def _check(store: Store) -> None:
    """Everything that was due is in the events, and nothing of it twice."""
    happened = await _happened(store)
    assert (await events.verify(store)).is_whole
    rung = Counter(
        (each.detail["why"], each.ticket_id) for each in happened if each.kind == "alarm_rung"
    )
    whys = Counter(why for why, _ticket in rung)
    assert whys == {
        "unheld": _UNHELD + 1,
        "clock_breached": _UNHELD + 2,
        "reporter_silent": 1,
        "held_words": 1,
        "silent": 1,
    }
    assert {count for (why, _), count in rung.items() if why != "unheld"} == {1}
    _check_tiers(happened)
    told = Counter(
        (each.kind, each.ticket_id, str(each.detail.get("clock") or each.detail.get("minutes")))
        for each in happened
        if each.kind in ("clock_breached", "reporter_silent", "rota_hole")
    )
    assert set(told.values()) == {1}
    assert Counter(kind for kind, _ticket, _which in told) == {
        "clock_breached": 2 * (_UNHELD + 1) + 1, "reporter_silent": 2, "rota_hole": 1
    }  # fmt: skip
    await _check_sends(store)


def _check_tiers(happened: list[EventRow]) -> None:
    """Each critical ticket that nobody holds rang tier by tier, each tier once."""
    tiers: dict[str | None, list[int]] = {}
    for each in happened:
        if each.kind == "alarm_rung" and each.detail["why"] == "unheld":
            tiers.setdefault(each.ticket_id, []).append(each.detail["tier"])
    assert list(tiers.values()) == [[0, 1, 2, 3]] * (_UNHELD + 1)


async def _check_sends(store: Store) -> None:
    """Each alarm with an address has exactly one send."""
    asked = (
        select(alarms.c.way, func.count(outbox.c.id))
        .outerjoin(outbox, outbox.c.alarm_id == alarms.c.id)
        .group_by(alarms.c.id, alarms.c.way)
    )
    sends = await store.db.read(lambda c: c.execute(asked).all())
    assert {count for way, count in sends if way != "console"} == {1}
    assert {count for way, count in sends if way == "console"} == {0}


async def test_three_processes_at_once_decide_everything_once(
    urls: Urls, store: Store, clock: Clock, tmp_path: Path
) -> None:
    await _everything_falls_due(store, clock)
    set_clock(tmp_path, clock())

    async with _keepers(tmp_path, store, urls) as keepers:
        clock.now += _LATER
        await keepers.turn_to(clock())
        await keepers.until_nothing_is_due(clock())

    await _check(store)


@pytest.mark.parametrize(("kind", "when"), _DEATHS)
async def test_what_a_killed_process_had_claimed_is_decided_by_the_others_once(
    urls: Urls, store: Store, clock: Clock, tmp_path: Path, kind: str, when: str
) -> None:
    await _everything_falls_due(store, clock)
    set_clock(tmp_path, clock())

    async with _keepers(tmp_path, store, urls, kind, when) as keepers:
        clock.now += _LATER
        await keepers.turn_to(clock())
        await keepers.until_one_died()
        clock.now += _CLAIMS_RUN_OUT
        await keepers.turn_to(clock())
        await keepers.until_nothing_is_due(clock())

    await _check(store)


@pytest.mark.parametrize(
    ("when", "outcome"),
    [("never", Outcome.NOBODY), ("inside", Outcome.NOBODY), ("after", Outcome.BROKEN)],
)
async def test_the_weekly_drill_is_held_once_and_never_lost_in_silence(
    urls: Urls, store: Store, clock: Clock, tmp_path: Path, when: str, outcome: Outcome
) -> None:
    await add_user(store, clock(), is_on_duty=True)
    wanted = DrillPlan(weekday=clock().weekday(), start_minute=0)
    await drill_plan.set_plan(store, wanted, actor_id="boss", now=clock())
    due_at = drill_plan.next_drill(wanted, clock())
    assert due_at is not None
    set_clock(tmp_path, clock())
    environment = {
        "LANGNGHE_DATA_DIR": str(tmp_path), "LANGNGHE_PORT": "0",
        "LANGNGHE_DATABASE_URL": urls.database_url, "LANGNGHE_KEYS_URL": urls.keys_url,
        "LANGNGHE_MASTER_KEY_FILE": str(urls.master_key_file),
    }  # fmt: skip
    kind = "-" if when == "never" else drill_plan.DRILL_DUE

    async with (
        running(read_settings(environment), Kind.WEB, clock=clock) as web,
        _keepers(tmp_path, store, urls, kind, when, web.url) as keepers,
    ):
        clock.now = due_at
        await keepers.turn_to(due_at)
        if when != "never":
            await keepers.until_one_died()
            clock.now += _CLAIMS_RUN_OUT
            await keepers.turn_to(clock())
        await _until_told(store, "alarm_rung" if outcome is Outcome.NOBODY else "drill_begun")
        clock.now += timedelta(minutes=3)
        await keepers.turn_to(clock())
        await _until_told(store, "drill_ended")
        await keepers.until_nothing_is_due(clock())

    (drill,) = await drills.last_drills(store)
    assert drill.outcome is outcome
    told = Counter(each.kind for each in await _happened(store))
    assert (told["drill_begun"], told["drill_ended"]) == (1, 1)
    assert told["ticket_opened"] == (outcome is Outcome.NOBODY)
    asked = select(timers.c.due_at).where(
        timers.c.kind == drill_plan.DRILL_DUE, timers.c.settled_at.is_(None)
    )
    rows = await store.db.read(lambda c: c.execute(asked).all())
    assert [row.due_at for row in rows] == [due_at + timedelta(days=7)]


async def _until_told(store: Store, kind: str) -> None:
    with store.db.bell.listen("events") as ear:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while all(each.kind != kind for each in await _happened(store)):
                await ear.wait(0.5)
