"""A whole service behind the web chat's routes, and a small client of the JSON API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from intake.assembly import open_service
from intake.chat.limits import Limits
from intake.chat.routes import add_routes
from intake.permissions import check_routes
from intake.service import SERVICE, Service
from intake.settings import Settings
from storage.schema import migrate
from tests.conftest import Clock

BEAT_SECONDS = 0.1


@asynccontextmanager
async def new_service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    """Open a whole service on an empty database."""
    settings.data.folder.mkdir(parents=True)
    await asyncio.to_thread(migrate, settings.data.database_url)
    async with open_service(settings, clock=clock) as service:
        yield service


@pytest.fixture
async def service(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    async with new_service(settings, clock) as service:
        yield service


def chat_app(service: Service, limits: Limits | None = None) -> web.Application:
    """Return the chat alone, every route with its declared permission."""
    app = web.Application()
    app[SERVICE] = service
    add_routes(app, limits or Limits(heartbeat_seconds=BEAT_SECONDS))
    check_routes(app)
    return app


@dataclass(frozen=True, slots=True)
class Api:
    """What a program does with the JSON API."""

    http: TestClient[web.Request, web.Application]

    async def session(self) -> str:
        """Open a session."""
        answer = await self.http.post("/chat/api/sessions", json={})
        assert answer.status == 200, await answer.text()
        self.http.session.cookie_jar.clear()
        token: str = (await answer.json())["session"]
        return token

    async def post(self, session: str, client_id: str, **said: Any) -> ClientResponse:
        """Send a message."""
        return await self.http.post(
            "/chat/api/messages", json={"session": session, "client_id": client_id, **said}
        )

    async def say(self, session: str, client_id: str, text: str) -> dict[str, Any]:
        """Send words and return the answer."""
        answer = await self.post(session, client_id, text=text)
        assert answer.status == 200, await answer.text()
        value: dict[str, Any] = await answer.json()
        return value

    async def thread(self, session: str, after: str = "") -> ClientResponse:
        """Read the thread."""
        query = {"after": after} if after else {}
        return await self.http.get(
            "/chat/api/messages", params=query, headers={"X-Chat-Session": session}
        )


@pytest.fixture
async def api(service: Service) -> AsyncIterator[Api]:
    async with TestClient(TestServer(chat_app(service))) as client:
        yield Api(client)
