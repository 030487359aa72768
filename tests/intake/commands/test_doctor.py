"""`langnghe doctor` as an administrator runs it daily."""

import asyncio
import re
from pathlib import Path

import pytest

from intake.cli import main
from intake.clock import utc_now
from storage.accounts import users
from storage.store import open_store

WEBHOOK = "http://127.0.0.1:9/alarm"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty service in trial mode."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    for name in (
        "LANGNGHE_DATABASE_URL",
        "LANGNGHE_KEYS_URL",
        "LANGNGHE_MASTER_KEY_FILE",
        "LANGNGHE_MODE",
        "LANGNGHE_ALARM_WEBHOOK_URL",
        "LANGNGHE_TELEGRAM_STAFF_CHAT",
        "LANGNGHE_WATCH_SECRET",
        "TELEGRAM_BOT_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    assert main(["migrate"]) == 0
    return tmp_path


def _begin_shift(folder: Path) -> None:
    async def begin() -> None:
        async with open_store(
            database_url=f"sqlite:///{folder / 'langnghe.db'}",
            keys_url=f"sqlite:///{folder / 'keys' / 'keys.db'}",
            master_key_file=folder / "keys" / "master.key",
        ) as store:
            (user,) = await users.list_users(store)
            await users.set_on_duty(store, user.id, is_on_duty=True, now=utc_now())

    asyncio.run(begin())


def _lines(printed: str) -> dict[str, str]:
    """Return each line by its words, with its mark."""
    return {line[5:]: line[:4].strip() for line in printed.splitlines()}


def test_a_service_that_can_do_its_duty_is_told_its_warnings_and_the_end_of_the_chain(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "add", "lan", "--role", "operator"]) == 0
    _begin_shift(installed)
    (installed / "spool").mkdir(exist_ok=True)
    (installed / "spool" / "20261124T201500000000-x.unreadable").write_bytes(b"?")
    capsys.readouterr()

    assert main(["doctor"]) == 0

    printed = capsys.readouterr().out
    lines = _lines(printed)
    assert lines["1 active operators and supervisors, whom the alarm can ring"] == "ok"
    assert lines["1 files in the spool cannot be read"] == "WARN"
    assert "WARN alarms ring in the console only" in printed
    assert re.search(r"write down: last event 2, MAC [0-9a-f]{64}$", printed, re.MULTILINE)


def test_without_anybody_to_ring_it_fails(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "add", "quantri", "--role", "administrator"]) == 0
    _begin_shift(installed)
    capsys.readouterr()

    assert main(["doctor"]) == 1

    lines = _lines(capsys.readouterr().out)
    assert lines["0 active operators and supervisors, whom the alarm can ring"] == "BAD"


@pytest.mark.parametrize(("webhook", "mark"), [("", "BAD"), (WEBHOOK, "ok")])
def test_in_production_an_alarm_must_leave_the_house(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    webhook: str,
    mark: str,
) -> None:
    monkeypatch.setenv("LANGNGHE_MODE", "production")
    monkeypatch.setenv("LANGNGHE_ALARM_WEBHOOK_URL", webhook)

    assert main(["doctor"]) == 1  # nobody has signed the cards either

    marks = [mark for words, mark in _lines(capsys.readouterr().out).items() if "alarms" in words]
    assert marks == [mark]


def test_a_waiting_file_that_cannot_be_opened_is_counted_too(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (installed / "spool").mkdir(exist_ok=True)
    (installed / "spool" / "20261124T201500000000-x.sealed").write_bytes(b"?")

    assert main(["doctor"]) == 1

    lines = _lines(capsys.readouterr().out)
    assert lines["1 messages wait in the spool"] == "BAD"
    assert lines["1 files in the spool cannot be read"] == "WARN"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("", "WARN nobody watches from outside"),
        ("watch-secret-of-a-test", "BAD  no watcher has asked for 5 minutes"),
    ],
)
def test_it_is_said_that_nobody_outside_would_notice(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    secret: str,
    words: str,
) -> None:
    monkeypatch.setenv("LANGNGHE_WATCH_SECRET", secret)

    main(["doctor"])

    assert words in capsys.readouterr().out
