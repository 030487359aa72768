"""A drill against a real service: a report goes in by HTTP, times come out, nothing is counted."""

import asyncio
import re
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.cli import main
from intake.clock import utc_now
from intake.drilling import PLANNED, seconds, share
from intake.process import Kind, running
from intake.settings import read_settings
from nlu.labels import Intent
from storage import schema, tickets
from storage.accounts import users
from storage.alarm.rung import rings_of_ticket
from storage.drills import drill_plan, drills
from storage.drills.drill_marks import drill_numbers
from storage.drills.drill_plan import DrillPlan, next_drill
from storage.drills.drills import Drill, Outcome
from storage.learning import lessons
from storage.rows import NewTimer, TicketState
from storage.store import Store, open_store
from storage.talks import sources
from storage.timers import set_timers
from tests.intake.test_process import chat_url, served
from tests.tickets_made import add_user


def _open(folder: Path) -> Any:
    return open_store(
        database_url=f"sqlite:///{folder / 'langnghe.db'}",
        keys_url=f"sqlite:///{folder / 'keys' / 'keys.db'}",
        master_key_file=folder / "keys" / "master.key",
    )


async def _hold(folder: Path, url: str, *more: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "intake.cli", "drill", "--url", url, *more,
        env={"LANGNGHE_DATA_DIR": str(folder), "PATH": ""},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def _take_when_rung(store: Store, user_id: str) -> str:
    """Be the operator who takes the ticket after the first alarm."""
    async with asyncio.timeout(120):
        while True:
            for row in await tickets.queue(store):
                if await rings_of_ticket(store, row.ticket.id):
                    assert row.is_drill
                    await tickets.claim_ticket(store, row.ticket.id, user_id=user_id, now=utc_now())
                    return row.ticket.number
            await asyncio.sleep(0.1)


async def test_a_drill_takes_the_real_road_and_measures_it(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, printed), _open(tmp_path) as store:
        url = chat_url(printed).removesuffix("/chat/")
        (operator,) = [u for u in await users.list_users(store) if u.role == "operator"]
        held = asyncio.create_task(_hold(tmp_path, url, "--wait", "60"))
        number = await _take_when_rung(store, operator.id)
        status, words = await held

        assert status == 0, words
        assert number in words
        (drill,) = await drills.last_drills(store)
        assert drill.outcome is Outcome.ANSWERED
        times = (drill.answered_ms, drill.ticket_ms, drill.alarm_ms, drill.human_ms)
        assert all(time is not None and time >= 0 for time in times)
        assert await drill_numbers(store, (number,)) == {number}
        since = datetime(2020, 1, 1, tzinfo=UTC)
        assert await sources.count_sources(store, since=since) == ()
        detail = await tickets.look_again(store, number)
        assert detail is not None
        assert detail.ticket.state is TicketState.ACKNOWLEDGED
        await tickets.change_kind(
            store, detail.ticket.id, kind=Intent.BULLYING, reason="thử", user_id=operator.id,
            now=utc_now(),
        )  # fmt: skip
        assert await lessons.count_waiting(store) == 0


async def test_a_drill_that_finds_nobody_says_so_loudly_and_stops_ringing(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, printed), _open(tmp_path) as store:
        url = chat_url(printed).removesuffix("/chat/")

        status, words = await _hold(tmp_path, url, "--wait", "4")

        assert status == 1
        assert "NOBODY TOOK THE TICKET" in words
        (drill,) = await drills.last_drills(store)
        assert drill.outcome is Outcome.NOBODY
        detail = await tickets.look_again(store, drill.ticket_number)
        assert detail is not None
        assert detail.ticket.state is TicketState.CLOSED
        kinds = [event.kind for event in detail.events]
        assert {"alarm_rung", "drill_ended"} <= set(kinds)
        assert "ticket_claimed" not in kinds
        assert re.search(r"first alarm +\d+\.\d s", words)


async def test_a_service_that_is_away_is_what_a_drill_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    main(["migrate"])

    status, words = await _hold(tmp_path, "http://127.0.0.1:9", "--wait", "1")

    assert status == 1
    assert "THERE WAS NO TICKET" in words
    async with _open(tmp_path) as store:
        (drill,) = await drills.last_drills(store)
        assert (drill.outcome, drill.ticket_number) == (Outcome.BROKEN, "")


async def test_the_weekly_drill_is_held_when_its_hour_comes(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = read_settings({"LANGNGHE_DATA_DIR": str(tmp_path), "LANGNGHE_PORT": str(port)})
    await asyncio.to_thread(schema.migrate, settings.data.database_url)
    async with running(settings, Kind.SERVE) as process:
        store, now = process.service.store, utc_now()
        lan = await add_user(store, now, is_on_duty=True)
        tomorrow = DrillPlan(weekday=(now.weekday() + 2) % 7, start_minute=0)
        await drill_plan.set_plan(store, tomorrow, actor_id=lan.id, now=now)
        assert await drills.last_drills(store) == ()
        due = NewTimer(kind=drill_plan.DRILL_DUE, subject="plan", due_at=now)
        await store.db.transaction(lambda connection: set_timers(connection, (due,)))

        await _take_when_rung(store, lan.id)
        ended = await _last_when_over(store)

    assert (ended.outcome, ended.asked_by) == (Outcome.ANSWERED, PLANNED)


async def _last_when_over(store: Store) -> Drill:
    async with asyncio.timeout(120):
        while True:
            (drill,) = await drills.last_drills(store)
            if drill.outcome is not None:
                return drill
            await asyncio.sleep(0.1)


def test_the_next_weekly_drill_is_always_ahead() -> None:
    now = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)  # Wednesday, a quarter past three in An Giang

    assert next_drill(DrillPlan(weekday=None, start_minute=0), now) is None
    assert next_drill(DrillPlan(weekday=2, start_minute=196), now) == now + timedelta(minutes=1)
    assert next_drill(DrillPlan(weekday=2, start_minute=195), now) == now + timedelta(days=7)
    assert next_drill(DrillPlan(weekday=1, start_minute=195), now) == now + timedelta(days=6)


def test_times_are_summed_up_by_rank() -> None:
    assert share([], 0.5) is None
    assert share([3000], 0.9) == 3000
    assert share([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5) == 5
    assert share([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9) == 9
    assert (seconds(None), seconds(1449)) == ("–", "1.4")
