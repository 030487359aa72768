"""The webhook against a real server on localhost: signed, and every refusal told apart."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.channels.contract import (
    ChannelDown,
    OutboundMessage,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
)
from intake.alarm_ways import AlarmWebhook, alarm_channels
from intake.settings import AlarmSettings

_DOCUMENT = OutboundMessage(text=json.dumps({"number": "PT-2026-000001"}))


@dataclass
class Receiver:
    """The administrator's end of the webhook."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        if self.hangs and request.transport:
            request.transport.abort()
        return web.Response(status=self.status, headers=self.headers)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    app = web.Application()
    app.router.add_post("/alarm", there.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/alarm"
    yield there
    await runner.cleanup()


@pytest.fixture
async def webhook(receiver: Receiver, clock) -> AsyncIterator[AlarmWebhook]:
    way = AlarmWebhook(receiver.url, "secret", clock=clock)
    yield way
    await way.close()


async def test_the_receiver_can_check_who_sent_it_and_when(
    webhook: AlarmWebhook, receiver: Receiver, clock
) -> None:
    receiver.headers = {"X-Request-Id": "r-1"}

    assert await webhook.send("webhook", _DOCUMENT) == "r-1"

    (headers, body) = receiver.got[0]
    assert json.loads(body) == {"number": "PT-2026-000001"}
    assert headers["X-Langnghe-Timestamp"] == str(int(clock().timestamp()))
    signed = headers["X-Langnghe-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"secret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Langnghe-Signature"] == f"sha256={expected}"


async def test_without_a_secret_nothing_is_signed(receiver: Receiver, clock) -> None:
    way = AlarmWebhook(receiver.url, "", clock=clock)

    await way.send("webhook", _DOCUMENT)
    await way.close()

    assert "X-Langnghe-Signature" not in receiver.got[0][0]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (204, None),
        (302, Rejected),
        (400, Rejected),
        (404, Rejected),
        (408, ChannelDown),
        (429, RateLimited),
        (500, ChannelDown),
        (503, ChannelDown),
    ],
)
async def test_a_status_is_told_as_what_it_means_for_the_next_try(
    webhook: AlarmWebhook, receiver: Receiver, status: int, error: type[SendError] | None
) -> None:
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:9/"}

    if error is None:
        assert await webhook.send("webhook", _DOCUMENT) == "204"
        return
    with pytest.raises(error):
        await webhook.send("webhook", _DOCUMENT)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("61", 60.0),
        ("9" * 400, 60.0),
        ("٣", 30.0),
        ("-1", 30.0),
        ("soon", 30.0),
        ("", 30.0),
    ],
)
async def test_the_receiver_may_say_when_to_come_back(
    webhook: AlarmWebhook, receiver: Receiver, header: str, seconds: float
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": header}

    with pytest.raises(RateLimited) as refused:
        await webhook.send("webhook", _DOCUMENT)
    assert refused.value.retry_after_seconds == seconds


async def test_no_answer_after_the_request_was_written_is_in_doubt(
    webhook: AlarmWebhook, receiver: Receiver
) -> None:
    receiver.hangs = True

    with pytest.raises(SendInDoubt):
        await webhook.send("webhook", _DOCUMENT)


async def test_nobody_listens(clock, unused_tcp_port: int) -> None:
    way = AlarmWebhook(f"http://127.0.0.1:{unused_tcp_port}/alarm", "secret", clock=clock)

    with pytest.raises(ChannelDown):
        await way.send("webhook", _DOCUMENT)
    await way.close()
    await asyncio.sleep(0)


def test_the_way_is_there_only_where_an_address_is_set() -> None:
    assert alarm_channels(AlarmSettings(webhook_url="", webhook_secret="")) == {}
    on = alarm_channels(AlarmSettings(webhook_url="http://127.0.0.1:9/", webhook_secret="s"))
    assert list(on) == ["alarm_webhook"]
