"""An aggregator: what it posts is read, what we post is signed, its refusals are the contract's."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import (
    Button,
    ChannelDown,
    ChannelError,
    OutboundMessage,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
    Text,
    Unknown,
)
from bot.channels.signed_post import SIGNATURE_HEADER, is_signed
from bot.channels.sms import START, STOP, SmsChannel, international
from bot.channels.sms_gateway import Report, SmsGateway, read_inbound, read_report
from tests.fakes.sms_gateway import (
    AN,
    SECRET,
    FakeSmsGateway,
    Fault,
    fake_sms_gateway,
    payload,
    signed,
)

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


@pytest.fixture
async def gateway() -> AsyncIterator[FakeSmsGateway]:
    async with fake_sms_gateway() as server:
        yield server


@pytest.fixture
async def channel(gateway: FakeSmsGateway) -> AsyncIterator[SmsChannel]:
    channel = SmsChannel(SmsGateway(gateway.url, SECRET, clock=lambda: NOW))
    yield channel
    await channel.close()


def test_a_text_is_read_with_the_number_as_sender() -> None:
    message = read_inbound(payload("gateway_text"), received_at=NOW)
    local = read_inbound(payload("gateway_text_local_number"), received_at=NOW)

    assert message.channel == "sms"
    assert message.sender_key == AN
    assert message.external_id == "gateway:mo-20261124-0001"
    assert message.content == Text(text="con bi danh, cuu con voi")
    assert local.sender_key == "+84900000012"
    assert AN not in repr(message)


def test_a_text_without_a_time_or_with_a_wrong_one_has_ours() -> None:
    assert read_inbound(payload("gateway_choice"), received_at=NOW).sent_at == NOW
    for at in (0, 1e18, -1e18, True, "soon", NOW.timestamp() + 3600):
        body = json.dumps({"id": "1", "from": AN, "text": "a", "at": at}).encode()
        assert read_inbound(body, received_at=NOW).sent_at == NOW


def test_stop_and_start_are_words_for_us_and_an_empty_text_is_kept() -> None:
    def read(text: str) -> object:
        body = json.dumps({"id": "1", "from": AN, "text": text}).encode()
        return read_inbound(body, received_at=NOW).content

    assert read(" stop ") == STOP
    assert read("Start") == START
    assert read("stop đánh con") == Text(text="stop đánh con")
    assert read("  ") == Unknown(kind="empty")
    assert read("a\x00\ud800") == Text(text="a\ufffd\ufffd")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'{"id": "1"}',
        b'{"id": "1", "from": "+84900000011"}', b'{"from": "+84900000011", "text": "a"}',
        b'{"id": "a b", "from": "+84900000011", "text": "a"}',
        b'{"id": 1, "from": 2, "text": 3}', payload("gateway_short_code"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_said_so_and_nothing_else(body: bytes) -> None:
    with pytest.raises(ChannelError):
        read_inbound(body, received_at=NOW)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_readers_fall_over(body: bytes) -> None:
    for read in (lambda: read_inbound(body, received_at=NOW), lambda: read_report(body)):
        with pytest.raises(ChannelError):
            read()


@given(st.text())
def test_a_number_is_international_or_none(text: str) -> None:
    assert international(text) == "" or international(text).startswith("+")


def test_numbers_are_written_in_one_way() -> None:
    for written in ("0900000011", "84900000011", "+84 900 000 011", "0084900000011"):
        assert international(written) == AN
    for other in ("18008077x", "QUANGCAO", "", "999", "anonymous"):
        assert international(other) == ""


def test_reports_are_read() -> None:
    assert read_report(payload("report_delivered")) is Report.DELIVERED
    assert read_report(payload("report_failed")) is Report.FAILED
    for body in (b'{"id": "1", "status": "eaten"}', b'{"status": "failed"}'):
        with pytest.raises(ChannelError):
            read_report(body)


def test_a_signature_holds_for_its_bytes_and_five_minutes() -> None:
    body, at = payload("gateway_text"), NOW.timestamp()
    headers = signed(body, at)

    assert is_signed(SECRET, headers, body, NOW)
    assert is_signed(SECRET, headers, body, NOW + timedelta(minutes=5))
    assert not is_signed(SECRET, headers, body, NOW + timedelta(minutes=5, seconds=1))
    assert not is_signed(SECRET, headers, body, NOW - timedelta(minutes=6))
    assert not is_signed(SECRET, headers, body + b" ", NOW)
    assert not is_signed("another", headers, body, NOW)
    assert not is_signed("", signed(body, at, ""), body, NOW)
    assert not is_signed(SECRET, {}, body, NOW)
    assert not is_signed(SECRET, headers | {SIGNATURE_HEADER: "sha256=ü"}, body, NOW)


async def test_a_bubble_goes_out_as_signed_texts(
    channel: SmsChannel, gateway: FakeSmsGateway
) -> None:
    buttons = (Button(label="Có", payload="danger:yes"), Button(label="Không", payload="danger:no"))
    sent = await channel.send(AN, OutboundMessage(text="Có ai nguy hiểm không?", buttons=buttons))

    assert sent == "mt-1"
    assert gateway.texts == [
        {
            "to": AN,
            "text": "Co ai nguy hiem khong?\nTra loi 1: Co\nTra loi 2: Khong",
            "segments": 1,
        }
    ]


async def test_a_long_bubble_is_several_texts_in_order(
    channel: SmsChannel, gateway: FakeSmsGateway
) -> None:
    await channel.send(AN, OutboundMessage(text="Câu một hai ba bốn năm sáu. " * 40))

    assert len(gateway.texts) > 1
    assert all(text["segments"] <= 3 for text in gateway.texts)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=503), ChannelDown),
        (Fault(status=401), ChannelDown),
        (Fault(status=408), ChannelDown),
        (Fault(status=400), Rejected),
        (Fault(status=302), Rejected),
        (Fault(status=429, headers={"Retry-After": "7"}), RateLimited),
        (Fault(status=429, headers={"Retry-After": "soon"}), RateLimited),
        (Fault(is_silent=True), SendInDoubt),
    ],
)
async def test_a_refusal_is_an_error_of_the_contract_and_quotes_nothing(
    channel: SmsChannel, gateway: FakeSmsGateway, fault: Fault, kind: type[SendError]
) -> None:
    gateway.faults.append(fault)

    with pytest.raises(kind) as raised:
        await channel.send(AN, OutboundMessage(text="rieng tu"))
    assert AN not in str(raised.value)
    assert "rieng tu" not in str(raised.value)


async def test_nobody_listening_is_a_channel_that_is_down() -> None:
    channel = SmsChannel(SmsGateway("http://127.0.0.1:9/send", SECRET, clock=lambda: NOW))
    with pytest.raises(ChannelDown):
        await channel.send(AN, OutboundMessage(text="a"))
    await channel.close()


async def test_an_answer_without_an_id_is_an_answer(
    channel: SmsChannel, gateway: FakeSmsGateway
) -> None:
    gateway.faults.extend([Fault(body=b"OK"), Fault(body=b'{"id": 5}')])

    assert [await channel.send(AN, OutboundMessage(text="a")) for _ in range(2)] == ["", ""]
