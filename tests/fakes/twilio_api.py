"""Twilio's REST server for tests: keeps the calls and texts it was asked for, fails on demand."""

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "twilio-token-for-tests-0000000000"
NUMBER = "+84900000900"
"""The number that the centre's own calls come from."""
Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request that we made."""

    what: str
    """`Calls`, `Messages`, or the sid of the call that was changed."""
    form: Form

    def __getitem__(self, name: str) -> str:
        return self.form[name][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the next request gets instead of its answer."""

    status: int = 500
    code: int | None = None
    """The vendor's own number of an error."""
    body: bytes | None = None
    is_silent: bool = False
    """Take the request and close the connection."""


@dataclass(slots=True, kw_only=True)
class FakeTwilioApi:
    """Its state is there to be looked at: assert on `calls`, `texts` and `hung_up`."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    over: set[str] = field(default_factory=set)
    """Calls that have ended: they cannot be hung up."""

    @property
    def calls(self) -> list[Asked]:
        """Return what was asked to ring."""
        return [each for each in self.asked if each.what == "Calls"]

    @property
    def texts(self) -> list[Asked]:
        """Return what was asked to be written."""
        return [each for each in self.asked if each.what == "Messages"]

    @property
    def hung_up(self) -> list[str]:
        """Return the sids of the calls that we ended, in order."""
        return [each.what for each in self.asked if each.what.startswith("CA")]

    async def until(self, count: int) -> list[Asked]:
        """Wait until so many requests were made, and return them."""
        async with asyncio.timeout(20):
            while len(self.asked) < count:
                self.told.clear()
                await self.told.wait()
        return self.asked

    async def answer(self, request: web.Request) -> web.Response:
        """Take one request of the interface of 2010-04-01."""
        form = await request.post()
        fields = {name: [str(value) for value in form.getall(name)] for name in form}
        what = request.match_info["what"]
        self.asked.append(Asked(what=what, form=fields))
        self.told.set()
        if self.faults:
            return _fail(request, self.faults.popleft())
        if not _is_account(request):
            return _refusal(401, 20003)
        if what in self.over:
            return _refusal(400, 21220)
        sid = what if what.startswith("CA") else self._new_sid(what)
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    def _new_sid(self, what: str) -> str:
        number = len(self.calls) + len(self.texts)
        return f"{'CA' if what == 'Calls' else 'SM'}{number:032x}"


@asynccontextmanager
async def fake_twilio() -> AsyncIterator[FakeTwilioApi]:
    """Run the server on a free local port."""
    api = FakeTwilioApi()
    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{account}/{what:Calls|Messages}.json", api.answer)
    app.router.add_post("/2010-04-01/Accounts/{account}/Calls/{what:CA[0-9a-f]+}.json", api.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(shutdown_timeout=0)
    try:
        api.url = str(server.make_url("")).rstrip("/")
        yield api
    finally:
        await server.close()


def signature(url: str, form: Mapping[str, str]) -> dict[str, str]:
    """Return the header of a webhook of this account."""
    signed = RequestValidator(AUTH_TOKEN).compute_signature(url, form)
    return {"X-Twilio-Signature": signed}


def settings_with_telephone(api: FakeTwilioApi) -> dict[str, str]:
    """Return the variables of a service whose telephone is this server."""
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "LANGNGHE_TWILIO_API_URL": api.url,
        "LANGNGHE_TELEPHONE_NUMBER": NUMBER,
    }


def _is_account(request: web.Request) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Basic ")
    expected = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    return given == expected and request.match_info["account"] == ACCOUNT_SID


def _fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.is_silent and request.transport is not None:
        request.transport.abort()
    if fault.body is not None:
        return web.Response(status=fault.status, body=fault.body)
    return _refusal(fault.status, fault.code)


def _refusal(status: int, code: int | None) -> web.Response:
    """Answer as the vendor does, with the number that was asked for in its words."""
    body: dict[str, Any] = {"status": status, "message": "The number +84900000111 is not valid"}
    if code is not None:
        body["code"] = code
    return web.json_response(body, status=status)
