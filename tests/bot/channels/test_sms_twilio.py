"""Twilio's form is read, and a text goes out with where to tell what became of it."""

from datetime import UTC, datetime

import pytest

from bot.channels.contract import BlockedByUser, ChannelError, OutboundMessage, Text
from bot.channels.sms import START, STOP, SmsChannel
from bot.channels.sms_twilio import SmsTwilio, read_form
from bot.channels.twilio_api import TwilioApi
from tests.fakes.sms_gateway import AN, twilio_form
from tests.fakes.twilio_api import ACCOUNT_SID, AUTH_TOKEN, NUMBER, Fault, fake_twilio

NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
STATUS_URL = "https://langnghe.example/webhooks/telephone/sms/status"


def test_a_form_is_read_with_its_sid_as_id() -> None:
    message = read_form(twilio_form("twilio_text"), received_at=NOW)

    assert message.sender_key == AN
    assert message.external_id == "twilio:SM00000000000000000000000000000001"
    assert message.sent_at == NOW
    assert message.content == Text(text="con bi danh, cuu con voi")


def test_what_twilio_took_for_stop_is_stop() -> None:
    form = twilio_form("twilio_stop")

    assert read_form(form, received_at=NOW).content == STOP
    assert read_form(form | {"OptOutType": "START"}, received_at=NOW).content == START
    assert read_form(form | {"OptOutType": ""}, received_at=NOW).content == Text(text="Dung nhan")


@pytest.mark.parametrize("missing", ["From", "MessageSid"])
def test_a_form_without_sender_or_id_is_none(missing: str) -> None:
    form = twilio_form("twilio_text")
    del form[missing]
    with pytest.raises(ChannelError):
        read_form(form, received_at=NOW)


async def test_a_bubble_goes_out_and_an_opt_out_is_known() -> None:
    async with fake_twilio() as server:
        api = TwilioApi(ACCOUNT_SID, AUTH_TOKEN, api_url=server.url)
        channel = SmsChannel(SmsTwilio(api, sender=NUMBER, status_url=STATUS_URL))
        sid = await channel.send(AN, OutboundMessage(text="Gọi 111 nhé."))
        server.faults.append(Fault(status=400, code=21610))
        with pytest.raises(BlockedByUser):
            await channel.send(AN, OutboundMessage(text="Gọi 111 nhé."))
        await channel.close()

    assert sid.startswith("SM")
    text = server.texts[0]
    assert (text["To"], text["From"], text["Body"]) == (AN, NUMBER, "Goi 111 nhe.")
    assert text["StatusCallback"] == STATUS_URL
