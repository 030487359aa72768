"""The channel against two Bot API emulators that other people wrote."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.channels.contract import (
    BlockedByUser,
    Button,
    ButtonPress,
    ChannelDown,
    Location,
    OutboundMessage,
    Presence,
    RateLimited,
    Rejected,
    Sound,
    Text,
)
from bot.channels.telegram import TelegramChannel
from tests.emulators.users import CrablineUser, TestApiUser

pytestmark = pytest.mark.node
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AN = "100000007"
ASKS = OutboundMessage(
    text="Em có an toàn không?",
    buttons=(Button(label="Có", payload="safe:yes"), Button(label="Không", payload="safe:no")),
)


@asynccontextmanager
async def channel_to(user: TestApiUser | CrablineUser) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(user.token, api_url=user.url, clock=lambda: NOW, poll_seconds=5)
    try:
        yield channel
    finally:
        await channel.close()


async def test_everything_that_comes_in_through_telegram_test_api_is_read(
    test_api: TestApiUser,
) -> None:
    async with channel_to(test_api) as channel:
        assert await channel.check() == "@bot"
        await channel.send(AN, ASKS)
        (asked,) = await test_api.hears()
        await test_api.commands("/start to-roi-3")
        await test_api.says("dạ không")
        await test_api.shares(10.386389, 105.435)
        await test_api.presses("safe:no", under=asked)

        updates = channel.updates()
        messages = [await anext(updates) for _ in range(4)]

    assert [message.content for message in messages] == [
        Presence(kind="started"),
        Text(text="dạ không"),
        Location(latitude=10.386389, longitude=105.435),
        ButtonPress(payload="safe:no", label="Không"),
    ]
    assert messages[0].source == "to-roi-3"
    assert {message.sender_key for message in messages} == {AN}
    assert len({message.external_id for message in messages}) == 4


@pytest.mark.parametrize(
    ("status", "description", "parameters", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", {}, BlockedByUser),
        (400, "Bad Request: chat not found", {}, Rejected),
        (429, "Too Many Requests: retry after 1", {"retry_after": 1}, RateLimited),
        (500, "Internal Server Error", {}, ChannelDown),
    ],
)
async def test_refusals_through_telegram_test_api_have_their_kind(
    test_api: TestApiUser,
    status: int,
    description: str,
    parameters: dict[str, int],
    kind: type[Exception],
) -> None:
    await test_api.refuses("sendMessage", status, description, **parameters)

    async with channel_to(test_api) as channel:
        with pytest.raises(kind):
            await channel.send(AN, ASKS)
        assert await channel.send(AN, ASKS)


async def test_what_was_not_acknowledged_comes_again_from_crabline(
    crabline: CrablineUser,
) -> None:
    await crabline.says("con bi danh")
    await crabline.says("cuu con")
    async with channel_to(crabline) as before:
        updates = before.updates()
        first, lost = await anext(updates), await anext(updates)

    async with channel_to(crabline) as after:
        again = after.updates()
        assert [await anext(again), await anext(again)] == [first, lost]
        async with asyncio.TaskGroup() as group:
            third = group.create_task(anext(again))
            await crabline.says("má em tới rồi")

    assert third.result().content == Text(text="má em tới rồi")


async def test_crabline_takes_what_we_send(crabline: CrablineUser) -> None:
    async with channel_to(crabline) as channel:
        assert await channel.check() == "@crabline_bot"
        vendor_id = await channel.send(AN, ASKS)
        await channel.send(AN, OutboundMessage(text="Con ở đâu?", asks_location=True))
        long_text = "Gọi 113. " * 1000
        await channel.send(AN, OutboundMessage(text=long_text))

    asked, located, *parts = await crabline.hears(5)
    assert vendor_id == "1"
    assert asked["text"] == ASKS.text
    assert "safe:no" in asked["reply_markup"]
    assert "request_location" in located["reply_markup"]
    assert "".join(part["text"] for part in parts) == long_text


async def test_crabline_takes_a_sound_after_the_words(crabline: CrablineUser) -> None:
    async with channel_to(crabline) as channel:
        vendor_ids = [
            await channel.send(AN, OutboundMessage(text="Ấn giữa ngực.", sound=Sound.RHYTHM))
            for _ in range(2)
        ]

    assert [one.count(",") for one in vendor_ids] == [1, 1]
    assert len(crabline.calls("sendAudio")) == 2


async def test_crabline_refuses_to_be_polled_while_a_webhook_is_set(
    crabline: CrablineUser,
) -> None:
    async with channel_to(crabline) as channel:
        await channel.open_webhook("http://127.0.0.1:9/webhooks/telegram", "s3cret-_")
        with pytest.raises(ChannelDown, match="409"):
            await anext(channel.updates())
        await channel.close_webhook()

        await crabline.says("còn đây")

        assert (await anext(channel.updates())).content == Text(text="còn đây")


async def test_a_stranger_with_a_wrong_token_is_refused_by_crabline(
    crabline: CrablineUser,
) -> None:
    stranger = TelegramChannel("900000001:AAwrong", api_url=crabline.url, clock=lambda: NOW)
    try:
        with pytest.raises(ChannelDown, match="401"):
            await stranger.check()
    finally:
        await stranger.close()
