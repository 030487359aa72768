"""Measure the telephone: `python -m tests.load.telephone --help`, or `make load-telephone`.

50 calls go on at once, each pressing 1 and ending when its caller likes; then 50 come in, press 1
and end in the same instant, round after round. How long does the carrier wait for TwiML, against
the health check of the same process under the same burst? And messages of danger: from the alarm's
decision to the first request that a telephone ring.
"""

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from intake.clock import utc_now
from intake.commands.call_carrier import ACCOUNT, HOTLINE, PUBLIC_URL, TOKEN, sign
from intake.commands.call_stage import STATUS, VOICE
from intake.commands.call_twiml import Gather, read_twiml
from intake.permissions import Role
from storage import events, schema
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.rota.phones import set_phone
from storage.store import Store, open_store
from tests.load import report
from tests.load.alarm import MESSAGES
from tests.load.bench import quantile
from tests.load.clients import LangNghe
from tests.load.disk import measure_disk
from tests.load.server import Meter, NotReady, start

CALLS_AT_ONCE = 50
_LONGEST_PAUSE_SECONDS = 5.0
"""Between two steps of a caller; people who listen take longer."""
_FIRST_UNDER_WAY = 1_000_000
_OVER = {"CallStatus": "completed", "CallDuration": "9"}
_RING_LIMIT_SECONDS = 20.0


@dataclass(slots=True)
class Rings:
    """The carrier's side: when a telephone was asked to ring."""

    at: list[datetime] = field(default_factory=list)
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        """Answer as Twilio does when a call is asked for."""
        app = web.Application()
        app.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", self._call)
        return app

    async def _call(self, _request: web.Request) -> web.Response:
        self.at.append(utc_now())
        self.rung.set()
        sid = f"CA{len(self.at):032x}"
        return web.json_response({"sid": sid, "status": "queued"}, status=201)


@dataclass(slots=True)
class Times:
    """Seconds of every request, by what it was."""

    under_way: list[float] = field(default_factory=list)
    """Of calls whose callers take their time."""
    begin: list[float] = field(default_factory=list)
    press: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)

    @property
    def twiml(self) -> list[float]:
        """All that a caller waits for who is one of 50 in the same instant."""
        return [*self.begin, *self.press]

    @property
    def calls(self) -> int:
        """How many calls there were; each pressed 1."""
        return len(self.begin) + len(self.under_way) // 2

    @property
    def webhooks(self) -> int:
        """How many requests were signed ones."""
        return len(self.under_way) + len(self.twiml) + len(self.end)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 1 when an answer was no TwiML, or a call has not exactly one ticket."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.telephone", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="of 50 in the same instant (10)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of 50 calls under way (15)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="langnghe-load-") as name:
        try:
            return asyncio.run(_bench(Path(name), options.rounds, options.seconds))
        except NotReady as error:
            _say(str(error))
            return 1


async def _bench(folder: Path, rounds: int, seconds: float) -> int:
    disk = measure_disk(folder)
    _say(*report.disk_lines(disk), "")
    await _prepare(folder)
    rings = Rings()
    async with TestServer(rings.app()) as carrier:
        environment = {
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "LANGNGHE_TWILIO_API_URL": str(carrier.make_url("")).rstrip("/"),
            "LANGNGHE_TELEPHONE_NUMBER": HOTLINE,
        }
        with start(folder, environment) as running:
            ring_seconds = await _alarms(folder, running.url, rings)
            with Meter(running.process) as meter:
                times, used = Times(), meter.cpu_seconds()
                await _under_way(running.url, seconds, times)
                await _bursts(running.url, rounds, times)
                cpu_seconds = meter.cpu_seconds() - used
    tickets = await _tickets(folder)
    marks = _report(times, ring_seconds, disk.sqlite_commits)
    cpu = 1000 * cpu_seconds / (times.webhooks + len(times.health))
    _say(f"The service used {cpu:.1f} ms of CPU a request, {meter.peak_megabytes:.0f} MB", "")
    _say("Marks:", *report.mark_lines(marks))
    wanted = times.calls + len(MESSAGES)
    _say(f"Books: {times.calls} calls and {len(MESSAGES)} messages, {tickets} tickets")
    return 0 if tickets == wanted else 1


def _report(times: Times, ring_seconds: list[float], commits: float) -> list[report.Mark]:
    for name, values in (
        ("under way", times.under_way), ("call comes in", times.begin), ("press 1", times.press),
        ("call ends", times.end), ("health check", times.health),
    ):  # fmt: skip
        p50, p99 = (1000 * quantile(values, share) for share in (0.5, 0.99))
        _say(f"  {name:<16}{len(values):>7} requests   p50 {p50:>7.1f} ms   p99 {p99:>7.1f} ms")
    ratio = quantile(times.twiml, 0.99) / quantile(times.health, 0.99)
    a_second = len(times.twiml) / (sum(times.twiml) / CALLS_AT_ONCE)
    _say(
        f"TwiML against the health check, {CALLS_AT_ONCE} in an instant: p99 {ratio:.1f} times",
        f"TwiML answers a second: {a_second:.0f}, {100 * a_second / commits:.0f} % of disk commits",
        "Alarm decided to first ring request: "
        + ", ".join(f"{1000 * one:.0f} ms" for one in ring_seconds),
        "",
    )
    under_way, instant = (1000 * quantile(some, 0.99) for some in (times.under_way, times.twiml))
    return [
        report.mark("TwiML, 50 calls at once, p99", under_way, at_most=150, unit="ms"),
        report.mark("TwiML, 50 in the same instant, p99", instant, at_most=150, unit="ms"),
        report.mark("alarm decided to first ring", max(ring_seconds), at_most=1, unit="s"),
    ]


async def _under_way(url: str, seconds: float, times: Times) -> None:
    """Let 50 people call, press 1 and hang up, one call after the other, as they like."""
    until = time.perf_counter() + seconds
    numbers = itertools.count(_FIRST_UNDER_WAY)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connector) as http:

        async def call_again(pause: random.Random) -> None:
            await asyncio.sleep(pause.uniform(0, _LONGEST_PAUSE_SECONDS))
            while time.perf_counter() < until:
                form = _form(next(numbers))
                menu = await _ask(http, VOICE, form, times.under_way)
                await asyncio.sleep(pause.uniform(0, _LONGEST_PAUSE_SECONDS))
                await _ask(http, _action(menu), {**form, "Digits": "1"}, times.under_way)
                await asyncio.sleep(pause.uniform(0, _LONGEST_PAUSE_SECONDS))
                await _ask(http, STATUS, {**form, **_OVER}, times.end)

        pauses = [random.Random(seed) for seed in range(CALLS_AT_ONCE)]  # noqa: S311 - no secret
        await asyncio.gather(*map(call_again, pauses))


async def _bursts(url: str, rounds: int, times: Times) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connector) as http:
        for number in range(rounds):
            callers = [_form(number * CALLS_AT_ONCE + one) for one in range(CALLS_AT_ONCE)]
            await asyncio.gather(*(_health(http, times.health) for _ in callers))
            menus = await asyncio.gather(
                *(_ask(http, VOICE, form, times.begin) for form in callers)
            )
            pressed = [{**form, "Digits": "1"} for form in callers]
            await asyncio.gather(
                *(
                    _ask(http, _action(menu), form, times.press)
                    for form, menu in zip(pressed, menus, strict=True)
                )
            )
            await asyncio.gather(
                *(_ask(http, STATUS, {**form, **_OVER}, times.end) for form in callers)
            )


def _form(number: int) -> dict[str, str]:
    """Return what the carrier says of one call; 1,000 callers, as many as there are 0900000xxx."""
    caller = f"+84900000{number % 1000:03}"
    return {
        "CallSid": f"CA{number:032x}",
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "CallStatus": "in-progress",
        "From": caller,
        "To": HOTLINE,
        "Caller": caller,
        "Called": HOTLINE,
    }


async def _ask(
    http: aiohttp.ClientSession, path: str, form: dict[str, str], seconds: list[float]
) -> str:
    """Post a signed form, and read the answer as strictly as the carrier."""
    headers = {"X-Twilio-Signature": sign(TOKEN, f"{PUBLIC_URL}{path}", form)}
    began = time.perf_counter()
    async with http.post(path, data=form, headers=headers) as response:
        answer = await response.text()
    seconds.append(time.perf_counter() - began)
    response.raise_for_status()
    if answer:
        read_twiml(answer)
    return answer


async def _health(http: aiohttp.ClientSession, seconds: list[float]) -> None:
    began = time.perf_counter()
    async with http.get("/healthz") as response:
        await response.read()
    seconds.append(time.perf_counter() - began)


def _action(menu: str) -> str:
    """Return where the pressed key goes."""
    action = next(verb.action for verb in read_twiml(menu) if isinstance(verb, Gather))
    return action.removeprefix(PUBLIC_URL)


async def _alarms(folder: Path, url: str, rings: Rings) -> list[float]:
    """Say each message of danger; return how long after its alarm the carrier was asked to ring."""
    seconds = []
    async with aiohttp.ClientSession() as http:
        for text in MESSAGES:
            child = await LangNghe(http, url).open()
            decided_before = await _decided(folder)
            begun = len(rings.at)
            rings.rung.clear()
            await child.say(text)
            async with asyncio.timeout(_RING_LIMIT_SECONDS):
                await rings.rung.wait()
            decided = (await _decided(folder))[len(decided_before)]
            seconds.append((rings.at[begun] - decided).total_seconds())
    return seconds


async def _decided(folder: Path) -> list[datetime]:
    """Return when each alarm so far was decided."""
    async with _open(folder) as store:
        happened = await events.events_after(store, 0, limit=10_000)
    return [event.at.astimezone(UTC) for event in happened if event.kind == "alarm_rung"]


async def _tickets(folder: Path) -> int:
    async with _open(folder) as store:
        happened = await events.events_after(store, 0, limit=1_000_000)
    return sum(event.kind == "ticket_opened" for event in happened)


async def _prepare(folder: Path) -> None:
    """Make the tables, and two people on duty with a telephone."""
    (folder / "var").mkdir(mode=0o700)
    schema.migrate(_url(folder))
    async with _open(folder) as store:
        for number in (1, 2):
            new = NewUser(
                login=f"truc{number}",
                display_name=f"Cán bộ {number}",
                role=Role.OPERATOR,
                password_hash="nobody signs in here",
            )
            user = await users.create_user(store, new, now=utc_now())
            await users.set_on_duty(store, user.id, is_on_duty=True, now=utc_now())
            await set_phone(
                store, user.id, phone=f"+8490000010{number}", now=utc_now(), actor_id=user.id
            )


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[Store]:
    keys = folder / "var" / "keys"
    async with open_store(
        database_url=_url(folder),
        keys_url=f"sqlite:///{keys / 'keys.db'}",
        master_key_file=keys / "master.key",
    ) as store:
        yield store


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'var' / 'langnghe.db'}"


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
