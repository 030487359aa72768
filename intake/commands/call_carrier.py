"""The carrier (nhà mạng) as the service sees it: signs what it asks, rings telephones, keeps time.

Both of its sides are real: it posts to the service's own web site, and it answers the service's own
requests for calls and texts (`api`), as Twilio does. Only who answers a telephone is made up.
"""

import base64
import hashlib
import heapq
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import aiohttp
from aiohttp import web
from yarl import URL

from intake.commands.call_leg import CallBroken, Leg, Outcome
from intake.commands.call_twiml import Dial, Number
from intake.commands.chat_play import Tell
from intake.commands.chat_stage import Stage
from storage import timers

ACCOUNT: Final = "AC" + "0" * 32
TOKEN: Final = "0" * 32
PUBLIC_URL: Final = "https://langnghe.example.invalid"
HOTLINE: Final = "+84900000100"
_TAKING_KEY: Final = "1"
_NOT_ANSWERED: Final = {"sleeps": "no-answer", "busy": "busy"}
_MOST_SILENCES: Final = 20
_ROUNDS: Final = 1000


@dataclass(slots=True)
class Owner:
    """Whose telephone it is, and what happens when it rings."""

    login: str
    phone: str
    habit: str = "sleeps"
    """`sleeps`: nobody answers; `takes` presses 1; `refuses` hangs up; `voicemail` answers and
    hears nothing; `busy`."""
    after_seconds: float = 5.0


@dataclass(slots=True)
class Carrier:
    """Everything between the telephones and the service."""

    tell: Tell
    voice_url: str
    status_url: str
    stage: Stage = field(init=False)
    http: aiohttp.ClientSession = field(init=False)
    site: str = ""
    """Where the service listens; it knows itself by `PUBLIC_URL`."""
    owners: list[Owner] = field(default_factory=list)
    rang: list[str] = field(default_factory=list)
    """Whose telephones rang, in order."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    calls: int = 0
    requests: int = 0
    _agenda: list[tuple[datetime, int, Leg, str, Owner]] = field(default_factory=list)
    _cancelled: set[str] = field(default_factory=set)

    def connect(self, stage: Stage, http: aiohttp.ClientSession, site: str) -> None:
        """Connect with a service: it must know where our `api` is before it can be there."""
        self.stage, self.http, self.site = stage, http, site

    def now(self) -> datetime:
        """See `Exchange`."""
        return self.stage.clock()

    async def ask(self, url: str, form: Mapping[str, str]) -> str:
        """See `Exchange`."""
        if not url.startswith(f"{PUBLIC_URL}/"):
            raise CallBroken(f"{url} is not an address of the service")
        if any(form[name][-9:] in url for name in ("From", "To") if name in form):
            raise CallBroken("somebody's number stands in an address")
        self.requests += 1
        headers = {
            "X-Twilio-Signature": sign(TOKEN, url, form),
            "I-Twilio-Idempotency-Token": f"event-{self.requests}",
        }
        target = URL(self.site + url.removeprefix(PUBLIC_URL), encoded=True)
        async with self.http.post(target, data=dict(form), headers=headers) as response:
            answer = await response.text()
        if response.status not in (200, 204):
            raise CallBroken(f"{target.path} answers {response.status}")
        return answer

    async def pass_time(self, seconds: float) -> None:
        """See `Exchange`: what is due at the service happens, and telephones are answered."""
        end = self.now() + timedelta(seconds=seconds)
        for _ in range(_ROUNDS):
            moments = [await timers.next_due(self.stage.service.store), self._next_answer()]
            due = min((at for at in moments if at is not None and at <= end), default=None)
            if due is None:
                break
            self.stage.clock.put_to(due)
            await self.stage.settle()
            await self._answer_due()
        self.stage.clock.put_to(end)
        await self.stage.settle()

    def leg(self, caller: str, hear: Callable[[str], None]) -> Leg:
        """Return a call to the hotline that has not begun."""
        leg = self._leg(caller, HOTLINE, "inbound", hear)
        leg.status_url = f"{PUBLIC_URL}{self.status_url}"
        return leg

    async def begin(self, leg: Leg) -> None:
        """Let a call come in."""
        await leg.begin(f"{PUBLIC_URL}{self.voice_url}")

    async def ring(self, leg: Leg, dial: Dial) -> Outcome:
        """See `Exchange`. Who picks up first silences the others, even a voicemail."""
        rung = [(self._rung(number.phone), number) for number in dial.numbers]
        answering = [
            (owner.after_seconds, order)
            for order, (owner, _) in enumerate(rung)
            if owner.habit not in _NOT_ANSWERED and owner.after_seconds <= dial.timeout_seconds
        ]
        if not answering:
            is_busy = all(owner.habit == "busy" for owner, _ in rung)
            await leg.spend(1.0 if is_busy else dial.timeout_seconds)
            return Outcome(status="busy" if is_busy else "no-answer")
        seconds, order = min(answering)
        await leg.spend(seconds)
        return await self._picked_up(leg, *rung[order])

    def api(self) -> web.Application:
        """Return the carrier's own web site: the service asks it for calls and texts."""
        app = web.Application()
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        app.router.add_post(f"{account}/Calls.json", self._call_out)
        app.router.add_post(f"{account}/Calls/{{sid}}.json", self._change_call)
        app.router.add_post(f"{account}/Messages.json", self._send_text)
        return app

    async def _picked_up(self, leg: Leg, owner: Owner, number: Number) -> Outcome:
        callee = self._leg(leg.form["To"], owner.phone, "outbound-dial", self._whisper(owner))
        callee.form = {**callee.form, "ParentCallSid": leg.form["CallSid"]}
        sid = callee.form["CallSid"]
        if number.whisper:
            await self._follow(callee, leg.absolute(number.whisper), owner)
        elif owner.habit == "refuses":
            await callee.hang_up()
        if callee.is_refused:
            return Outcome(status="completed", sid=sid)
        self.tell("side", f"({owner.login} nói chuyện với người gọi)")
        return Outcome(status="completed", sid=sid, taken_by=owner.login)

    async def _follow(self, callee: Leg, url: str, owner: Owner) -> None:
        """Let an owner hear what there is to hear, and do what their habit is."""
        await callee.begin(url)
        for _ in range(_MOST_SILENCES):
            if callee.waiting is None:
                return
            match owner.habit:
                case "takes":
                    await callee.press(_TAKING_KEY)
                case "refuses":
                    await callee.hang_up()
                case _:
                    await callee.stay_silent()
        raise CallBroken(f"{owner.login} is asked for ever")

    def _rung(self, phone: str) -> Owner:
        found = next((one for one in self.owners if one.phone[-9:] == phone[-9:]), None)
        if found is None:
            raise CallBroken("a telephone rings that is nobody's")
        self.rang.append(found.login)
        self.tell("side", f"☎ reo: {found.login}")
        return found

    def _leg(self, caller: str, called: str, direction: str, hear: Callable[[str], None]) -> Leg:
        self.calls += 1
        form = {
            "CallSid": f"CA{self.calls:032x}",
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "Direction": direction,
            "From": caller,
            "To": called,
            "Caller": caller,
            "Called": called,
        }
        return Leg(exchange=self, form=form, hear=hear)

    def _whisper(self, owner: Owner) -> Callable[[str], None]:
        return lambda words: self.tell("operator", f"[{owner.login}] {words}")

    async def _call_out(self, request: web.Request) -> web.Response:
        form = await request.post()
        owner = self._rung(str(form["To"]))
        leg = self._leg(str(form["From"]), owner.phone, "outbound-api", self._whisper(owner))
        leg.status_url, leg.is_timeless = str(form.get("StatusCallback", "")), True
        answers = owner.habit not in _NOT_ANSWERED
        seconds = owner.after_seconds if answers else float(str(form.get("Timeout", 60)))
        at = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (at, self.calls, leg, str(form["Url"]), owner))
        return web.json_response(_resource(leg.form["CallSid"], "queued"), status=201)

    async def _change_call(self, request: web.Request) -> web.Response:
        self._cancelled.add(request.match_info["sid"])
        return web.json_response(_resource(request.match_info["sid"], "completed"))

    async def _send_text(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.texts.append((str(form["To"]), str(form["Body"])))
        return web.json_response(_resource(f"SM{len(self.texts):032x}", "queued"), status=201)

    def _next_answer(self) -> datetime | None:
        return self._agenda[0][0] if self._agenda else None

    async def _answer_due(self) -> None:
        while self._agenda and self._agenda[0][0] <= self.now():
            _, _, leg, url, owner = heapq.heappop(self._agenda)
            if leg.form["CallSid"] in self._cancelled:
                await self.ask(leg.status_url, {**leg.form, "CallStatus": "canceled"})
            elif owner.habit in _NOT_ANSWERED:
                status = _NOT_ANSWERED[owner.habit]
                await self.ask(leg.status_url, {**leg.form, "CallStatus": status})
            else:
                await self._follow(leg, url, owner)


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """Sign a form as Twilio does: HMAC-SHA1 of the address and the sorted names and values."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


def _resource(sid: str, status: str) -> dict[str, str | None]:
    """Return what Twilio's library reads of a call or a text."""
    return {"sid": sid, "account_sid": ACCOUNT, "status": status}
