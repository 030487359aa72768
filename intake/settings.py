"""Settings from environment variables, one frozen part a concern (cấu hình)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from intake.errors import SettingsError
from intake.reach import second_factor
from intake.telephone.settings import SmsSettings, TelephoneSettings, read_sms, read_telephone


class Mode(StrEnum):
    """`trial` may send drafts, marked as such; `production` never does."""

    TRIAL = "trial"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Where rows, keys and files live."""

    folder: Path
    database_url: str = field(repr=False)
    keys_url: str = field(repr=False)
    master_key_file: Path

    @property
    def spool_folder(self) -> Path:
        """Raw messages wait here while the database cannot be written."""
        return self.folder / "spool"

    @property
    def models_folder(self) -> Path:
        """Versions of the model that were trained here, and which of them is in use."""
        return self.folder / "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How people reach us."""

    host: str
    port: int
    public_url: str
    """Without a trailing slash; links in alarms and webhooks are built from it alone."""
    trusts_proxy: bool
    """A reverse proxy with TLS stands in front: cookies are Secure."""
    requires_second_factor: bool
    """Whether staff need a number from their phone (xác thực hai bước) to sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """The Telegram channel; off without a token."""

    token: str = field(repr=False)
    api_url: str
    webhook_secret: str = field(repr=False)
    """Empty: the service polls; otherwise `/webhooks/telegram` is used."""
    staff_chat: str = field(repr=False)
    """Chat id that alarms go to; empty: this way is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """The alarm's ways besides the console."""

    webhook_url: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    watch_secret: str = field(default="", repr=False)
    """What `langnghe watch` shows when it asks; empty: nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """How the desk looks after those who work at it."""

    hard_in_a_row: int
    """After so many hard tickets in a row a break is offered and others come first; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it."""

    mode: Mode
    data: DataSettings
    web: WebSettings
    telegram: TelegramSettings
    telephone: TelephoneSettings
    sms: SmsSettings
    alarm: AlarmSettings
    desk: DeskSettings
    log_level: str
    days_off: frozenset[date] = frozenset()
    """Days off besides weekends and public holidays: the government moves some each year."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read `LANGNGHE_*` and `TELEGRAM_BOT_TOKEN`; raises `SettingsError` with a plain sentence."""

    def text(name: str, default: str = "") -> str:
        return environment.get(name, default).strip() or default

    folder = Path(text("LANGNGHE_DATA_DIR", "var")).absolute()
    host, port = text("LANGNGHE_HOST", "127.0.0.1"), _port(text("LANGNGHE_PORT", "8080"))
    return Settings(
        mode=_mode(text("LANGNGHE_MODE", "trial")),
        data=DataSettings(
            folder=folder,
            database_url=_url(
                "LANGNGHE_DATABASE_URL",
                text("LANGNGHE_DATABASE_URL", f"sqlite:///{folder / 'langnghe.db'}"),
            ),
            keys_url=_url(
                "LANGNGHE_KEYS_URL",
                text("LANGNGHE_KEYS_URL", f"sqlite:///{folder / 'keys' / 'keys.db'}"),
            ),
            master_key_file=Path(
                text("LANGNGHE_MASTER_KEY_FILE", str(folder / "keys" / "master.key"))
            ),
        ),
        web=WebSettings(
            host=host,
            port=port,
            public_url=text("LANGNGHE_PUBLIC_URL", f"http://{host}:{port}").rstrip("/"),
            trusts_proxy=_switch("LANGNGHE_BEHIND_PROXY", text("LANGNGHE_BEHIND_PROXY", "0")),
            requires_second_factor=second_factor(text),
        ),
        telegram=TelegramSettings(
            token=text("TELEGRAM_BOT_TOKEN"),
            api_url=text("LANGNGHE_TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/"),
            webhook_secret=_webhook_secret(text("LANGNGHE_TELEGRAM_WEBHOOK_SECRET")),
            staff_chat=text("LANGNGHE_TELEGRAM_STAFF_CHAT"),
        ),
        telephone=read_telephone(text),
        sms=read_sms(text),
        alarm=AlarmSettings(
            webhook_url=text("LANGNGHE_ALARM_WEBHOOK_URL"),
            webhook_secret=text("LANGNGHE_ALARM_WEBHOOK_SECRET"),
            watch_secret=_watch_secret(text("LANGNGHE_WATCH_SECRET")),
        ),
        desk=DeskSettings(
            hard_in_a_row=_small("LANGNGHE_HARD_IN_A_ROW", text("LANGNGHE_HARD_IN_A_ROW", "3"))
        ),
        log_level=_level(text("LANGNGHE_LOG_LEVEL", "INFO")),
        days_off=_days(text("LANGNGHE_DAYS_OFF")),
    )


def _port(value: str) -> int:
    if value.isdecimal() and 0 <= int(value) <= 65535:
        return int(value)
    raise SettingsError(f"LANGNGHE_PORT must be a number from 0 to 65535, not {value!r}")


def _url(name: str, value: str) -> str:
    """Refuse options of SQLite: one of them gives up what makes a message durable."""
    if value.startswith("sqlite") and "?" in value:
        raise SettingsError(f"{name} must be sqlite:///path without options behind a ?")
    return value


def _mode(value: str) -> Mode:
    if value in Mode.__members__.values():
        return Mode(value)
    raise SettingsError(f"LANGNGHE_MODE must be trial or production, not {value!r}")


def _webhook_secret(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value):  # what Telegram's setWebhook takes
        return value
    raise SettingsError("LANGNGHE_TELEGRAM_WEBHOOK_SECRET must be at most 256 of A-Z a-z 0-9 _ -")


def _watch_secret(value: str) -> str:
    if re.fullmatch(r"(?:[!-~]{16,256})?", value):
        return value
    raise SettingsError("LANGNGHE_WATCH_SECRET must be 16 to 256 letters, digits or signs of ASCII")


def _switch(name: str, value: str) -> bool:
    if value in ("0", "1"):
        return value == "1"
    raise SettingsError(f"{name} must be 0 or 1, not {value!r}")


def _small(name: str, value: str) -> int:
    if value.isascii() and value.isdecimal() and int(value) <= 99:
        return int(value)
    raise SettingsError(f"{name} must be a number from 0 to 99, not {value!r}")


def _level(value: str) -> str:
    if value.upper() in ("DEBUG", "INFO", "WARNING", "ERROR"):
        return value.upper()
    raise SettingsError(f"LANGNGHE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {value!r}")


def _days(value: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(day.strip()) for day in value.split(",") if day.strip())
    except ValueError:
        raise SettingsError(
            f"LANGNGHE_DAYS_OFF must be days as 2027-02-11,2027-02-12, not {value!r}"
        ) from None
