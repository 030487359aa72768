"""kill -9 at every commit point of the road: nothing lost, nothing twice that must be once."""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram_api import TOKEN, FakeTelegramApi, fake_telegram

SECRET = "test-secret-1"
POINTS = (
    "storage.keys.vault.Vault.create",
    "storage.talks.inbox.receive",
    "storage.talks.road.keep",
    "storage.alarm.deciding.decide",
    "storage.talks.outbox.claim",
    "storage.talks.outbox._settle",
)
_PATIENCE_SECONDS = 240
"""A busy machine is slow, not wrong."""
UPDATE = {
    "update_id": 700901,
    "message": {
        "message_id": 9,
        "from": {"id": 100000009, "is_bot": False, "first_name": "Thử"},
        "chat": {"id": 100000009, "type": "private", "first_name": "Thử"},
        "date": 1795420800,
        "text": "con toi rot xuong kinh roi cuu voi",
    },
}


@dataclass
class Alarms:
    """What the alarm webhook was told."""

    url: str
    told: list[dict[str, Any]]


@asynccontextmanager
async def alarm_webhook() -> AsyncIterator[Alarms]:
    from aiohttp import web
    from aiohttp.test_utils import TestServer

    told: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    server = TestServer(app)
    await server.start_server()
    yield Alarms(str(server.make_url("/")), told)
    await server.close()


@asynccontextmanager
async def victim(
    environment: dict[str, str], where: str = "-", when: str = "before"
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("victim.py")),
        where,
        when,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        async with asyncio.timeout(_PATIENCE_SECONDS):
            url = (await process.stdout.readline()).decode().strip()
        yield url, process
    finally:
        if process.returncode is None:
            process.kill()
        _, errors = await process.communicate()
        assert b"kinh" not in errors


async def post(url: str) -> int | None:
    """Deliver the update as Telegram would; None when nobody answered."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_PATIENCE_SECONDS)) as http,
            http.post(f"{url}/webhooks/telegram", json=UPDATE, headers=headers) as response,
        ):
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return None


async def until(check: Any) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not check():  # noqa: ASYNC110 - another process: there is no event to wait on
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("where", POINTS)
async def test_a_sudden_death_loses_nothing(tmp_path: Path, where: str, when: str) -> None:
    async with fake_telegram() as api, alarm_webhook() as alarms:
        environment = {
            "LANGNGHE_DATA_DIR": str(tmp_path),
            "LANGNGHE_PORT": "0",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "LANGNGHE_TELEGRAM_API_URL": api.url,
            "LANGNGHE_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "LANGNGHE_ALARM_WEBHOOK_URL": alarms.url,
            "LANGNGHE_ALARM_WEBHOOK_SECRET": "alarm-secret",
        }
        async with victim(environment, where, when) as (url, process):
            first = await post(url)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                assert await process.wait() == -9

        async with victim(environment) as (url, _):
            if first != 200:  # Telegram repeats what was not acknowledged
                assert await post(url) == 200
            await until(lambda: len(texts(api)) >= 1 and len(alarms.told) >= 1)
            await until(lambda: unsettled(tmp_path) == 0)

        assert any("115" in text or "114" in text for text in texts(api))
        assert count(tmp_path, "SELECT count(*) FROM inbox") == 1
        assert count(tmp_path, "SELECT count(*) FROM tickets") == 1
        assert count(tmp_path, "SELECT count(*) FROM events WHERE kind = 'ticket_opened'") == 1
        decided = "SELECT count(*) FROM alarms WHERE way = 'webhook' AND tier % 100000 = 0"
        assert count(tmp_path, decided) == 1
        assert set(alarms.told[0]) >= {"number", "urgency", "link"}
        assert "kinh" not in json.dumps(alarms.told)


def texts(api: FakeTelegramApi) -> list[str]:
    return [str(call["text"]) for call in api.of("sendMessage")]


def count(folder: Path, statement: str) -> int:
    rows = sqlite3.connect(f"file:{folder / 'langnghe.db'}?mode=ro", uri=True)
    try:
        (number,) = rows.execute(statement).fetchone()
    finally:
        rows.close()
    return int(number)


def unsettled(folder: Path) -> int:
    return count(folder, "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
