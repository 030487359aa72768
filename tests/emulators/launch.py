"""Start the emulators of the npm packages on free ports; each is ended by its own pid."""

import asyncio
import json
import os
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
MODULES = TESTS / "node_modules"
TEST_API = TESTS / "emulators" / "telegram_test_api.cjs"
CRABLINE = MODULES / "@openclaw" / "crabline" / "dist" / "src" / "bin" / "crabline.js"
PRISM = MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
TWILIO_SPECIFICATION = (
    MODULES / "@twilio-alpha" / "mcp" / "twilio-oai" / "spec" / "json" / "twilio_api_v2010.json"
)
_START_SECONDS = 60
_STOP_SECONDS = 5


def missing() -> str:
    """Say what this machine lacks for the emulators; empty when they can run."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    tools = (CRABLINE, MODULES / "telegram-test-api", PRISM, TWILIO_SPECIFICATION)
    if not all(tool.exists() for tool in tools):
        return "the npm tools are not installed (make test does it)"
    return ""


@asynccontextmanager
async def telegram_test_api() -> AsyncIterator[str]:
    """Run telegram-test-api behind our front and give its address."""
    async with _node(str(TEST_API)) as process:
        yield str((await _first_object(process))["url"])


@asynccontextmanager
async def crabline(token: str, admin_token: str, folder: Path) -> AsyncIterator[dict[str, Any]]:
    """Run crabline unpatched and give what it says about itself when it is ready."""
    recorder = str(folder / "crabline.jsonl")
    secrets = {"CRABLINE_BOT_TOKEN": token, "CRABLINE_ADMIN_TOKEN": admin_token}
    arguments = ("--json", "serve", "telegram", "--recorder", recorder)
    async with _node(str(CRABLINE), *arguments, **secrets) as process:
        yield await _first_object(process)


@asynccontextmanager
async def prism() -> AsyncIterator[str]:
    """Run Prism with Twilio's own specification and give its address; what breaks it is refused."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    arguments = ("mock", "--errors", "--port", port, str(TWILIO_SPECIFICATION))
    async with _node(str(PRISM), *arguments) as process:
        await _line_with(process, b"Prism is listening")
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _node(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        "node", *arguments, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL,
        env={"PATH": os.environ["PATH"], **environment}, cwd=TESTS,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _first_object(process: Process) -> dict[str, Any]:
    """Read what a program says about itself once it is ready: one JSON object on its output."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(_START_SECONDS):
        while line := await process.stdout.readline():
            said += line.decode()
            with suppress(ValueError):
                value: dict[str, Any] = json.loads(said)
                return value
    raise RuntimeError(f"the emulator stopped with {await process.wait()}")


async def _line_with(process: Process, words: bytes) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(_START_SECONDS):
        while line := await process.stdout.readline():
            if words in line:
                return
    raise RuntimeError(f"the emulator stopped with {await process.wait()}")
