"""The whole service behind two emulators of Telegram: webhook or polling in, reply out."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.contract import ButtonPress, Content, Location, Text
from intake.process import Kind, Running, running
from intake.settings import Settings, read_settings
from storage import schema
from storage.rows import OutboxState, TicketRow
from storage.talks import contacts, threads
from storage.tickets import queue
from tests.emulators.users import AN, CrablineUser, TestApiUser, until
from tests.fakes.stored import kept
from tests.fakes.telegram_updates import wrote

pytestmark = pytest.mark.node
SECRET = "a-secret_for-tests"
DROWNING = "cứu với, có bé rớt xuống kênh chìm rồi"
BEATEN = "ba dượng đánh em hoài, em sợ lắm"
User = TestApiUser | CrablineUser


@pytest.fixture(autouse=True)
def _the_log_holds_no_word_of_a_message(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.WARNING, logger="telegram")
    caplog.set_level(logging.INFO)
    yield
    for words in (DROWNING, BEATEN, "rớt", "dượng", str(AN["id"]), SECRET):
        assert words not in caplog.text


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    return free


def settings_for(user: User, folder: Path, port: int, secret: str) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(folder / "var"),
            "LANGNGHE_PORT": str(port),
            "TELEGRAM_BOT_TOKEN": user.token,
            "LANGNGHE_TELEGRAM_API_URL": user.url,
            "LANGNGHE_TELEGRAM_WEBHOOK_SECRET": secret,
        }
    )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Running]:
    await asyncio.to_thread(schema.migrate, settings.data.database_url)
    async with running(settings, Kind.SERVE) as process:
        yield process


async def tickets(process: Running) -> list[TicketRow]:
    return [row.ticket for row in await queue(process.service.store)]


async def test_a_cry_for_help_over_crablines_webhook_gets_rescue_words_and_one_ticket(
    crabline: CrablineUser, tmp_path: Path, port: int
) -> None:
    async with serving(settings_for(crabline, tmp_path, port, SECRET)) as process:
        await until(lambda: _called(crabline, "setWebhook"))
        await crabline.says(DROWNING)

        first, *_more = await crabline.hears()

        (ticket,) = await tickets(process)
        assert ticket.urgency == "critical"
        assert len(first["text"]) <= 160
        assert await kept(process.service) == [Text(text=DROWNING)]


async def _called(user: CrablineUser, method: str) -> bool:
    return bool(user.calls(method))


async def test_words_a_press_and_a_place_come_in_over_the_webhook(
    test_api: TestApiUser, tmp_path: Path, port: int
) -> None:
    async with serving(settings_for(test_api, tmp_path, port, SECRET)) as process:
        await test_api.says(BEATEN)
        asked = await until(lambda: _bubble_with_buttons(test_api))
        payload, label = _first_button(asked)
        await test_api.presses(payload, under=asked)
        await test_api.shares(10.386389, 105.435)

        deliveries = await test_api.deliveries(3)
        await until(lambda: test_api.calls("answerCallbackQuery"))
        expected: list[Content] = [
            Text(text=BEATEN),
            ButtonPress(payload=payload, label=label),
            Location(latitude=10.386389, longitude=105.435),
        ]
        assert await kept(process.service) == expected
        assert len(await tickets(process)) == 1

    assert deliveries[-1]["status"] == 200


async def _bubble_with_buttons(user: TestApiUser) -> dict[str, str] | None:
    bubbles = await user.calls("sendMessage")
    return next(
        (each for each in bubbles if "inline_keyboard" in each.get("reply_markup", "")), None
    )


def _first_button(bubble: dict[str, str]) -> tuple[str, str]:
    button = json.loads(bubble["reply_markup"])["inline_keyboard"][0][0]
    return button["callback_data"], button["text"]


async def test_a_flood_limit_delays_a_reply_and_loses_none(
    test_api: TestApiUser, tmp_path: Path, port: int
) -> None:
    await test_api.refuses("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)

    async with serving(settings_for(test_api, tmp_path, port, SECRET)):
        await test_api.says(DROWNING)
        refused, repeated, *_more = await test_api.hears(2)

    assert refused["text"] == repeated["text"]


async def test_who_blocks_the_bot_keeps_the_ticket_and_is_noted(
    test_api: TestApiUser, tmp_path: Path, port: int
) -> None:
    for _ in range(5):
        await test_api.refuses("sendMessage", 403, "Forbidden: bot was blocked by the user")

    async with serving(settings_for(test_api, tmp_path, port, SECRET)) as process:
        await test_api.says(BEATEN)
        await until(lambda: _is_blocked(process))

        assert len(await tickets(process)) == 1


async def _is_blocked(process: Running) -> bool:
    return await contacts.is_blocked(process.service.store, "telegram", str(AN["id"]))


@pytest.fixture(params=["crabline", "test_api"])
def user(request: pytest.FixtureRequest) -> User:
    found: User = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("secret", ["", SECRET], ids=["polling", "webhook"])
async def test_what_was_written_while_we_were_away_comes_in_once(
    user: User, secret: str, tmp_path: Path, port: int
) -> None:
    settings = settings_for(user, tmp_path, port, secret)
    async with serving(settings) as process:
        await user.says("chào cô")
        await until(lambda: _is_answered(process))
    before = len(await user.hears())
    await user.says(BEATEN)
    await user.says("cô ơi")

    async with serving(settings) as process:
        await until(lambda: _is_answered(process, messages=3))
        await user.hears(before + 1)
        contents = await kept(process.service)
        assert len(await tickets(process)) == 1

    assert contents == [Text(text="chào cô"), Text(text=BEATEN), Text(text="cô ơi")]


async def _is_answered(process: Running, *, messages: int = 1) -> bool:
    """Whether so many messages are stored and everything that we said is with Telegram."""
    store = process.service.store
    found = await contacts.find_conversation(store, "telegram", str(AN["id"]))
    entries = await threads.thread(store, found) if found else ()
    sent = [entry.state is OutboxState.SENT for entry in entries if not entry.from_reporter]
    return len(entries) - len(sent) >= messages and bool(sent) and all(sent)


async def test_the_same_update_again_opens_no_second_ticket(
    test_api: TestApiUser, tmp_path: Path, port: int
) -> None:
    async with serving(settings_for(test_api, tmp_path, port, SECRET)) as process:
        for _ in range(3):
            async with test_api.http.post(
                f"{process.url}/webhooks/telegram",
                json=wrote(7, BEATEN),
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            ) as answer:
                assert answer.status == 200
        await test_api.hears()

        assert len(await tickets(process)) == 1
        assert len(await kept(process.service)) == 1
