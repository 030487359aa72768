"""The live stream: each entry once and in order, one stream a session, nothing lost in between."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.codec import outbound_to_json
from bot.channels.contract import OutboundMessage
from bot.channels.web import NAME
from intake.chat.limits import Limits
from intake.chat.session import SessionSeal
from intake.service import Service
from storage.rows import NewOutbound
from storage.talks.contacts import find_conversation
from storage.words import speech
from tests.conftest import Clock
from tests.intake.chat.conftest import Api, chat_app

PATIENCE_SECONDS = 5


class Listener:
    """Reads events of a stream."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer

    async def event(self) -> dict[str, str]:
        """Return the next event that is no heartbeat, as its fields; empty at the end."""
        while True:
            fields = await self._block()
            if fields.get("event") != "beat":
                return fields

    async def entry(self) -> dict[str, Any]:
        """Return the next thread entry."""
        fields = await self.event()
        assert fields["event"] == "entry"
        value: dict[str, Any] = json.loads(fields["data"])
        assert fields["id"] == value["cursor"]
        return value

    async def beat(self) -> bool:
        """Wait for a heartbeat."""
        return (await self._block()).get("event") == "beat"

    async def _block(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.answer.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        return fields


@asynccontextmanager
async def listening(api: Api, session: str, **headers: str) -> AsyncIterator[Listener]:
    async with api.http.get(
        "/chat/api/stream", headers={"X-Chat-Session": session, **headers}
    ) as answer:
        assert answer.status == 200, await answer.text()
        yield Listener(answer)


async def operator_says(service: Service, session: str, text: str) -> None:
    seal = SessionSeal(service.store.vault.signing_secret)
    reader = seal.session(session)
    assert reader is not None
    conversation = await find_conversation(service.store, NAME, reader.id)
    assert conversation is not None
    await speech.say(
        service.store,
        conversation_id=conversation,
        ticket_id=None,
        user_id=None,
        message=NewOutbound(body=outbound_to_json(OutboundMessage(text=text)), is_pulled=True),
        now=service.clock(),
    )


async def test_a_stream_is_not_buffered_and_not_kept(api: Api) -> None:
    async with listening(api, await api.session()) as stream:
        headers = stream.answer.headers

        assert headers["Content-Type"].startswith("text/event-stream")
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["Cache-Control"] == "no-store"


async def test_a_quiet_stream_has_a_heartbeat(api: Api) -> None:
    async with listening(api, await api.session()) as stream:
        assert await stream.beat()
        assert await stream.beat()


async def test_a_stream_brings_the_thread_and_then_what_an_operator_writes(
    api: Api, service: Service
) -> None:
    session = await api.session()
    answer = await api.say(session, "c1", "chào bạn")

    async with listening(api, session) as stream:
        before = [await stream.entry() for _ in range(1 + len(answer["replies"]))]
        await operator_says(service, session, "Chào em, cô đây.")
        live = await stream.entry()

    assert [entry["id"] for entry in before] == [
        answer["message_id"],
        *(reply["id"] for reply in answer["replies"]),
    ]
    assert live["text"] == "Chào em, cô đây."


async def test_a_stream_opened_before_the_first_message_hears_it(api: Api) -> None:
    session = await api.session()

    async with listening(api, session) as stream:
        answer = await api.say(session, "c1", "chào bạn")
        heard = [await stream.entry() for _ in range(1 + len(answer["replies"]))]

    assert heard[0]["text"] == "chào bạn"


async def test_a_stream_goes_on_where_the_last_one_ended(api: Api, service: Service) -> None:
    session = await api.session()
    answer = await api.say(session, "c1", "chào bạn")
    async with listening(api, session) as stream:
        seen = [await stream.entry() for _ in range(1 + len(answer["replies"]))]
    await operator_says(service, session, "Em còn đó không?")

    async with listening(api, session, **{"Last-Event-ID": seen[-1]["cursor"]}) as stream:
        entry = await stream.entry()

    assert entry["text"] == "Em còn đó không?"


async def test_a_newer_stream_of_a_session_ends_the_older(api: Api) -> None:
    session = await api.session()

    async with listening(api, session) as older:
        assert await older.beat()
        async with listening(api, session) as newer:
            assert await older.event() == {"event": "replaced", "data": ""}
            assert await older.event() == {}
            assert await newer.beat()


async def test_streams_of_different_sessions_do_not_disturb_each_other(api: Api) -> None:
    mine, yours = await api.session(), await api.session()

    async with listening(api, mine) as my_stream, listening(api, yours):
        answer = await api.say(mine, "c1", "chào bạn")
        await api.say(yours, "c1", "tin của người khác")
        heard = [await my_stream.entry() for _ in range(1 + len(answer["replies"]))]
        assert await my_stream.beat()

    assert "người khác" not in json.dumps(heard, ensure_ascii=False)


async def test_an_old_thread_is_streamed_to_nobody_who_comes_without_a_cursor(
    api: Api, clock: Clock
) -> None:
    session = await api.session()
    await api.say(session, "c1", "chào bạn")

    clock.forward(16 * 60)
    answer = await api.http.get("/chat/api/stream", headers={"X-Chat-Session": session})

    assert answer.status == 401
    assert (await answer.json())["error"] == "talk_over"


async def test_a_stream_ends_by_itself_after_its_time(service: Service, clock: Clock) -> None:
    limits = Limits(heartbeat_seconds=0.05, stream_seconds=60)
    async with TestClient(TestServer(chat_app(service, limits))) as client:
        api = Api(client)
        async with listening(api, await api.session()) as stream:
            assert await stream.beat()
            clock.forward(61)

            assert await stream.event() == {}


async def test_too_many_streams_are_refused_with_the_numbers(service: Service) -> None:
    async with TestClient(TestServer(chat_app(service, Limits(streams=0)))) as client:
        api = Api(client)

        answer = await client.get(
            "/chat/api/stream", headers={"X-Chat-Session": await api.session()}
        )
        value = await answer.json()

    assert answer.status == 503
    assert "111" in value["message"]


async def test_a_service_that_stops_ends_its_streams_at_once(service: Service) -> None:
    client = TestClient(TestServer(chat_app(service, Limits(heartbeat_seconds=60))))
    await client.start_server()
    api = Api(client)
    async with listening(api, await api.session()) as stream:
        assert await stream.beat()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await client.server.close()

        assert await stream.event() == {}
    await client.close()
