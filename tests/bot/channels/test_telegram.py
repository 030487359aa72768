"""What we say on Telegram arrives once, or the error says what became of it."""

import asyncio
import io
import logging
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    BlockedByUser,
    Button,
    ChannelDown,
    Checks,
    InboundMessage,
    OutboundMessage,
    Polls,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
    Sound,
    Text,
)
from bot.channels.telegram import TEXT_LIMIT, TelegramChannel, split_text
from intake.logs import Redaction
from tests.fakes.telegram_api import TOKEN, FakeTelegramApi, Fault, fake_telegram, refusal
from tests.fakes.telegram_updates import wrote

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REPORTER, STAFF_GROUP = "100000007", "-1005005005"
WORDS = OutboundMessage(text="Con có đang an toàn không?")
PRESSING = OutboundMessage(text="Ấn giữa ngực.", beats=True, sound=Sound.RHYTHM)


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegramApi]:
    async with fake_telegram() as server:
        yield server


@pytest.fixture
async def channel(api: FakeTelegramApi) -> AsyncIterator[TelegramChannel]:
    async with open_channel(api.url) as opened:
        yield opened


def open_channel(url: str, token: str = TOKEN, timeout_seconds: float = 5) -> "Opened":
    return Opened(
        TelegramChannel(
            token, api_url=url, clock=lambda: NOW, timeout_seconds=timeout_seconds, poll_seconds=5
        )
    )


class Opened:
    def __init__(self, channel: TelegramChannel) -> None:
        self.channel = channel

    async def __aenter__(self) -> TelegramChannel:
        return self.channel

    async def __aexit__(self, *_error: object) -> None:
        await self.channel.close()


async def test_a_bubble_is_sent_with_everything_that_protects_the_reader(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    vendor_id = await channel.send(REPORTER, WORDS)

    (sent,) = api.of("sendMessage")
    assert vendor_id == "1"
    assert sent["chat_id"] == int(REPORTER)
    assert sent["text"] == WORDS.text
    assert sent["protect_content"] is True
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in sent
    assert sent["reply_markup"] == {"remove_keyboard": True}


async def test_a_sound_follows_the_words_and_is_handed_over_only_once(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    vendor_ids = [await channel.send(REPORTER, PRESSING) for _ in range(2)]

    uploaded, named = api.of("sendAudio")
    assert [call.method for call in api.calls] == ["sendMessage", "sendAudio"] * 2
    assert vendor_ids == ["1,2", "3,4"]
    assert uploaded["audio"].filename.endswith(".wav")
    assert uploaded["audio"].content_type in ("audio/x-wav", "audio/wav", "audio/vnd.wave")
    with wave.open(io.BytesIO(uploaded["audio"].content)) as file:
        assert file.getnframes() / file.getframerate() == uploaded["duration"] == 60
    assert uploaded["disable_notification"] is uploaded["protect_content"] is True
    assert named["audio"] == f"audio-{len(uploaded['audio'].content)}"


@pytest.mark.parametrize(
    "fault",
    [
        refusal(400, "Bad Request: file is too big"),
        refusal(413, "Request Entity Too Large"),
        refusal(429, "Too Many Requests: retry after 9", retry_after=9),
        refusal(500, "Internal Server Error"),
        Fault(drops=True),
        Fault(body=b"no json"),
    ],
)
async def test_without_the_sound_the_words_have_arrived_and_are_not_sent_again(
    api: FakeTelegramApi, channel: TelegramChannel, fault: Fault
) -> None:
    api.faults["sendAudio"].append(fault)

    assert await channel.send(REPORTER, PRESSING) == "1"
    assert await channel.send(REPORTER, PRESSING) == "3,4"
    assert len(api.of("sendMessage")) == 2


async def test_a_name_that_telegram_forgot_is_forgotten_and_the_file_handed_over_anew(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    await channel.send(REPORTER, PRESSING)
    api.files.clear()

    vendor_ids = [await channel.send(REPORTER, PRESSING) for _ in range(2)]

    assert vendor_ids == ["3", "5,6"]


@pytest.mark.parametrize(
    "text", ["<b>x</b><script>1</script>", "*_`[a](http://127.0.0.1)", "'; DROP TABLE--", "123"]
)
async def test_nothing_in_a_text_is_executed(
    api: FakeTelegramApi, channel: TelegramChannel, text: str
) -> None:
    await channel.send(REPORTER, OutboundMessage(text=text))

    assert [sent["text"] for sent in api.of("sendMessage")] == [text]


async def test_buttons_stand_one_in_a_row_and_carry_their_payload(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    buttons = (Button(label="Có", payload="safe:yes"), Button(label="Không", payload="safe:no"))

    await channel.send(REPORTER, OutboundMessage(text="An toàn không?", buttons=buttons))

    (sent,) = api.of("sendMessage")
    assert sent["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Có", "callback_data": "safe:yes"}],
            [{"text": "Không", "callback_data": "safe:no"}],
        ]
    }


async def test_a_location_is_asked_for_in_private_and_never_in_a_group(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    asks = OutboundMessage(text="Con đang ở đâu?", asks_location=True)

    await channel.send(REPORTER, asks)
    await channel.send(STAFF_GROUP, asks)

    private, group = api.of("sendMessage")
    (key,) = private["reply_markup"]["keyboard"][0]
    assert key["request_location"] is True
    assert "reply_markup" not in group


async def test_buttons_and_a_location_request_both_arrive(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    message = OutboundMessage(
        text="Ở đâu?", buttons=(Button(label="Không biết", payload="where:skip"),),
        asks_location=True,
    )  # fmt: skip

    vendor_id = await channel.send(REPORTER, message)

    words, keyboard = api.of("sendMessage")
    assert vendor_id == "1,2"
    assert "inline_keyboard" in words["reply_markup"]
    assert keyboard["reply_markup"]["keyboard"][0][0]["request_location"] is True


async def test_a_failed_location_keyboard_does_not_send_the_words_again(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    message = OutboundMessage(
        text="Ở đâu?", buttons=(Button(label="Bỏ qua", payload="where:skip"),), asks_location=True
    )
    api.faults["sendMessage"].extend([OK, refusal(500, "Internal Server Error")])

    vendor_id = await channel.send(REPORTER, message)

    assert vendor_id == "5"


OK = Fault(body=b'{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":7,"type":"private"}}}')


async def test_a_text_that_is_too_long_arrives_whole(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    text = "Nước chảy xiết. " * 600

    vendor_id = await channel.send(
        REPORTER, OutboundMessage(text=text, buttons=(Button(label="Xong", payload="ok"),))
    )

    parts = api.of("sendMessage")
    assert "".join(part["text"] for part in parts) == text
    assert vendor_id == "1,2,3"
    assert ["inline_keyboard" in part.get("reply_markup", {}) for part in parts] == [
        False, False, True,
    ]  # fmt: skip


@given(text=st.text(st.sampled_from("a \nệ😭"), max_size=60).map(lambda part: part * 400))
def test_the_parts_of_a_text_are_the_text(text: str) -> None:
    parts = split_text(text)

    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) <= 2 * TEXT_LIMIT for part in parts)


async def test_half_a_letter_in_an_operators_text_does_not_stop_it(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    await channel.send(REPORTER, OutboundMessage(text="cô nghe \ud83d đây"))

    assert api.of("sendMessage")[0]["text"] == "cô nghe ? đây"


HTML = Fault(status=502, body=b"<html>con bi danh</html>")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusal(403, "Forbidden: bot was blocked by the user"), BlockedByUser),
        (refusal(403, "Forbidden: user is deactivated"), BlockedByUser),
        (refusal(400, "Bad Request: chat not found"), Rejected),
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), RateLimited),
        (Fault(status=429, body=b"slow down"), RateLimited),
        (refusal(401, "Unauthorized"), ChannelDown),
        (refusal(404, "Not Found"), ChannelDown),
        (refusal(409, "Conflict: terminated by other getUpdates request"), ChannelDown),
        (refusal(500, "Internal Server Error"), ChannelDown),
        (HTML, ChannelDown),
        (Fault(status=500, body=b"[]"), ChannelDown),
        (Fault(status=418, body=b"[]"), ChannelDown),
        (Fault(drops=True), SendInDoubt),
        (Fault(body=b"con bi danh"), SendInDoubt),
        (Fault(body=b"[]"), SendInDoubt),
        (Fault(body=b'{"ok":true}'), SendInDoubt),
        (Fault(body=b'{"ok":true,"result":{"text":"con bi danh"}}'), SendInDoubt),
        (Fault(body=b'{"ok":true,"result":7}'), SendInDoubt),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(value.status),
)
async def test_every_refusal_says_whether_to_come_back(
    api: FakeTelegramApi,
    channel: TelegramChannel,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    kind: type[SendError],
) -> None:
    api.faults["sendMessage"].append(fault)

    with pytest.raises(SendError) as raised:
        await channel.send(REPORTER, WORDS)

    assert type(raised.value) is kind
    assert raised.value.__suppress_context__
    for secret in (TOKEN, REPORTER, WORDS.text, "con bi danh"):
        assert secret not in str(raised.value)
        assert secret not in "".join(r.getMessage() for r in caplog.records if r.levelno >= 30)


async def test_the_wait_that_telegram_asks_for_is_passed_on(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    api.faults["sendMessage"].append(refusal(429, "Too Many Requests", retry_after=7))

    with pytest.raises(RateLimited) as raised:
        await channel.send(REPORTER, WORDS)

    assert raised.value.retry_after_seconds == 7


async def test_no_answer_leaves_the_send_in_doubt(api: FakeTelegramApi) -> None:
    api.faults["sendMessage"].append(Fault(is_silent=True))

    async with open_channel(api.url, timeout_seconds=0.2) as channel:
        with pytest.raises(SendInDoubt):
            await channel.send(REPORTER, WORDS)

    assert len(api.of("sendMessage")) == 1


async def test_nobody_listening_is_a_channel_that_is_down(api: FakeTelegramApi) -> None:
    async with open_channel("http://127.0.0.1:1") as channel:
        with pytest.raises(ChannelDown, match="ConnectError"):
            await channel.send(REPORTER, WORDS)


async def test_an_alarm_follows_a_staff_group_that_moved(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    api.faults["sendMessage"].append(
        refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007007007)
    )

    await channel.send(STAFF_GROUP, WORDS)

    assert [sent["chat_id"] for sent in api.of("sendMessage")] == [-1005005005, -1007007007]


async def test_a_bubble_can_be_taken_back(api: FakeTelegramApi, channel: TelegramChannel) -> None:
    await channel.retract(REPORTER, "12,13")

    (deleted,) = api.of("deleteMessages")
    assert (deleted["chat_id"], deleted["message_ids"]) == (int(REPORTER), [12, 13])


async def test_checking_names_the_bot_or_says_that_the_token_is_refused(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    checks: Checks = channel

    assert await checks.check() == "@bot"
    async with open_channel(api.url, token="900000001:wrong") as stranger:
        with pytest.raises(ChannelDown, match="401"):
            await stranger.check()


async def test_the_webhook_names_its_secret_and_what_it_wants(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    await channel.open_webhook("https://vidu.example/webhooks/telegram", "s3cret-_x")

    assert api.webhook == {
        "url": "https://vidu.example/webhooks/telegram",
        "secret_token": "s3cret-_x",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    await channel.close_webhook()
    assert api.webhook == {}


def said(message: InboundMessage) -> str:
    assert isinstance(message.content, Text)
    return message.content.text


async def test_an_update_is_acknowledged_only_when_the_next_is_asked_for(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    polls: Polls = channel
    api.put(wrote(11, "một"), wrote(12, "hai"))
    updates = polls.updates()

    assert said(await anext(updates)) == "một"
    assert said(await anext(updates)) == "hai"

    assert len(api.updates) == 2  # both are still with Telegram
    async with asyncio.TaskGroup() as group:
        third = group.create_task(anext(updates))
        await api.until_called("getUpdates", times=2)
        assert api.updates == []
        api.put(wrote(13, "ba"))
    assert said(third.result()) == "ba"


async def test_what_was_not_stored_comes_again_after_a_restart(api: FakeTelegramApi) -> None:
    api.put(wrote(11, "một"), wrote(12, "hai"))
    async with open_channel(api.url) as before:
        updates = before.updates()
        lost = [await anext(updates), await anext(updates)]

    async with open_channel(api.url) as after:
        again = after.updates()
        assert [await anext(again), await anext(again)] == lost


async def test_an_odd_update_does_not_stop_those_behind_it(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    group = {**wrote(13, "của nhóm")}
    group["message"]["chat"] = {"id": -5, "type": "group"}
    odd = {"update_id": 12, "message": {"chat": 7, "date": "x", "from": []}}
    api.put({"update_id": 11, "message": 5}, odd, group, 7, {"x": 1}, wrote(14, "bốn"))

    assert said(await anext(channel.updates())) == "bốn"


async def test_a_press_is_answered_after_it_was_taken(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    person = {"id": 100000007, "is_bot": False, "first_name": "An"}
    press = {"id": "77", "from": person, "chat_instance": "1", "data": "safe:no"}
    api.put({"update_id": 21, "callback_query": press}, wrote(22, "dạ"))
    api.faults["answerCallbackQuery"].append(refusal(400, "Bad Request: query is too old"))
    updates = channel.updates()

    await anext(updates)
    assert api.of("answerCallbackQuery") == []
    await anext(updates)

    assert [call["callback_query_id"] for call in api.of("answerCallbackQuery")] == [77]


async def test_a_poll_that_fails_says_so_and_can_be_repeated(
    api: FakeTelegramApi, channel: TelegramChannel
) -> None:
    api.faults["getUpdates"].append(refusal(502, "Bad Gateway"))
    api.put(wrote(31, "còn đây"))

    with pytest.raises(ChannelDown):
        await anext(channel.updates())

    assert said(await anext(channel.updates())) == "còn đây"


async def test_the_token_is_in_no_log_line_no_error_and_no_repr(
    api: FakeTelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(redaction := Redaction())
    try:
        with caplog.at_level(logging.DEBUG):
            async with open_channel(api.url) as channel:
                errors = await _everything(api, channel)
            library_logs_a_traceback()
    finally:
        caplog.handler.removeFilter(redaction)

    assert len(caplog.records) > 20  # the library does talk at this level
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text + "".join(errors) + repr(channel)


def library_logs_a_traceback() -> None:
    """Libraries quote addresses in their exceptions, and this address holds the token."""
    try:
        raise ConnectionError(f"http://127.0.0.1/bot{TOKEN}/getMe")
    except ConnectionError:
        logging.getLogger("httpx").exception("failed")  # noqa: TID251 - plays the library


async def _everything(api: FakeTelegramApi, channel: TelegramChannel) -> list[str]:
    api.put(wrote(41, "xin chào"))
    await channel.check()
    await channel.send(REPORTER, WORDS)
    await anext(channel.updates())
    errors = []
    for fault in (refusal(401, "Unauthorized"), HTML, Fault(drops=True), Fault(body=b"x")):
        api.faults["sendMessage"].append(fault)
        with pytest.raises(SendError) as raised:
            await channel.send(REPORTER, WORDS)
        errors.append(f"{raised.value!r} {raised.value}")
    return errors
