"""A hotline: a service with an account, staff with telephones, and a carrier that signs."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from intake.app import build_app
from intake.assembly import open_service
from intake.clock import Clock
from intake.service import Service
from intake.settings import Settings, read_settings
from storage import schema

TOKEN = "12345678901234567890123456789012"
PUBLIC_URL = "https://hotline.vidu.example"
CALLER = "+84900000011"
VOICE = "/webhooks/telephone/voice"


@pytest.fixture
def telephone_settings(tmp_path: Path) -> Settings:
    return read_settings(
        {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "LANGNGHE_TELEPHONE_NUMBER": "+84900000100",
        }
    )


@pytest.fixture
async def service(telephone_settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    await asyncio.to_thread(schema.migrate, telephone_settings.data.database_url)
    async with open_service(telephone_settings, clock=clock) as opened:
        yield opened


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(build_app(service), host="127.0.0.1")) as opened:
        yield opened


@pytest.fixture
def caller(client: TestClient[web.Request, web.Application]) -> "Caller":
    return Caller(client)


def signature(path: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """Sign as Twilio does: HMAC-SHA1 over the address and the sorted fields."""
    text = PUBLIC_URL + path + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


@dataclass
class Caller:
    """Somebody on the telephone; `xml` is what the carrier was told last."""

    client: TestClient[web.Request, web.Application]
    sid: str = "CA" + "1" * 32
    number: str = CALLER
    xml: str = ""
    events: int = 0
    sent: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    async def post(
        self, path: str, form: Mapping[str, str], token: str | None = None
    ) -> ClientResponse:
        headers = {"X-Twilio-Signature": signature(path, form)}
        if token is not None:
            headers["I-Twilio-Idempotency-Token"] = token
        url = URL(path, encoded=True)
        return await self.client.post(url, data=dict(form), headers=headers)

    async def tell(self, path: str, **more: str) -> str:
        """Post an event of this call and keep the answer."""
        self.events += 1
        form = {"CallSid": self.sid, "From": self.number, "CallStatus": "in-progress", **more}
        token = f"{self.sid}-{self.events}"
        self.sent.append((path, form, token))
        answer = await self.post(path, form, token)
        assert answer.status == 200, answer.status
        self.xml = await answer.text()
        return self.xml

    async def ring(self) -> str:
        return await self.tell(VOICE, CallStatus="ringing")

    async def press(self, digits: str) -> str:
        return await self.tell(self.action("Gather"), Digits=digits)

    async def be_silent(self) -> str:
        return await self.press("")

    async def nobody_answers(self) -> str:
        return await self.tell(self.action("Dial"), DialCallStatus="no-answer")

    async def listen(self) -> str:
        redirect = self.root.find("Redirect")
        assert redirect is not None
        assert redirect.text
        return await self.tell(redirect.text)

    async def hang_up(self) -> None:
        form = {"CallSid": self.sid, "From": self.number, "CallStatus": "completed"}
        assert (await self.post(f"{VOICE}/status", form)).status == 204

    async def pick_up(self, whose: int = 0) -> str:
        """Let one of the rung telephones be answered; return what is whispered."""
        number = self.root.findall("Dial/Number")[whose]
        answer = await self.post(number.get("url", ""), {"CallSid": "CA" + "f" * 32})
        return await answer.text()

    async def take(self, whose: int = 0, key: str = "1") -> str:
        url = self.root.findall("Dial/Number")[whose].get("url", "").replace("whisper", "taken")
        answer = await self.post(url, {"CallSid": "CA" + "f" * 32, "Digits": key})
        return await answer.text()

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.xml)  # noqa: S314 - our own answer

    @property
    def heard(self) -> str:
        return " ".join(said.text or "" for said in self.root.iter("Say"))

    @property
    def played(self) -> list[str]:
        return [played.text or "" for played in self.root.iter("Play")]

    @property
    def phones(self) -> list[str]:
        return [number.text or "" for number in self.root.findall("Dial/Number")]

    @property
    def is_cut_off(self) -> bool:
        return self.root.find("Hangup") is not None

    def action(self, verb: str) -> str:
        found = self.root.find(verb)
        assert found is not None, self.xml
        return found.get("action", "")
