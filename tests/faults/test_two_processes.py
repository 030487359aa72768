"""PostgreSQL with a web process and two workers, one of them killed: every message is answered."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest

from tests.engines import migrated_cluster
from tests.fakes.telegram_api import TOKEN, FakeTelegramApi, fake_telegram

pytestmark = pytest.mark.postgresql
SECRET = "test-secret-1"
CHILDREN = 12
MESSAGES = 5


@asynccontextmanager
async def process(
    kind: str, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `langnghe KIND` until it says that it is ready."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "intake.cli",
        kind,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert running.stdout
        async with asyncio.timeout(240):
            line = await running.stdout.readline()
        assert b"is running" in line
        environment[f"URL_{kind}"] = line.decode().split()[-1]
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


def update(number: int, child: int, text: str) -> dict[str, object]:
    person = {"id": 100000100 + child, "is_bot": False, "first_name": "Thử"}
    return {
        "update_id": 800000 + number,
        "message": {
            "message_id": number + 1,
            "from": person,
            "chat": {"id": person["id"], "type": "private", "first_name": "Thử"},
            "date": 1795420800 + number,
            "text": text,
        },
    }


async def write(http: aiohttp.ClientSession, url: str, child: int) -> None:
    """One child writes several messages, the first of them critical."""
    for turn in range(MESSAGES):
        text = "con toi rot xuong kinh roi cuu voi" if turn == 0 else f"con so qua {turn}"
        body = update(child * MESSAGES + turn, child, text)
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with http.post(f"{url}/webhooks/telegram", json=body, headers=headers) as answer:
            assert answer.status == 200
        await asyncio.sleep(0.02)  # people do not write all at once


async def test_a_killed_worker_loses_no_message_and_opens_no_ticket_twice(tmp_path: Path) -> None:
    server = migrated_cluster()
    database_url = server.create("prepared")
    try:
        async with AsyncExitStack() as stack:
            api: FakeTelegramApi = await stack.enter_async_context(fake_telegram())
            environment = {
                "LANGNGHE_DATA_DIR": str(tmp_path),
                "LANGNGHE_PORT": "0",
                "LANGNGHE_DATABASE_URL": database_url,
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "LANGNGHE_TELEGRAM_API_URL": api.url,
                "LANGNGHE_TELEGRAM_WEBHOOK_SECRET": SECRET,
            }
            await stack.enter_async_context(process("web", environment))
            doomed = await stack.enter_async_context(process("worker", environment))
            await stack.enter_async_context(process("worker", environment))
            http = await stack.enter_async_context(aiohttp.ClientSession())
            url = environment["URL_web"]

            writing = [asyncio.create_task(write(http, url, child)) for child in range(CHILDREN)]
            await asyncio.sleep(0.3)
            doomed.kill()
            await asyncio.gather(*writing)
            await settled(database_url)

            sent = api.of("sendMessage")
        rescued = {call["chat_id"] for call in sent if "115" in str(call) or "114" in str(call)}
        assert len(rescued) == CHILDREN
        assert number(database_url, "SELECT count(*) FROM inbox") == CHILDREN * MESSAGES
        assert number(database_url, "SELECT count(*) FROM tickets") == CHILDREN
        opened = "SELECT count(*) FROM events WHERE kind = 'ticket_opened'"
        assert number(database_url, opened) == CHILDREN
    finally:
        server.drop(database_url)


async def settled(database_url: str) -> None:
    """Wait until every message was walked and every reply sent."""
    waiting = (
        "SELECT (SELECT count(*) FROM inbox WHERE handled_at IS NULL)"
        " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
    )
    async with asyncio.timeout(240):
        while await asyncio.to_thread(number, database_url, waiting):  # noqa: ASYNC110 - rows
            await asyncio.sleep(0.2)


def number(database_url: str, statement: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(statement).fetchone()
    assert row
    return int(row[0])
