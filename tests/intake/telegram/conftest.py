"""A service with Telegram on and a fake Bot API behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from intake.app import build_app
from intake.assembly import open_service
from intake.clock import Clock
from intake.service import Service
from intake.settings import Settings, read_settings
from storage import schema
from tests.fakes.telegram_api import TOKEN, FakeTelegramApi, fake_telegram

SECRET = "a-secret_for-tests"
STAFF_CHAT = "100000099"


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegramApi]:
    async with fake_telegram() as server:
        yield server


@pytest.fixture
def telegram_settings(tmp_path: Path, api: FakeTelegramApi) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_PUBLIC_URL": "https://vidu.example",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "LANGNGHE_TELEGRAM_API_URL": api.url,
            "LANGNGHE_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "LANGNGHE_TELEGRAM_STAFF_CHAT": STAFF_CHAT,
        }
    )


@pytest.fixture
async def service(telegram_settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    await asyncio.to_thread(schema.migrate, telegram_settings.data.database_url)
    async with open_service(telegram_settings, clock=clock) as opened:
        yield opened


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(build_app(service), host="127.0.0.1")) as opened:
        yield opened
