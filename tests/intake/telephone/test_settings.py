"""Settings of the telephone: half of a pair is said in a sentence, not found out at a call."""

import pytest

from intake.errors import SettingsError
from intake.settings import read_settings


def test_the_telephone_is_off_by_default() -> None:
    settings = read_settings({})
    assert not settings.telephone.is_on
    assert not settings.telephone.hears_speech
    assert not settings.telephone.records
    assert settings.sms.gateway_url == settings.sms.modem_folder == ""


def test_the_token_is_not_shown() -> None:
    settings = read_settings({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "hush-hush"})
    assert settings.telephone.is_on
    assert "hush-hush" not in repr(settings)


@pytest.mark.parametrize(
    "environment",
    [
        {"TWILIO_ACCOUNT_SID": "AC1"},
        {"TWILIO_AUTH_TOKEN": "t"},
        {"LANGNGHE_SMS_GATEWAY_URL": "https://sms.example.vn"},
        {"LANGNGHE_TELEPHONE_RECORDS": "yes"},
    ],
)
def test_half_of_a_pair_is_an_error(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        read_settings(environment)
