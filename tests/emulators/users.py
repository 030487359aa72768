"""People in front of the emulators: An, who writes, and what An gets to read."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

AN = {"id": 100000007, "is_bot": False, "first_name": "An"}
CHAT = {"id": 100000007, "type": "private", "first_name": "An"}
DATE = 1_795_420_800
_LOOK_AGAIN_SECONDS = 0.02
_LONGEST_SECONDS = 30

Json = dict[str, Any]


async def until(found: Callable[[], Awaitable[Any]]) -> Any:
    """Look at another process again and again until there is something to see."""
    async with asyncio.timeout(_LONGEST_SECONDS):
        while not (value := await found()):  # noqa: ASYNC110 - no event comes from another process
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TestApiUser:
    """An in front of telegram-test-api."""

    __test__ = False

    url: str
    token: str
    http: ClientSession

    async def says(self, text: str) -> None:
        """Write words."""
        await self._message(text=text)

    async def commands(self, text: str) -> None:
        """Write a command, as a client marks it."""
        entity = {"offset": 0, "length": len(text.split()[0]), "type": "bot_command"}
        await self._post("/sendCommand", self._body(text=text, entities=[entity]))

    async def shares(self, latitude: float, longitude: float) -> None:
        """Share a place."""
        await self._message(location={"latitude": latitude, "longitude": longitude})

    async def presses(self, payload: str, under: Json) -> None:
        """Press a button under a message of the bot (its `sendMessage` call)."""
        message = {"message_id": 1, "date": DATE, "chat": CHAT, "text": under["text"]}
        markup = json.loads(under["reply_markup"])
        body = {"botToken": self.token, "from": AN, "data": payload}
        await self._post("/sendCallback", {**body, "message": {**message, "reply_markup": markup}})

    async def hears(self, count: int = 1) -> list[Json]:
        """Wait for so many bubbles and return their `sendMessage` calls, refused ones too."""

        async def heard() -> list[Json]:
            calls = await self.calls("sendMessage")
            return calls if len(calls) >= count else []

        bubbles: list[Json] = await until(heard)
        return bubbles

    async def calls(self, method: str) -> list[Json]:
        """Return every call of a method that the bot made."""
        async with self.http.get(f"{self.url}/calls") as answer:
            return [call for call in await answer.json() if call["method"] == method]

    async def deliveries(self, count: int) -> list[Json]:
        """Wait for so many deliveries to the webhook; return what the bot answered."""

        async def delivered() -> list[Json]:
            async with self.http.get(f"{self.url}/deliveries") as answer:
                found: list[Json] = await answer.json()
            return found if len(found) >= count else []

        deliveries: list[Json] = await until(delivered)
        return deliveries

    async def refuses(self, method: str, status: int, description: str, **parameters: Any) -> None:
        """Let the next call of a method fail in the vendor's words."""
        body = {"ok": False, "error_code": status, "description": description}
        fault = {"method": method, "status": status, "body": {**body, "parameters": parameters}}
        await self._post("/faults", fault)

    async def _message(self, **content: Any) -> None:
        await self._post("/sendMessage", self._body(**content))

    def _body(self, **content: Any) -> Json:
        return {"botToken": self.token, "date": DATE, "from": AN, "chat": CHAT, **content}

    async def _post(self, path: str, body: Json) -> None:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            answer.raise_for_status()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrablineUser:
    """An in front of crabline; whatever the bot called is in its recorder."""

    url: str
    inbound_url: str
    token: str
    admin_token: str
    recorder: Path
    http: ClientSession

    async def says(self, text: str) -> None:
        """Write words."""
        body = {"chatId": "100000007", "fromId": 100000007, "fromName": "An", "text": text}
        headers = {"X-Crabline-Admin-Token": self.admin_token}
        async with self.http.post(self.inbound_url, json=body, headers=headers) as answer:
            answer.raise_for_status()

    async def hears(self, count: int = 1) -> list[Json]:
        """Wait for so many bubbles and return their `sendMessage` calls."""

        async def heard() -> list[Json]:
            calls = self.calls("sendMessage")
            return calls if len(calls) >= count else []

        bubbles: list[Json] = await until(heard)
        return bubbles

    def calls(self, method: str) -> list[Json]:
        """Return the parameters of every call of a method that the bot made."""
        if not self.recorder.is_file():
            return []
        events = [json.loads(line) for line in self.recorder.read_text().splitlines() if line]
        return [event["body"] for event in events if event["path"].endswith(f"/{method}")]
