"""5,000 callbacks of a carrier that repeats itself: no ticket is lost, none is doubled.

A carrier asks for the next step only when it has the last answer, so the first delivery of each
step keeps its order within a call. Everything else may come at any time, several at once: a step
again after a timeout, the news that a call is over before, between and after its steps.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from intake.app import build_app
from intake.assembly import open_service
from intake.commands.call_carrier import ACCOUNT, HOTLINE, PUBLIC_URL, TOKEN, sign
from intake.commands.call_stage import STATUS, VOICE
from intake.commands.call_twiml import read_twiml
from intake.permissions import Role
from intake.service import Service
from intake.settings import read_settings
from nlu.labels import Urgency
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.rota.phones import set_phone
from storage.telephone.calls import find_call
from storage.tickets import queue
from tests.conftest import Clock
from tests.engines import Urls

SEED = 20261124
DELIVERIES = 5_000
CALLS = 450
AT_ONCE = 25
KEYS = {
    "emergency": ("1", "", ""),
    "report": ("2", "", "", "", "5"),
    "silent": ("", "", ""),
    "wants a person and hangs up": ("0",),
    "hangs up": (),
}
"""What is pressed at each step; while telephones ring nobody presses, and nobody answers."""
URGENCIES = {"emergency": Urgency.CRITICAL, "report": Urgency.HIGH, "silent": Urgency.NORMAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One callback."""

    call: int
    event: str
    path: str
    digits: str = ""
    is_over: bool = False
    is_first: bool = False


def kind_of(call: int) -> str:
    return list(KEYS)[call % len(KEYS)]


def deliveries() -> list[Delivery]:
    """All of them in the order in which they come: the same with every run."""
    chances = random.Random(SEED)  # noqa: S311 - the same with every run
    placed: list[tuple[float, Delivery]] = []
    for call in range(CALLS):
        steps = list(_steps(call))
        moments = sorted(chances.random() for _ in steps)
        placed += zip(moments, steps, strict=True)
        over = Delivery(call=call, event="over", path=STATUS, is_over=True)
        placed.append((chances.random(), over))
    first = list(placed)
    while len(placed) < DELIVERIES:
        at, one = chances.choice(first)
        again = Delivery(
            call=one.call, event=one.event, path=one.path, digits=one.digits, is_over=one.is_over
        )
        placed.append((at + chances.random() * (1 - at), again))
    placed.sort(key=lambda each: each[0])
    return [one for _, one in placed]


def _steps(call: int) -> Iterator[Delivery]:
    yield Delivery(call=call, event="begins", path=VOICE, is_first=True)
    for turn, digits in enumerate(KEYS[kind_of(call)], start=1):
        path = f"{VOICE}/step/{turn}"
        yield Delivery(call=call, event=str(turn), path=path, digits=digits, is_first=True)


def handfuls(all_of_them: list[Delivery]) -> Iterator[list[Delivery]]:
    """Those that are sent at once: never two first steps of one call."""
    some: list[Delivery] = []
    for one in all_of_them:
        begun = {each.call for each in some if each.is_first}
        if len(some) == AT_ONCE or (one.is_first and one.call in begun):
            yield some
            some = []
        some.append(one)
    yield some


@pytest.fixture
async def service(urls: Urls, clock: Clock) -> AsyncIterator[Service]:
    settings = read_settings(
        {
            "LANGNGHE_DATA_DIR": str(urls.master_key_file.parent.parent),
            "LANGNGHE_DATABASE_URL": urls.database_url,
            "LANGNGHE_KEYS_URL": urls.keys_url,
            "LANGNGHE_MASTER_KEY_FILE": str(urls.master_key_file),
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "LANGNGHE_TELEPHONE_NUMBER": HOTLINE,
        }
    )
    async with open_service(settings, clock=clock) as opened:
        new = NewUser(
            login="truc1",
            display_name="Cán bộ Thử",
            role=Role.OPERATOR,
            password_hash="nobody signs in here",
        )
        user = await users.create_user(opened.store, new, now=clock())
        await users.set_on_duty(opened.store, user.id, is_on_duty=True, now=clock())
        await set_phone(opened.store, user.id, phone="+84900000999", now=clock(), actor_id=user.id)
        yield opened


@pytest.fixture
async def client(service: Service) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(build_app(service), host="127.0.0.1")) as opened:
        yield opened


async def deliver(client: TestClient[web.Request, web.Application], one: Delivery) -> None:
    """Send one; it must be answered with something that a carrier can carry out."""
    caller = f"+84900000{one.call:03}"
    form = {
        "CallSid": f"CA{one.call:032x}",
        "AccountSid": ACCOUNT,
        "Direction": "inbound",
        "From": caller,
        "To": HOTLINE,
        "CallStatus": "completed" if one.is_over else "in-progress",
        "Digits": one.digits,
    }
    headers = {
        "X-Twilio-Signature": sign(TOKEN, f"{PUBLIC_URL}{one.path}", form),
        "I-Twilio-Idempotency-Token": f"{one.call}-{one.event}",
    }
    async with client.post(one.path, data=form, headers=headers) as answer:
        text = await answer.text()
        assert answer.status == (204 if one.is_over else 200)
    if text:
        read_twiml(text)


async def test_no_ticket_is_lost_or_doubled(
    service: Service, client: TestClient[web.Request, web.Application]
) -> None:
    sent = 0
    for some in handfuls(deliveries()):
        await asyncio.gather(*(deliver(client, one) for one in some))
        sent += len(some)

    opened = {row.ticket.id: row.ticket for row in await queue(service.store, limit=CALLS)}
    found = {}
    for number in range(CALLS):
        call = await find_call(service.store, f"CA{number:032x}")
        assert call is not None
        found[number] = call.ticket_id
    wanted = {number: URGENCIES.get(kind_of(number)) for number in range(CALLS)}
    assert sent == DELIVERIES
    assert {
        number: opened[ticket_id].urgency if ticket_id else None
        for number, ticket_id in found.items()
    } == wanted
    assert len(opened) == sum(urgency is not None for urgency in wanted.values())


def test_the_callbacks_are_many_and_of_every_sort() -> None:
    sent = deliveries()
    known = {(one.call, one.event) for one in sent}

    assert len(sent) == DELIVERIES
    assert len(sent) > 2 * len(known)
    assert max(len(some) for some in handfuls(sent)) == AT_ONCE
