"""The service is killed while a watch looks on: people are told, and told when it is well again."""

import asyncio
import hashlib
import hmac
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

import intake.watch

SECRET, WEBHOOK_SECRET = "watch-secret-of-a-test", "webhook-secret"
PHONE = "+84900000101"
_PATIENCE_SECONDS = 240
"""A busy machine is slow, not wrong."""


@dataclass
class Told:
    """What a webhook was told, signature checked."""

    url: str = ""
    words: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body, at = await request.read(), request.headers["X-Langnghe-Timestamp"]
        signed = hmac.new(WEBHOOK_SECRET.encode(), at.encode() + b"." + body, hashlib.sha256)
        if request.headers["X-Langnghe-Signature"] != f"sha256={signed.hexdigest()}":
            return web.Response(status=403)
        self.words.append(json.loads(body))
        return web.Response()

    def of(self, word: str) -> list[dict[str, Any]]:
        return [each for each in self.words if each["watch"] == word]


@asynccontextmanager
async def webhook() -> AsyncIterator[Told]:
    told, app = Told(), web.Application()
    app.router.add_post("/", told.take)
    server = TestServer(app)
    await server.start_server()
    told.url = str(server.make_url("/"))
    yield told
    await server.close()


@asynccontextmanager
async def process(*command: str, cwd: Path | None = None, **environment: str) -> AsyncIterator[Any]:
    """Run a program until the end of the block, which is sudden."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=cwd, env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not check():  # noqa: ASYNC110 - another process: there is no event to wait on
            await asyncio.sleep(0.05)


async def fetched(process: Any, method: str, url: str) -> tuple[int, str]:
    """Ask until the process answers; it must not have ended."""
    async with asyncio.timeout(_PATIENCE_SECONDS), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.request(method, url) as response:
                    return response.status, await response.text()
            except aiohttp.ClientError:
                assert process.returncode is None, f"ended with {process.returncode}"
                await asyncio.sleep(0.05)


def state(folder: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads((folder / "state.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return document


def alarmed(folder: Path) -> set[str]:
    """Return the ways that a restart would know to have been alarmed."""
    return {name for name, told in state(folder)["told"].items() if told["is_alarmed"]}


async def test_people_are_told_when_the_service_dies_and_when_it_is_back(
    tmp_path: Path, unused_tcp_port_factory
) -> None:
    service_port, page_port = str(unused_tcp_port_factory()), str(unused_tcp_port_factory())
    service = {
        "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
        "LANGNGHE_PORT": service_port,
        "LANGNGHE_WATCH_SECRET": SECRET,
    }
    elsewhere, outbox = tmp_path / "elsewhere", tmp_path / "modem" / "outbox"
    shutil.copytree(Path(intake.watch.__file__).parent, elsewhere / "watch")
    outbox.mkdir(parents=True)
    alone = ("-S", "-E", "-m", "watch")  # without this project and without any library

    async with webhook() as told:
        watch = {
            "LANGNGHE_WATCH_URL": f"http://127.0.0.1:{service_port}",
            "LANGNGHE_WATCH_SECRET": SECRET,
            "LANGNGHE_WATCH_PORT": page_port,
            "LANGNGHE_WATCH_STATE_FILE": str(elsewhere / "state.json"),
            "LANGNGHE_WATCH_WEBHOOK_URL": told.url,
            "LANGNGHE_WATCH_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "LANGNGHE_WATCH_MODEM_FOLDER": str(outbox.parent),
            "LANGNGHE_WATCH_TELEPHONES": PHONE,
            "LANGNGHE_WATCH_EVERY_SECONDS": "0.2",
            "LANGNGHE_WATCH_PATIENCE_SECONDS": "2",
            "LANGNGHE_WATCH_WELL_SECONDS": "0.5",
            "LANGNGHE_WATCH_REPEAT_SECONDS": "1",
        }
        serve = ("-m", "intake.cli", "serve")

        async with process(*serve, **service) as served:
            await fetched(served, "GET", f"http://127.0.0.1:{service_port}/healthz")
            async with process(*alone, cwd=elsewhere, **watch) as watching:
                await until(lambda: state(elsewhere).get("problems") == [])
                served.kill()
                await until(lambda: len(told.of("alarm")) >= 2)
                await until(lambda: texts(outbox) != [])
                page = await fetched(watching, "GET", f"http://127.0.0.1:{page_port}/")
                voice = await fetched(
                    watching, "POST", f"http://127.0.0.1:{page_port}/telephone/down.xml"
                )
                message = await fetched(
                    watching, "POST", f"http://127.0.0.1:{page_port}/webhooks/telegram"
                )
                await until(lambda: alarmed(elsewhere) == {"webhook", "modem"})

        so_far = len(told.of("well_again"))
        async with process(*serve, **service), process(*alone, cwd=elsewhere, **watch):
            await until(lambda: len(told.of("well_again")) > so_far)
            await until(lambda: any("hoat dong lai" in text for text in texts(outbox)))

    assert "no_answer" in told.of("alarm")[0]["problems"]
    assert told.of("alarm")[0]["telephones"] == [{"name": "", "phone": PHONE, "on_call": True}]
    assert page[0] == 200
    assert "tel:115" in page[1]
    assert voice[0] == 200
    assert "<Response>" in voice[1]
    assert message[0] == 503
    assert {path.name.split("_")[3] for path in outbox.glob("OUT*")} == {PHONE}


def texts(outbox: Path) -> list[str]:
    """Read what the modem would send; the writer may be about to exchange a file."""
    found = []
    for path in outbox.glob("OUT*"):
        try:
            found.append(path.read_text("ascii"))
        except FileNotFoundError:
            continue
    return found
