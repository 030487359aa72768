"""One way for texts: an aggregator, else Twilio, else a modem, else none."""

from pathlib import Path

import pytest

from bot.channels.sms import SmsChannel
from intake.clock import Clock
from intake.settings import read_settings
from intake.telephone.sms import sms_channels

MODEM = {"LANGNGHE_SMS_MODEM_FOLDER": "/var/spool/langnghe-sms"}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "LANGNGHE_SMS_TWILIO_SENDER": "+84900000900",
}
GATEWAY = {
    "LANGNGHE_SMS_GATEWAY_URL": "https://aggregator.example/send",
    "LANGNGHE_SMS_GATEWAY_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, ""),
        (MODEM, "SmsModem"),
        (MODEM | TWILIO, "SmsTwilio"),
        (MODEM | TWILIO | GATEWAY, "SmsGateway"),
    ],
)
def test_the_first_way_that_is_set_up_is_taken(
    tmp_path: Path, clock: Clock, variables: dict[str, str], way: str
) -> None:
    settings = read_settings({"LANGNGHE_DATA_DIR": str(tmp_path)} | variables)
    found = sms_channels(settings, clock)

    assert list(found) == (["sms"] if way else [])
    assert [type(each.way).__name__ for each in found.values() if isinstance(each, SmsChannel)] == (
        [way] if way else []
    )
