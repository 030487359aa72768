"""Settings of the watch. Each has the reason for its default beside it."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class WatchError(Exception):
    """A setting is missing or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How often and how long, in seconds."""

    every: float = 10.0
    """Between two questions: six of them fit into the patience, so one lost answer rings nobody."""
    patience: float = 60.0
    """Without an answer: a restart of the service takes half of it."""
    beat: float = 60.0
    """Without a new beat of any process: each beats every 10 s, and a full disk stops that."""
    well: float = 30.0
    """Well for so long before it is said: what comes and goes is told once."""
    repeat: float = 120.0
    """Between two alarms of one way, as the alarm of a ticket repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long something may wait, in seconds."""

    message: float = 60.0
    """A walk takes about a second, three failed ones and their pauses less than a minute."""
    critical: float = 300.0
    """The alarm reaches everybody and the on-call telephone within 180 s and has repeated by 300 s:
    who had not answered by then has not heard."""
    send: float = 120.0
    """An alarm or rescue text: a messenger that is away for two minutes is away."""
    timer: float = 60.0
    """Timers are looked at every 5 s and taken anew 15 s after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaySettings:
    """Whom to tell; each way is off without its address."""

    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    modem_folder: Path | None = None
    """gammu-smsd's spool, with outbox/ in it."""
    telephones: tuple[str, ...] = field(default=(), repr=False)
    ring_command: tuple[str, ...] = ()
    """Run with the telephones behind it; rings them. Status 0: it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """Where the static answers are served."""

    host: str
    port: int
    folder: Path
    """What `langnghe watch --export` wrote; without it there are built-in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """All of it."""

    url: str
    """Where the service answers, as the watch reaches it."""
    secret: str = field(repr=False)
    link: str
    """Where people look after an alarm."""
    state_file: Path
    times: Times
    limits: Limits
    ways: WaySettings
    pages: PageSettings


def read_watch(environment: Mapping[str, str]) -> WatchSettings:
    """Read `LANGNGHE_WATCH_*`; what the service itself is told serves as the default."""

    def text(name: str, default: str = "") -> str:
        return environment.get(name, "").strip() or default

    secret = text("LANGNGHE_WATCH_SECRET")
    if not re.fullmatch(r"[!-~]{16,256}", secret):
        raise WatchError(
            "LANGNGHE_WATCH_SECRET must be set, here and where the service runs: "
            "16 to 256 letters, digits or signs of ASCII"
        )
    folder = Path(text("LANGNGHE_DATA_DIR", "var"), "watch").absolute()
    url = text("LANGNGHE_WATCH_URL", f"http://127.0.0.1:{text('LANGNGHE_PORT', '8080')}")
    if not url.startswith(("http://", "https://")):
        raise WatchError("LANGNGHE_WATCH_URL must begin with http:// or https://")
    return WatchSettings(
        url=url.rstrip("/"),
        secret=secret,
        link=f"{text('LANGNGHE_PUBLIC_URL', url).rstrip('/')}/console/",
        state_file=Path(text("LANGNGHE_WATCH_STATE_FILE", str(folder / "state.json"))),
        times=_times(environment),
        limits=_limits(environment),
        ways=_ways(environment),
        pages=PageSettings(
            host=text("LANGNGHE_WATCH_HOST", "127.0.0.1"),
            port=_port(text("LANGNGHE_WATCH_PORT", "8090")),
            folder=Path(text("LANGNGHE_WATCH_PAGES", str(folder / "pages"))),
        ),
    )


def _times(environment: Mapping[str, str]) -> Times:
    usual = Times()
    return Times(
        every=_seconds(environment, "LANGNGHE_WATCH_EVERY_SECONDS", usual.every),
        patience=_seconds(environment, "LANGNGHE_WATCH_PATIENCE_SECONDS", usual.patience),
        beat=_seconds(environment, "LANGNGHE_WATCH_BEAT_SECONDS", usual.beat),
        well=_seconds(environment, "LANGNGHE_WATCH_WELL_SECONDS", usual.well),
        repeat=_seconds(environment, "LANGNGHE_WATCH_REPEAT_SECONDS", usual.repeat),
    )


def _limits(environment: Mapping[str, str]) -> Limits:
    usual = Limits()
    return Limits(
        message=_seconds(environment, "LANGNGHE_WATCH_MESSAGE_SECONDS", usual.message),
        critical=_seconds(environment, "LANGNGHE_WATCH_CRITICAL_SECONDS", usual.critical),
        send=_seconds(environment, "LANGNGHE_WATCH_SEND_SECONDS", usual.send),
        timer=_seconds(environment, "LANGNGHE_WATCH_TIMER_SECONDS", usual.timer),
    )


def _ways(environment: Mapping[str, str]) -> WaySettings:
    def text(name: str, shared: str = "") -> str:
        """Take what the watch is told, or else what the service is told."""
        return (environment.get(name, "") or environment.get(shared, "")).strip()

    folder = text("LANGNGHE_WATCH_MODEM_FOLDER", "LANGNGHE_SMS_MODEM_FOLDER")
    return WaySettings(
        webhook_url=text("LANGNGHE_WATCH_WEBHOOK_URL", "LANGNGHE_ALARM_WEBHOOK_URL"),
        webhook_secret=text("LANGNGHE_WATCH_WEBHOOK_SECRET", "LANGNGHE_ALARM_WEBHOOK_SECRET"),
        modem_folder=Path(folder) if folder else None,
        telephones=_telephones(text("LANGNGHE_WATCH_TELEPHONES")),
        ring_command=_command(text("LANGNGHE_WATCH_RING_COMMAND")),
    )


def _seconds(environment: Mapping[str, str], name: str, usual: float) -> float:
    value = environment.get(name, "").strip() or str(usual)
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if 0 < seconds <= 86_400:
        return seconds
    raise WatchError(f"{name} must be a number of seconds, at most a day, not {value!r}")


def _port(value: str) -> int:
    if value.isascii() and value.isdecimal() and int(value) <= 65535:
        return int(value)
    raise WatchError(f"LANGNGHE_WATCH_PORT must be a number from 0 to 65535, not {value!r}")


def _telephones(value: str) -> tuple[str, ...]:
    """Read numbers that may stand in a file's name; the error repeats none of them."""
    numbers = tuple(each.strip() for each in value.split(",") if each.strip())
    if all(each.removeprefix("+").isdecimal() and each.isascii() for each in numbers):
        return numbers
    raise WatchError("LANGNGHE_WATCH_TELEPHONES must be numbers as +849…,+849…")


def _command(value: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(value))
    except ValueError:
        raise WatchError("LANGNGHE_WATCH_RING_COMMAND is not a command line") from None
    if words and not os.access(words[0], os.X_OK):
        raise WatchError("LANGNGHE_WATCH_RING_COMMAND must name a program by its whole path")
    return words
