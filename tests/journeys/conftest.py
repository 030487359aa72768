"""Stories: a reporter at one end, an operator at the other, the whole service between them."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from intake.accounts import create_account
from intake.permissions import Role
from intake.process import Kind, Running, running
from intake.service import Service
from intake.settings import Settings
from storage import schema
from storage.accounts import users
from storage.rows import TicketRow
from storage.tickets import queue


@dataclass
class Reporter:
    """Somebody who writes in the web chat."""

    http: aiohttp.ClientSession
    url: str
    session: str
    said: list[str]
    last: list[dict[str, Any]] = field(default_factory=list)

    async def write(self, text: str) -> list[dict[str, Any]]:
        """Send words and return the replies of this turn."""
        self.said.append(text)
        return await self.send({"text": text})

    async def press(self, payload: str) -> list[dict[str, Any]]:
        """Press a button of the last turn."""
        offered = {button["payload"]: button for reply in self.last for button in reply["buttons"]}
        return await self.send({"button": offered[payload]})

    async def share(self, latitude: float, longitude: float) -> list[dict[str, Any]]:
        """Share a point."""
        return await self.send({"location": {"latitude": latitude, "longitude": longitude}})

    async def send(self, content: dict[str, Any], client_id: str = "") -> list[dict[str, Any]]:
        """Post a message of any kind."""
        body = {"session": self.session, "client_id": client_id or uuid4().hex, **content}
        async with self.http.post(f"{self.url}/chat/api/messages", json=body) as response:
            assert response.status == 200, response.status
            answer = await response.json()
        self.last = answer["replies"]
        return self.last

    @property
    def words(self) -> str:
        """All the words of the last turn."""
        return "\n".join(reply["text"] for reply in self.last)


@dataclass(frozen=True)
class World:
    """The running service and how to enter it."""

    process: Running
    http: aiohttp.ClientSession
    said: list[str]

    @property
    def service(self) -> Service:
        return self.process.service

    async def reporter(self) -> Reporter:
        """A new person opens the chat."""
        async with self.http.post(f"{self.process.url}/chat/api/sessions", json={}) as response:
            session = (await response.json())["session"]
        return Reporter(self.http, self.process.url, session, self.said)

    async def tickets(self) -> list[TicketRow]:
        """The queue as operators see it."""
        return [row.ticket for row in await queue(self.service.store)]

    async def the_ticket(self) -> TicketRow:
        """The only ticket there is."""
        (ticket,) = await self.tickets()
        return ticket

    async def operator(self, login: str = "truc1", *, is_on_duty: bool = True) -> str:
        """Somebody of the staff; returns the user's id."""
        store = self.service.store
        await create_account(
            store,
            login=login,
            display_name="Cán bộ Thử",
            role=Role.OPERATOR,
            now=self.service.clock(),
        )
        found = await users.find_user(store, login)
        assert found is not None
        if is_on_duty:
            await users.set_on_duty(store, found.user.id, is_on_duty=True, now=self.service.clock())
        return found.user.id


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def _the_log_holds_no_word_of_a_message(
    caplog: pytest.LogCaptureFixture, said: list[str]
) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    logged = " ".join(record.getMessage() + (record.exc_text or "") for record in caplog.records)
    found = set(re.findall(r"\w+", logged.lower()))
    for text in said:
        assert text not in logged
        words = {word for word in re.findall(r"[^\W\d_]{4,}", text.lower()) if not word.isascii()}
        assert not words & found


@pytest.fixture
async def world(settings: Settings, said: list[str]) -> AsyncIterator[World]:
    await asyncio.to_thread(schema.migrate, settings.data.database_url)
    async with running(settings, Kind.SERVE) as process, aiohttp.ClientSession() as http:
        yield World(process, http, said)
