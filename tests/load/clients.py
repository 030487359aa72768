"""The two services under load behind one verb: say a message and wait for the answer."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import aiohttp

ANSWER_LIMIT_SECONDS = 30.0
_TIMEOUT = aiohttp.ClientTimeout(total=ANSWER_LIMIT_SECONDS)
_RETRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one message."""

    client_id: str
    status: int
    seconds: float
    replies: int
    message_id: str = ""
    held_back: int = 0
    """How often the service said 429 or 503 before."""


class Session(Protocol):
    """One person who talks."""

    async def say(self, text: str) -> Answer:
        """Send one message and wait for what the service says to it."""


class Service(Protocol):
    """A bot under load."""

    name: str

    async def open(self) -> Session:
        """Begin a talk."""


class LangNghe:
    """Lắng Nghe's JSON API (README, "JSON API")."""

    name = "Lắng Nghe"

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url.rstrip("/")

    async def open(self) -> Session:
        """See `Service`; waits when the service says that too many came at once."""
        for _ in range(_RETRIES):
            async with self.http.post(f"{self.url}/chat/api/sessions", timeout=_TIMEOUT) as answer:
                if answer.status != 429:
                    answer.raise_for_status()
                    return _LangNgheSession(self, str((await answer.json())["session"]))
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        raise TimeoutError


class _LangNgheSession:
    def __init__(self, service: LangNghe, token: str) -> None:
        self._service = service
        self._token = token

    async def say(self, text: str) -> Answer:
        client_id = uuid4().hex
        body = {"session": self._token, "client_id": client_id, "text": text}
        url = f"{self._service.url}/chat/api/messages"
        held_back = 0
        while True:
            began = time.perf_counter()
            async with self._service.http.post(url, json=body, timeout=_TIMEOUT) as answer:
                data = await answer.json(content_type=None)
                seconds = time.perf_counter() - began
            if answer.status not in (429, 503) or held_back == _RETRIES:
                break
            held_back += 1
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        known = data if isinstance(data, dict) else {}
        return Answer(
            client_id=client_id,
            status=answer.status,
            seconds=seconds,
            replies=len(known.get("replies", ())),
            message_id=str(known.get("message_id", "")),
            held_back=held_back,
        )


class Rasa:
    """A Rasa bot behind its REST channel."""

    name = "Rasa"

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url.rstrip("/")

    async def open(self) -> Session:
        """See `Service`; Rasa opens a conversation at the first message."""
        return _RasaSession(self, uuid4().hex)


class _RasaSession:
    def __init__(self, service: Rasa, sender: str) -> None:
        self._service = service
        self._sender = sender

    async def say(self, text: str) -> Answer:
        client_id = uuid4().hex
        url = f"{self._service.url}/webhooks/rest/webhook"
        body = {"sender": self._sender, "message": text}
        began = time.perf_counter()
        async with self._service.http.post(url, json=body, timeout=_TIMEOUT) as answer:
            replies = await answer.json(content_type=None)
        seconds = time.perf_counter() - began
        said = len(replies) if isinstance(replies, list) else 0
        return Answer(client_id=client_id, status=answer.status, seconds=seconds, replies=said)
