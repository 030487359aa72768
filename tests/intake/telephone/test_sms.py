"""SMS through an aggregator: who signs is heard once and answered, others learn nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from bot.channels.contract import Text
from intake.clock import Clock
from intake.delivery import Delivery
from intake.service import Service
from intake.settings import Settings, read_settings
from intake.telephone.sms import BODY_LIMIT_BYTES, INBOUND, REPORT
from storage.talks import contacts
from storage.tickets import queue
from tests.fakes.broken import broken_database, broken_spool
from tests.fakes.sms_gateway import (
    AN,
    SECRET,
    FakeSmsGateway,
    fake_sms_gateway,
    payload,
    signed,
)
from tests.fakes.stored import kept

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def gateway() -> AsyncIterator[FakeSmsGateway]:
    async with fake_sms_gateway() as server:
        yield server


@pytest.fixture
def telephone_settings(tmp_path: Path, gateway: FakeSmsGateway) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_SMS_GATEWAY_URL": gateway.url,
            "LANGNGHE_SMS_GATEWAY_SECRET": SECRET,
        }
    )


async def post(client: Client, clock: Clock, body: bytes, path: str = INBOUND) -> ClientResponse:
    return await client.post(path, data=body, headers=signed(body, clock().timestamp()))


def wrote(number: int, text: str) -> bytes:
    return json.dumps({"id": f"mo-{number}", "from": AN, "text": text}).encode()


async def texts(service: Service, gateway: FakeSmsGateway, count: int) -> list[dict[str, Any]]:
    """Deliver until so many texts went out."""
    delivery = Delivery(service, service.channels["sms"])
    async with asyncio.timeout(60):
        while len(gateway.texts) < count:
            await delivery.deliver_due()
            await asyncio.sleep(0.05)
    return gateway.texts


async def test_a_text_is_stored_once_and_answered_without_accents(
    client: Client, service: Service, gateway: FakeSmsGateway, clock: Clock
) -> None:
    statuses = [(await post(client, clock, payload("gateway_text"))).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert await kept(service, AN, channel="sms") == [Text(text="con bi danh, cuu con voi")]
    sent = await texts(service, gateway, 1)
    assert sent[0]["to"] == AN
    assert all(text["text"].isascii() for text in sent)
    assert len(await queue(service.store)) == 1


async def test_a_number_answers_the_question(
    client: Client, service: Service, gateway: FakeSmsGateway, clock: Clock
) -> None:
    await post(client, clock, wrote(1, "mẹ chửi con hoài, con buồn lắm"))
    asked = list(await texts(service, gateway, 3))
    assert "Tra loi 2: Chua an toan" in asked[-1]["text"]

    await post(client, clock, wrote(2, "2"))
    await texts(service, gateway, len(asked) + 1)
    assert "Goi 113" in "".join(text["text"] for text in gateway.texts[len(asked) :])


async def test_whoever_does_not_sign_is_refused_and_counted(
    client: Client, service: Service, clock: Clock
) -> None:
    body, now = payload("gateway_text"), clock().timestamp()
    for path in (INBOUND, REPORT):
        for headers in (
            {},
            signed(body, now, "wrong"),
            signed(body, now - 301),
            signed(body, now + 301),
            signed(body + b" ", now),
        ):
            answer = await client.post(path, data=body, headers=headers)
            assert answer.status == 403
            assert await answer.text() == ""
    assert service.refused["sms"] == 10
    assert await kept(service, AN, channel="sms") == []


async def test_what_is_no_text_or_too_long_is_refused(client: Client, clock: Clock) -> None:
    statuses = [
        (await post(client, clock, body)).status
        for body in (b"", b"{", payload("gateway_short_code"), b"a" * (BODY_LIMIT_BYTES + 1))
    ]
    assert statuses == [400, 400, 400, 403]


async def test_reports_are_taken_as_often_as_they_come(client: Client, clock: Clock) -> None:
    names = ("report_delivered", "report_delivered", "report_failed")
    statuses = [(await post(client, clock, payload(name), REPORT)).status for name in names]

    assert statuses == [200, 200, 200]
    assert (await post(client, clock, b"{}", REPORT)).status == 400


async def test_start_lets_us_write_again(client: Client, service: Service, clock: Clock) -> None:
    await post(client, clock, wrote(1, "alo"))
    await contacts.set_blocked(service.store, "sms", AN, is_blocked=True, now=clock())

    assert (await post(client, clock, wrote(2, "START"))).status == 200
    assert not await contacts.is_blocked(service.store, "sms", AN)


async def test_without_a_database_a_text_is_spooled_and_the_numbers_go_out(
    client: Client, service: Service, gateway: FakeSmsGateway, clock: Clock
) -> None:
    with broken_database(service):
        answer = await post(client, clock, payload("gateway_text"))

    assert answer.status == 200
    assert len(service.spool.waiting()) == 1
    assert "Goi 113" in "".join(text["text"] for text in gateway.texts)


async def test_the_aggregator_repeats_what_could_be_kept_nowhere(
    client: Client, service: Service, clock: Clock
) -> None:
    with broken_database(service), broken_spool(service):
        refused = await post(client, clock, payload("gateway_text"))
    again = await post(client, clock, payload("gateway_text"))

    assert (refused.status, again.status) == (503, 200)


@rules(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
async def test_no_signed_body_makes_the_webhooks_fall_over(
    client: Client, clock: Clock, body: bytes
) -> None:
    for path in (INBOUND, REPORT):
        assert (await post(client, clock, body, path)).status == 400


async def test_no_word_and_no_number_is_logged(
    client: Client, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await post(client, clock, payload("gateway_text"))
        await post(client, clock, payload("gateway_short_code"))
        await post(client, clock, payload("report_failed"), REPORT)

    for secret in ("bi danh", AN, AN[3:], SECRET, "QUANGCAO"):
        assert secret not in caplog.text
