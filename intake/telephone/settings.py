"""Settings of the telephone: the carrier's account, what may be heard and kept, ways for SMS."""

from collections.abc import Callable
from dataclasses import dataclass, field

from intake.errors import SettingsError

Text = Callable[..., str]
"""Reads one variable: its name, and what holds where it is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneSettings:
    """Calls through Twilio; off without an account."""

    account_sid: str
    auth_token: str = field(repr=False)
    """Signs every webhook and every request of ours."""
    api_url: str
    number: str = field(repr=False)
    """The number that our own calls come from, as +84…"""
    voice: str
    """The speaking voice where there is no recorded prompt."""
    prompts_url: str
    """Where recorded prompts lie, `<url>/<prompt>.mp3`; empty: the voice reads them."""
    hears_speech: bool
    """Speech is understood by the carrier's service, abroad: off unless a lawyer has agreed."""
    records: bool
    """Calls may be recorded at the carrier, abroad: off unless a lawyer has agreed."""

    @property
    def is_on(self) -> bool:
        """Whether calls come in and go out."""
        return bool(self.account_sid and self.auth_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """The three ways of SMS; each is off without its address."""

    twilio_sender: str = field(repr=False)
    """Number or registered name that Twilio sends from."""
    gateway_url: str
    """An aggregator in Viet Nam: where our texts are POSTed."""
    gateway_secret: str = field(repr=False)
    """Signs both directions; without it nothing comes in."""
    modem_folder: str
    """gammu-smsd's spool (folders inbox/ and outbox/) of a modem at this machine."""


def read_telephone(text: Text) -> TelephoneSettings:
    """Read `TWILIO_*` and `LANGNGHE_TELEPHONE_*`; half an account is an error."""
    sid, token = text("TWILIO_ACCOUNT_SID"), text("TWILIO_AUTH_TOKEN")
    if bool(sid) != bool(token):
        raise SettingsError("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together")
    return TelephoneSettings(
        account_sid=sid,
        auth_token=token,
        api_url=text("LANGNGHE_TWILIO_API_URL", "https://api.twilio.com").rstrip("/"),
        number=text("LANGNGHE_TELEPHONE_NUMBER"),
        voice=text("LANGNGHE_TELEPHONE_VOICE", "Google.vi-VN-Wavenet-A"),
        prompts_url=text("LANGNGHE_TELEPHONE_PROMPTS_URL").rstrip("/"),
        hears_speech=_switch(text, "LANGNGHE_TELEPHONE_HEARS_SPEECH"),
        records=_switch(text, "LANGNGHE_TELEPHONE_RECORDS"),
    )


def read_sms(text: Text) -> SmsSettings:
    """Read `LANGNGHE_SMS_*`; a gateway without a secret is an error."""
    url, secret = text("LANGNGHE_SMS_GATEWAY_URL"), text("LANGNGHE_SMS_GATEWAY_SECRET")
    if url and not secret:
        raise SettingsError("LANGNGHE_SMS_GATEWAY_SECRET must be set with the gateway's address")
    return SmsSettings(
        twilio_sender=text("LANGNGHE_SMS_TWILIO_SENDER"),
        gateway_url=url.rstrip("/"),
        gateway_secret=secret,
        modem_folder=text("LANGNGHE_SMS_MODEM_FOLDER"),
    )


def _switch(text: Text, name: str) -> bool:
    value = text(name, "0")
    if value in ("0", "1"):
        return value == "1"
    raise SettingsError(f"{name} must be 0 or 1, not {value!r}")
