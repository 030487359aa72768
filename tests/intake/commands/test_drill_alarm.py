"""`langnghe drill alarm` as an administrator tries the ways of the alarm out."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from intake.cli import main
from intake.clock import utc_now
from storage import tickets
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.store import Store, open_store
from tests.faults.test_kill import alarm_webhook
from tests.intake.test_process import served
from tests.tickets_made import add_user

T = TypeVar("T")
SECRET = "alarm-secret"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service that does not run, with an operator who is not on duty."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    for name in ("LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL", "LANGNGHE_MASTER_KEY_FILE",
                 "LANGNGHE_ALARM_WEBHOOK_URL", "LANGNGHE_TELEGRAM_STAFF_CHAT",
                 "TELEGRAM_BOT_TOKEN"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    assert main(["migrate"]) == 0
    assert main(["user", "add", "lan", "--role", "operator"]) == 0
    return tmp_path


async def _in_store(folder: Path, work: Callable[[Store], Awaitable[T]]) -> T:
    async with open_store(
        database_url=f"sqlite:///{folder / 'langnghe.db'}",
        keys_url=f"sqlite:///{folder / 'keys' / 'keys.db'}",
        master_key_file=folder / "keys" / "master.key",
    ) as store:
        return await work(store)


async def _begin_shift(store: Store) -> None:
    (lan,) = await users.list_users(store)
    await users.set_on_duty(store, lan.id, is_on_duty=True, now=utc_now())


async def _tests(store: Store) -> tuple[alarm_tests.AlarmTest, ...]:
    assert await tickets.queue(store) == ()  # a test of the alarm is no report
    return await alarm_tests.last_tests(store)


def test_whoever_is_on_duty_is_rung_in_the_console(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_in_store(installed, _begin_shift))
    capsys.readouterr()

    assert main(["drill", "alarm", "--wait", "0"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("Test 1 rings 1, marked as a test")
    assert printed.splitlines()[1].split() == ["lan", "console", "shown"]
    (test,) = asyncio.run(_in_store(installed, _tests))
    assert (test.is_for_all, [ring.way for ring in test.rings]) == (True, ["console"])


def test_somebody_who_is_named_is_rung_off_duty_too(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drill", "alarm", "--login", "lan", "--wait", "0"]) == 0

    (test,) = asyncio.run(_in_store(installed, _tests))
    assert not test.is_for_all


@pytest.mark.parametrize("named", [(), ("--login", "nobody")])
def test_without_anybody_to_ring_nothing_is_rung(
    installed: Path, capsys: pytest.CaptureFixture[str], named: tuple[str, ...]
) -> None:
    assert main(["drill", "alarm", *named, "--wait", "0"]) == 2

    assert "name one with --login" in capsys.readouterr().err
    assert asyncio.run(_in_store(installed, _tests)) == ()


def test_a_ring_that_nobody_sends_is_told_and_fails(
    installed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_ALARM_WEBHOOK_URL", "http://127.0.0.1:9/alarm")
    monkeypatch.setenv("LANGNGHE_ALARM_WEBHOOK_SECRET", SECRET)

    assert main(["drill", "alarm", "--login", "lan", "--wait", "0"]) == 1

    assert "webhook   pending" in capsys.readouterr().out  # the service does not run


def test_tables_that_are_not_there_are_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))

    assert main(["drill", "alarm", "--wait", "0"]) == 2

    assert "run `langnghe migrate` first" in capsys.readouterr().err


async def test_a_running_service_sends_it_marked_as_a_test_and_says_who_heard_it(
    tmp_path: Path,
) -> None:
    async with alarm_webhook() as alarms:
        ways = {
            "LANGNGHE_ALARM_WEBHOOK_URL": alarms.url,
            "LANGNGHE_ALARM_WEBHOOK_SECRET": SECRET,
        }
        async with served(tmp_path, **ways):
            lan = await _in_store(tmp_path, lambda store: add_user(store, utc_now()))
            ringing = asyncio.create_task(_ring(tmp_path, lan.login, ways))
            await _in_store(tmp_path, lambda store: _hear(store, lan.id))
            status, printed = await ringing

    assert status == 0, printed
    lines = [line.split() for line in printed.splitlines()[1:]]
    assert [lan.login, "console", "shown", "heard"] in lines
    assert ["webhook", "webhook", "sent", "heard"] in lines
    (told,) = alarms.told
    assert told["test"] is True


async def _ring(folder: Path, login: str, ways: dict[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "intake.cli", "drill", "alarm", "--login", login, "--wait", "120",
        env={**os.environ, "LANGNGHE_DATA_DIR": str(folder), **ways},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def _hear(store: Store, user_id: str) -> None:
    """Answer each ring once it has arrived, as people do."""
    async with asyncio.timeout(120):
        while True:
            found = await _tests(store)
            if found and all(each.state in ("shown", "sent") for each in found[0].rings):
                break
            await asyncio.sleep(0.1)
    for ring in found[0].rings:
        who = user_id if ring.way == "console" else ring.recipient
        await alarm_tests.answer(store, found[0].id, user_id=who, way=ring.way, now=utc_now())
