"""The database is away: the message waits on disk, the reporter gets numbers and rescue words."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection

from intake.service import Service
from storage.bell import Bell
from storage.errors import StorageUnavailable
from storage.store import Store
from tests.intake.chat.conftest import Api, chat_app

T = TypeVar("T")


class AwayDatabase:
    """A database that nobody can reach."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self.bell = Bell()

    async def transaction(self, work: Callable[[Connection], T]) -> T:
        raise StorageUnavailable("test")

    async def read(self, work: Callable[[Connection], T]) -> T:
        raise StorageUnavailable("test")

    async def close(self) -> None:
        """Nothing is open."""


def without_database(service: Service) -> Service:
    service.spool.prepare()
    return replace(service, store=Store(AwayDatabase(), service.store.vault))


async def test_a_message_is_spooled_and_answered_with_static_rescue_words(
    service: Service,
) -> None:
    away = without_database(service)
    async with TestClient(TestServer(chat_app(away))) as client:
        api = Api(client)
        session = await api.session()

        answer = await api.post(session, "c1", text="cuu voi ban con rot xuong kinh chim roi")
        value = await answer.json()

    assert answer.status == 202
    assert value["message_id"] is None
    assert "115" in value["replies"][0]["text"]
    assert len(away.spool.waiting()) == 1


async def test_reading_meanwhile_is_503_with_a_sentence(service: Service) -> None:
    async with TestClient(TestServer(chat_app(without_database(service)))) as client:
        api = Api(client)
        session = await api.session()

        thread = await api.thread(session)
        stream = await client.get("/chat/api/stream", headers={"X-Chat-Session": session})
        value = await thread.json()

    assert (thread.status, stream.status) == (503, 503)
    assert value["error"] == "unavailable"


async def test_the_page_is_there_without_a_database(service: Service) -> None:
    async with TestClient(TestServer(chat_app(without_database(service)))) as client:
        answer = await client.get("/chat/")

        assert answer.status == 200
        assert "tel:111" in await answer.text()
