"""`langnghe audit` and `langnghe user` as the administrator of the server runs them."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from intake.cli import main
from intake.day_turn import DayTurn
from storage.accounts import second_factors, users
from storage.store import Store, open_store

T = TypeVar("T")
_MORNING = datetime(2026, 11, 30, 17, 1, tzinfo=UTC)
"""One minute past midnight in An Giang, on the first of December."""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service with two accounts."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    for name in ("LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL", "LANGNGHE_MASTER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["migrate"]) == 0
    assert main(["user", "add", "lan"]) == 0
    assert main(["user", "add", "minh", "--role", "administrator"]) == 0
    return tmp_path


def _in_store(folder: Path, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_store(
            database_url=f"sqlite:///{folder / 'langnghe.db'}",
            keys_url=f"sqlite:///{folder / 'keys' / 'keys.db'}",
            master_key_file=folder / "keys" / "master.key",
        ) as store:
            return await work(store)

    return asyncio.run(run())


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(list(arguments))
    return status, capsys.readouterr().out


def _cut_tail(folder: Path) -> None:
    """Do what only somebody with the database in hand can do: last event and head go together."""
    with sqlite3.connect(folder / "langnghe.db") as rows:
        rows.execute("DROP TRIGGER events_refuse_delete")
        rows.execute("DELETE FROM event_people WHERE event_id = 2")
        rows.execute("DELETE FROM events WHERE id = 2")
        rows.execute(
            "UPDATE chain SET last_id = 1, last_mac = (SELECT mac FROM events WHERE id = 1)"
        )
    rows.close()


def test_a_whole_chain_is_told_with_its_end(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = _printed(capsys, "audit", "verify")

    assert status == 0
    assert text.startswith("2 events in order, last 2:")


def test_a_head_that_was_written_down_shows_that_the_tail_was_cut(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = _printed(capsys, "audit", "head")
    written_down = text.split()[1]
    assert _printed(capsys, "audit", "verify", "--since", written_down)[0] == 0

    _cut_tail(installed)

    assert _printed(capsys, "audit", "verify")[0] == 0  # the chain alone cannot tell
    status, text = _printed(capsys, "audit", "verify", "--since", written_down)
    assert status == 1
    assert "is NOT in the chain" in text


def test_the_head_of_a_day_is_kept_once_and_tells_of_a_cut_tail(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = DayTurn()
    _in_store(installed, lambda store: turn.pass_by(store, _MORNING))
    _in_store(installed, lambda store: DayTurn().pass_by(store, _MORNING))
    status, text = _printed(capsys, "audit", "head")
    assert (status, text.count("2026-11-30  2:")) == (0, 1)

    _cut_tail(installed)

    status, text = _printed(capsys, "audit", "verify")
    assert status == 1
    assert "CUT: the head of 2026-11-30" in text


def test_a_changed_event_is_named(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(installed / "langnghe.db") as rows:
        rows.execute("DROP TRIGGER events_refuse_update")
        rows.execute("UPDATE events SET kind = 'x' WHERE id = 2")
    rows.close()

    status, text = _printed(capsys, "audit", "verify")

    assert status == 1
    assert "BROKEN at event 2" in text


def test_a_head_is_asked_for_as_it_is_printed(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--since", "2"]) == 2
    assert "ID:MAC" in capsys.readouterr().err


def test_a_locked_account_is_let_in_again(
    installed: Path, capsys: pytest.CaptureFixture[str], clock
) -> None:
    async def lock(store: Store) -> None:
        found = await users.find_user(store, "lan")
        assert found is not None
        await users.record_failure(
            store, found.user.id, now=clock(), limit=1, lock_for=users.LONGEST_LOCK
        )

    _in_store(installed, lock)

    assert _printed(capsys, "user", "unlock", "lan") == (0, "lan can try again\n")
    found = _in_store(installed, lambda store: users.find_user(store, "lan"))
    assert found is not None
    assert found.locked_until is None


def test_a_second_factor_is_taken_away_with_a_reason(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def give(store: Store) -> bool:
        found = await users.find_user(store, "lan")
        assert found is not None
        await second_factors.offer_secret(store, found.user.id, "JBSWY3DPEHPK3PXP")
        return await second_factors.confirm(
            store, found.user.id, step=1, codes=["a"], now=_MORNING, keeps=b""
        )

    assert _in_store(installed, give)
    assert "second factor" in _printed(capsys, "user", "list")[1]

    assert main(["user", "reset-factor", "lan", "--reason", " "]) == 2
    status, _ = _printed(capsys, "user", "reset-factor", "lan", "--reason", "mat dien thoai")

    assert status == 0
    assert "second factor" not in _printed(capsys, "user", "list")[1]


def test_an_unknown_role_is_refused(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "hoa", "--role", "boss"]) == 2
    assert "no role of this name" in capsys.readouterr().err
