"""A Bot API server for tests: keeps what it was told, and fails on demand in the vendor's words."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "900000001:AAfake-token-for-tests-0000000000000"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that the bot made."""

    method: str
    parameters: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came as a part of a form."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the next call of a method gets instead of its answer."""

    status: int = 200
    body: bytes = b""
    is_silent: bool = False
    """Take the request and never answer."""
    drops: bool = False
    """Take the request and close the connection."""


def refusal(status: int, description: str, **parameters: Any) -> Fault:
    """Return a fault in the form of the Bot API's own errors."""
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Fault(status=status, body=json.dumps(body).encode())


@dataclass(slots=True, kw_only=True)
class FakeTelegramApi:
    """Its state is there to be looked at: assert on `calls`, put messages into `updates`."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    faults: dict[str, deque[Fault | None]] = field(default_factory=lambda: defaultdict(deque))
    """What the next calls of a method get; None is the usual answer."""
    updates: list[Any] = field(default_factory=list)
    files: dict[str, "Upload"] = field(default_factory=dict)
    """What was handed over, by the name that it was given."""
    webhook: Json = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at every call; clear it and wait to see the next one."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, method: str) -> list[Json]:
        """Return the parameters of all calls of one method."""
        return [call.parameters for call in self.calls if call.method == method]

    async def until_called(self, method: str, times: int = 1) -> list[Json]:
        """Wait until a method was called so often."""
        async with asyncio.timeout(10):
            while len(self.of(method)) < times:
                self.told.clear()
                await self.told.wait()
        return self.of(method)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one Bot API call."""
        method = request.match_info["method"]
        form = await request.post()
        call = Call(method=method, parameters={key: _value(key, form[key]) for key in form})
        self.calls.append(call)
        self.told.set()
        if self.faults[method] and (fault := self.faults[method].popleft()):
            return await self._fail(request, fault)
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        if method == "getUpdates":
            return await self._updates(call.parameters)
        return self._result(call)

    def put(self, *updates: Any) -> None:
        """Let users write: whoever polls gets it at once."""
        self.updates.extend(updates)
        self.news.set()

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.is_silent:
            await asyncio.Event().wait()
        if fault.drops and request.transport is not None:
            request.transport.abort()
        return web.Response(status=fault.status, body=fault.body, content_type="application/json")

    def _result(self, call: Call) -> web.Response:
        match call.method:
            case "getMe":
                return _ok(
                    {"id": 900000001, "is_bot": True, "first_name": "Bot", "username": "bot"}
                )
            case "sendMessage":
                return self._message(call.parameters)
            case "sendAudio":
                return self._audio(call.parameters)
            case "setWebhook":
                self.webhook = call.parameters
            case "deleteWebhook":
                self.webhook = {}
        return _ok(True)

    def _message(self, parameters: Json) -> web.Response:
        text = str(parameters.get("text", ""))
        if not text.strip() or len(text.encode("utf-16-le")) > 2 * 4096:
            return _error(400, "Bad Request: message text is empty or too long")
        chat_id = parameters["chat_id"]
        kind = "private" if isinstance(chat_id, int) and chat_id > 0 else "supergroup"
        return _ok({**self._sent(chat_id, kind), "text": text})

    def _audio(self, parameters: Json) -> web.Response:
        """Take a file, or the name that an earlier one was given; the name is its size."""
        audio = parameters["audio"]
        if isinstance(audio, Upload):
            self.files[f"audio-{len(audio.content)}"] = audio
            name = f"audio-{len(audio.content)}"
        elif (name := str(audio)) not in self.files:
            return _error(400, "Bad Request: wrong file identifier/HTTP URL specified")
        told = {"file_id": name, "file_unique_id": name, "duration": parameters.get("duration", 0)}
        return _ok({**self._sent(parameters["chat_id"], "private"), "audio": told})

    def _sent(self, chat_id: Any, kind: str) -> Json:
        number = len(self.of("sendMessage")) + len(self.of("sendAudio"))
        chat = {"id": chat_id, "type": kind}
        return {"message_id": number, "date": 1_790_000_000, "chat": chat}

    async def _updates(self, asked: Json) -> web.Response:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        self.updates = [
            update for update in self.updates if update_number(update) >= asked.get("offset", 0)
        ]
        if not self.updates:
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), asked.get("timeout", 0))
        return _ok(self.updates[:100])


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegramApi]:
    """Run the server on a free local port."""
    api = FakeTelegramApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0)
    try:
        api.url = str(server.make_url("")).rstrip("/")
        yield api
    finally:
        await server.close()


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(status: int, description: str) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    return web.json_response(body, status=status)


def update_number(update: Any) -> int:
    """Return an update's number, 0 for what is not an update."""
    return update.get("update_id", 0) if isinstance(update, dict) else 0


def _value(key: str, value: Any) -> Any:
    if isinstance(value, web.FileField):
        return Upload(
            filename=value.filename, content_type=value.content_type, content=value.file.read()
        )
    return _plain(key, str(value))


def _plain(key: str, value: str) -> Any:
    """The library writes objects, lists, numbers and switches of a form as JSON."""
    if key == "text":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
