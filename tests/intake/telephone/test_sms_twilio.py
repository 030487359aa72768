"""SMS at Twilio's webhooks: signed ones are heard once, all others change nothing."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.channels.contract import Text
from intake.service import Service
from intake.settings import Settings, read_settings
from intake.telephone.sms import TWILIO_INBOUND, TWILIO_STATUS
from tests.fakes.sms_gateway import AN, twilio_form
from tests.fakes.stored import kept
from tests.intake.telephone.conftest import PUBLIC_URL, TOKEN, Caller, signature

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def telephone_settings(tmp_path: Path) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "LANGNGHE_TWILIO_API_URL": "http://127.0.0.1:9",
            "LANGNGHE_SMS_TWILIO_SENDER": "+84900000900",
        }
    )


async def test_texts_and_reports_of_twilio(client: Client, service: Service) -> None:
    caller, form = Caller(client), twilio_form("twilio_text")
    forged = {"X-Twilio-Signature": signature(TWILIO_INBOUND, form, "0" * 32)}

    assert (await client.post(TWILIO_INBOUND, data=form)).status == 403
    assert (await client.post(TWILIO_INBOUND, data=form, headers=forged)).status == 403
    assert (await client.post(TWILIO_STATUS, data=form)).status == 403
    assert await kept(service, AN, channel="sms") == []

    answers = [await caller.post(TWILIO_INBOUND, form) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert (await answers[0].text()).endswith("<Response/>")
    assert await kept(service, AN, channel="sms") == [Text(text="con bi danh, cuu con voi")]

    nobody = form | {"From": "QUANGCAO"}
    assert (await caller.post(TWILIO_INBOUND, nobody)).status == 200
    for status in (twilio_form("twilio_status"), {"MessageStatus": "eaten"}, {}):
        assert (await caller.post(TWILIO_STATUS, status)).status == 204
