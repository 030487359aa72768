"""What a watcher is told, and who is told nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from intake import heart
from intake.app import build_app
from intake.assembly import open_service
from intake.errors import SettingsError
from intake.service import Service
from intake.settings import Settings, read_settings
from storage.schema import migrate
from storage.watch import beats
from storage.watch.pulse import Pulse
from tests.fakes.broken import broken_database
from tests.tickets_made import BEATEN, open_ticket

SECRET = "watch-secret-of-a-test"
PATH = "/healthz/heartbeat"
SHOWN = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def watched(settings: Settings) -> Settings:
    """The embedded defaults, with a watcher."""
    migrate(settings.data.database_url)
    return replace(settings, alarm=replace(settings.alarm, watch_secret=SECRET))


@pytest.fixture
async def service(watched: Settings, clock) -> AsyncIterator[Service]:
    async with open_service(watched, clock=clock) as service:
        yield service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_app(service))) as client:
        yield client


async def test_a_watcher_hears_who_beat_and_what_waits(
    client: TestClient[Any, Any], service: Service, clock
) -> None:
    await beats.beat(service.store, "p1", kind="serve", now=clock())
    begun = clock().isoformat()
    await open_ticket(service.store, clock(), BEATEN)
    clock.forward(90)

    answer = await (await client.get(PATH, headers=SHOWN)).json()

    assert answer["beat"] == begun
    assert answer["waits"]["critical"] == 90.0
    assert answer["waits"]["message"] == 90.0
    assert answer["spooled"] == 0
    assert not await heart.is_unwatched(service)


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {SECRET}x"}])
async def test_a_stranger_hears_nothing(client: TestClient[Any, Any], headers) -> None:
    response = await client.get(PATH, headers=headers)

    assert response.status == 403
    assert "beat" not in await response.text()


async def test_bytes_that_are_no_letters_are_no_secret(client: TestClient[Any, Any]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"GET " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\r\n\r\n")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert b" 403 " in answer


@pytest.mark.parametrize("secret", ["short", "sixteen letters of which two are blanks"])
def test_a_secret_that_is_none_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(SettingsError, match="LANGNGHE_WATCH_SECRET"):
        read_settings({"LANGNGHE_WATCH_SECRET": secret})


async def test_without_a_secret_there_is_no_such_page(service: Service) -> None:
    bare = replace(service, settings=replace(
        service.settings, alarm=replace(service.settings.alarm, watch_secret="")
    ))  # fmt: skip
    async with TestClient(TestServer(build_app(bare))) as client:
        assert (await client.get(PATH, headers=SHOWN)).status == 404
        assert not await heart.is_unwatched(bare)


async def test_a_database_that_is_away_is_said_at_once(
    client: TestClient[Any, Any], service: Service
) -> None:
    with broken_database(service):
        response = await client.get(PATH, headers=SHOWN)

    assert response.status == 503
    assert (await response.json())["status"] == "database unavailable"


async def test_the_service_notices_that_nobody_watches_any_more(
    client: TestClient[Any, Any], service: Service, clock
) -> None:
    assert await heart.is_unwatched(service)
    await client.get(PATH, headers=SHOWN)
    assert not await heart.is_unwatched(service)

    clock.forward(301)

    assert await heart.is_unwatched(service)


def waits(spooled: list[Path], pulse: Pulse, now: Any) -> Any:
    return heart.as_document(pulse, spooled, now=now)["waits"]


def nothing_but(**since: Any) -> Pulse:
    return Pulse(**{"last_beat": None, "message": None, "critical": None, "send": None,
                    "timer": None, **since})  # fmt: skip


def test_a_spooled_message_waits_like_any_other(clock) -> None:
    begun = clock()
    spooled = [Path(f"{begun:%Y%m%dT%H%M%S%f}-abc.sealed"), Path("zzz.sealed")]
    clock.forward(45)

    assert waits(spooled, nothing_but(), clock())["message"] == 45.0
    assert waits([Path("zzz.sealed")], nothing_but(), clock())["message"] == 0.0


def test_a_clock_that_was_set_back_makes_nothing_wait_less_than_no_time(clock) -> None:
    later = clock()
    clock.forward(-3_600)

    assert waits([], nothing_but(timer=later), clock())["timer"] == 0.0
