"""The process as an administrator meets it: it starts, says where, stops, and goes on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from intake.cli import main


@asynccontextmanager
async def served(
    folder: Path, **changes: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run `langnghe serve` and give what it prints until it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "intake.cli",
        "serve",
        env={**os.environ, "LANGNGHE_DATA_DIR": str(folder), "LANGNGHE_PORT": "0", **changes},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process, await welcome(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def welcome(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    lines = ""
    async with asyncio.timeout(60):
        while "/console/" not in lines:
            line = await process.stdout.readline()
            if not line:
                return lines
            lines += line.decode()
        try:  # the first log-ins follow the links
            async with asyncio.timeout(1):
                while line := await process.stdout.readline():
                    lines += line.decode()
        except TimeoutError:
            pass
    return lines


def chat_url(printed: str) -> str:
    (line,) = [line for line in printed.splitlines() if line.endswith("/chat/")]
    return line.split()[-1]


async def test_it_starts_prints_two_log_ins_once_and_stops_cleanly(tmp_path: Path) -> None:
    async with served(tmp_path) as (process, printed):
        async with aiohttp.ClientSession() as http, http.get(chat_url(printed)) as page:
            assert page.status == 200
            assert "Server" not in page.headers
        assert "administrator" in printed
        assert "operator" in printed
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(15):
            assert await process.wait() == 0

    async with served(tmp_path) as (process, again):
        assert "operator" not in again
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            assert await process.wait() == 0


async def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path), served(tmp_path) as (second, printed):
        assert printed == ""
        _, errors = await second.communicate()
        assert second.returncode == 2
        assert b"another process" in errors
        assert b"Traceback" not in errors


@pytest.mark.parametrize("kind", ["web", "worker"])
def test_an_embedded_database_has_one_process(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))

    assert main([kind]) == 2

    assert "PostgreSQL" in capsys.readouterr().err


def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_PORT", "eighty")

    assert main(["serve"]) == 2

    printed = capsys.readouterr().err
    assert printed.startswith("langnghe: LANGNGHE_PORT")
    assert len(printed.splitlines()) == 1


def test_accounts_are_kept_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    assert main(["migrate"]) == 0
    assert main(["user", "add", "truongca", "--role", "supervisor", "--name", "Trưởng ca"]) == 0
    assert "one-time password" in capsys.readouterr().out

    assert main(["user", "disable", "truongca"]) == 0
    assert main(["user", "list"]) == 0
    assert "closed" in capsys.readouterr().out
    assert main(["user", "reset", "khongco"]) == 2
    assert main(["user", "add", "truongca"]) == 2


def test_the_doctor_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANGNGHE_MODE", "production")

    assert main(["doctor"]) == 1
    assert "langnghe migrate" in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert main(["doctor"]) == 1

    printed = capsys.readouterr().out
    assert "BAD" in printed
    assert "lack a signature" in printed


def test_messages_are_classified_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io
    import json

    lines = 'con toi rot xuong kinh roi cuu voi\n{"text": "cảm ơn cô"}\n\n{broken\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))

    assert main(["classify"]) == 0

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 4
    assert answers[0]["intent"] == "drowning_emergency"
    assert answers[0]["urgency"] == "critical"
    assert set(answers[0]) >= {
        "intent", "also", "urgency", "confidence", "ask", "lang", "places", "reasons",
    }  # fmt: skip
    assert answers[1]["urgency"] == "low"
