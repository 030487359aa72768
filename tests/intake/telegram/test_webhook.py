"""The webhook: who is Telegram is heard and stored once, everybody else learns nothing."""

import asyncio
import io
import json
import logging
import re
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from bot.channels.contract import Presence, Text
from intake.service import Service
from intake.telegram import BODY_LIMIT_BYTES, PATH, announce_webhook
from storage.talks import contacts
from tests.fakes.broken import broken_database, broken_spool
from tests.fakes.stored import kept
from tests.fakes.telegram_api import FakeTelegramApi, refusal
from tests.fakes.telegram_updates import AN, payload, wrote
from tests.intake.telegram.conftest import SECRET, STAFF_CHAT

Client = TestClient[web.Request, web.Application]


async def post(client: Client, update: Any, secret: str | None = SECRET) -> ClientResponse:
    return await send(client, json.dumps(update).encode(), secret)


async def send(client: Client, body: bytes, secret: str | None = SECRET) -> ClientResponse:
    headers = {"Content-Type": "application/json"}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    return await client.post(PATH, data=io.BytesIO(body), headers=headers)


async def test_a_message_is_stored_before_telegram_hears_yes(
    client: Client, service: Service
) -> None:
    answer = await post(client, payload("text"))

    assert answer.status == 200
    assert await kept(service) == [Text(text="con bi danh, cuu con voi")]


async def test_the_same_update_twice_is_one_message(client: Client, service: Service) -> None:
    statuses = [(await post(client, payload("text"))).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(await kept(service)) == 1


WRONG_SECRETS = (None, "", "wrong", SECRET[:-1], SECRET + "x", "bí mật")


async def test_a_stranger_is_refused_before_anything_is_read(
    client: Client, service: Service
) -> None:
    for secret in WRONG_SECRETS:
        known = await send(client, b"{", secret)
        huge = await send(client, b"[" * (BODY_LIMIT_BYTES + 1), secret)
        real = await post(client, payload("text"), secret)

        assert {known.status, huge.status, real.status} == {403}
        assert await real.text() == ""
    assert await kept(service) == []


NOT_UPDATES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'{"update_id": "1"}',
    b'{"update_id": 1, "message": 5}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"update_id": 1' + b"0" * 5000 + b"}",
)


async def test_what_is_not_an_update_is_refused(client: Client) -> None:
    for body in NOT_UPDATES:
        answer = await send(client, body)

        assert answer.status == 400, body[:20]
        assert await answer.text() == ""


async def test_what_is_too_large_is_refused(client: Client) -> None:
    assert (await send(client, b'"' + b"a" * BODY_LIMIT_BYTES)).status == 413


async def test_only_json_by_post_is_taken(client: Client) -> None:
    secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    form = await client.post(PATH, data={"update_id": "1"}, headers=secret)
    got = await client.get(PATH, headers=secret)

    assert (form.status, got.status) == (415, 405)


async def test_what_nobody_wrote_to_us_is_not_stored(client: Client, service: Service) -> None:
    for name in ("not_ours_group", "not_ours_channel_post", "not_ours_notice"):
        assert (await post(client, payload(name))).status == 200

    assert await kept(service) == []


async def test_nothing_in_the_staff_chat_becomes_a_report(client: Client, service: Service) -> None:
    update = payload("text")
    update["message"]["chat"]["id"] = int(STAFF_CHAT)

    answer = await post(client, update)

    assert answer.status == 200
    assert await kept(service, STAFF_CHAT) == []


async def test_a_press_is_stored_and_the_button_released(client: Client) -> None:
    answer = await post(client, payload("button"))

    assert await answer.json() == {
        "method": "answerCallbackQuery",
        "callback_query_id": "4382bfdwdsb323b2d9",
    }


async def test_blocking_and_coming_back_are_noted_and_no_message(
    client: Client, service: Service
) -> None:
    await post(client, payload("start"))

    assert (await post(client, payload("blocked"))).status == 200
    assert await is_blocked(service)
    assert (await post(client, payload("unblocked"))).status == 200
    assert not await is_blocked(service)
    assert await kept(service) == [Presence(kind="started")]


async def is_blocked(service: Service) -> bool:
    return await contacts.is_blocked(service.store, "telegram", AN)


async def test_a_message_goes_to_the_spool_and_the_child_gets_numbers_when_the_database_is_away(
    client: Client, service: Service, api: FakeTelegramApi
) -> None:
    with broken_database(service):
        answer = await post(client, payload("text"))

    assert answer.status == 200
    assert len(service.spool.waiting()) == 1
    assert [sent["chat_id"] for sent in api.of("sendMessage")] == [int(AN)]
    assert re.search(r"\b11[1345]\b", api.of("sendMessage")[0]["text"])


async def test_telegram_repeats_what_could_be_kept_nowhere(
    client: Client, service: Service
) -> None:
    with broken_database(service), broken_spool(service):
        refused = await post(client, payload("text"))
    again = await post(client, payload("text"))

    assert (refused.status, again.status) == (503, 200)
    assert await kept(service) == [Text(text="con bi danh, cuu con voi")]


async def test_a_flood_of_one_person_is_kept_and_holds_nobody_up(
    client: Client, service: Service
) -> None:
    statuses = [(await post(client, wrote(number, "alo"))).status for number in range(900, 925)]

    assert statuses == [200] * 25
    assert len(await kept(service)) == 25


@rules(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
async def test_no_body_makes_the_webhook_fall_over(client: Client, body: bytes) -> None:
    assert (await send(client, body)).status in (200, 400)


async def test_no_word_of_a_message_and_no_secret_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await post(client, payload("text"))
        await post(client, payload("text"), "wrong-secret")
        await send(client, b'{"update_id": 7, "message": "con bi danh"}')

    for secret in ("bi danh", "cuu con", AN, "An Thử", SECRET, "wrong-secret"):
        assert secret not in caplog.text


async def test_the_start_sets_the_webhook(client: Client, api: FakeTelegramApi) -> None:
    (call,) = await api.until_called("setWebhook")

    assert call["url"] == "https://vidu.example/webhooks/telegram"
    assert call["secret_token"] == SECRET
    assert "my_chat_member" in call["allowed_updates"]


async def test_setting_the_webhook_is_tried_until_telegram_agrees(
    service: Service, api: FakeTelegramApi
) -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    api.faults["setWebhook"].extend(
        [
            refusal(502, "Bad Gateway"),
            refusal(502, "Bad Gateway"),
            refusal(429, "Too Many Requests", retry_after=9),
        ]
    )

    await announce_webhook(service, pause=pause)

    assert waits == [1, 2, 9]
    assert api.webhook["secret_token"] == SECRET
