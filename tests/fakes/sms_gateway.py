"""An aggregator for tests: keeps the texts it was handed, signs what comes in, fails on demand."""

import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.signed_post import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

PAYLOADS = Path(__file__).parents[1] / "payloads" / "sms"
SECRET = "secret-of-the-aggregator-for-tests"
AN = "+84900000011"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the next request gets instead of its answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_silent: bool = False
    """Take the request and close the connection."""


@dataclass(slots=True, kw_only=True)
class FakeSmsGateway:
    """Assert on `texts`: who was sent what; what is not signed is answered with 401."""

    url: str = ""
    texts: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)

    async def answer(self, request: web.Request) -> web.Response:
        """Take one text."""
        body = await request.read()
        timestamp = request.headers.get(TIMESTAMP_HEADER, "")
        if request.headers.get(SIGNATURE_HEADER) != signature(SECRET, timestamp, body):
            return web.Response(status=401)
        if self.faults:
            fault = self.faults.popleft()
            if fault.is_silent and request.transport:
                request.transport.close()
            return web.Response(status=fault.status, headers=fault.headers, body=fault.body)
        self.texts.append(json.loads(body))
        return web.json_response({"id": f"mt-{len(self.texts)}"}, status=202)


@asynccontextmanager
async def fake_sms_gateway() -> AsyncIterator[FakeSmsGateway]:
    """Run the server on a free local port."""
    gateway = FakeSmsGateway()
    app = web.Application()
    app.router.add_post("/send", gateway.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0)
    try:
        gateway.url = str(server.make_url("/send"))
        yield gateway
    finally:
        await server.close()


def payload(name: str) -> bytes:
    """Read what an aggregator posts from its file."""
    return (PAYLOADS / f"{name}.json").read_bytes()


def twilio_form(name: str) -> dict[str, str]:
    """Read what Twilio posts from its file."""
    form: dict[str, str] = json.loads(payload(name))
    return form


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a post of the aggregator."""
    timestamp = str(int(at))
    return {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(secret, timestamp, body),
    }
