"""A child writes, telephones ring, somebody presses 1: the child's ticket is theirs."""

import asyncio
from collections.abc import AsyncIterator
from xml.etree import ElementTree

import aiohttp
import pytest

from intake.process import Kind, running
from intake.settings import read_settings
from storage import schema
from storage.alarm.rung import rings_of_ticket
from storage.rota.phones import set_phone
from storage.rows import TicketState
from tests.fakes.twilio_api import FakeTwilioApi, fake_twilio, settings_with_telephone, signature
from tests.journeys.conftest import World

PUBLIC_URL = "https://langnghe.example"
FIRST, SECOND = "0900000201", "0900000202"


@pytest.fixture
async def carrier() -> AsyncIterator[FakeTwilioApi]:
    async with fake_twilio() as api:
        yield api


@pytest.fixture
async def world(tmp_path, carrier: FakeTwilioApi, said: list[str]) -> AsyncIterator[World]:
    settings = read_settings(
        settings_with_telephone(carrier)
        | {
            "LANGNGHE_DATA_DIR": str(tmp_path / "var"),
            "LANGNGHE_PORT": "0",
            "LANGNGHE_PUBLIC_URL": PUBLIC_URL,
        }
    )
    await asyncio.to_thread(schema.migrate, settings.data.database_url)
    async with running(settings, Kind.SERVE) as process, aiohttp.ClientSession() as http:
        yield World(process, http, said)


async def post(world: World, url: str, **form: str) -> ElementTree.Element | None:
    """Ask as the carrier does; return what it is told to say."""
    path = url.removeprefix(PUBLIC_URL)
    headers = signature(PUBLIC_URL + path, form)
    async with world.http.post(world.process.url + path, data=form, headers=headers) as answer:
        assert answer.status in (200, 204)
        text = await answer.text()
    return ElementTree.fromstring(text) if text else None  # noqa: S314 - our own answer


async def test_a_critical_message_rings_and_one_key_makes_the_ticket_somebodys(
    world: World, carrier: FakeTwilioApi
) -> None:
    people = {phone: await world.operator(f"truc{phone[-1]}") for phone in (FIRST, SECOND)}
    for phone, user_id in people.items():
        service = world.service
        await set_phone(
            service.store, user_id, phone=phone, now=service.clock(), actor_id=user_id
        )  # fmt: skip
    child = await world.reporter()

    await child.write("em con vừa rớt xuống kênh rồi, cứu với")
    calls = (await carrier.until(2))[:2]
    first, second = sorted(calls, key=lambda call: call["To"])
    heard = await post(world, first["Url"], CallSid="CA1", CallStatus="in-progress")
    assert heard is not None
    gather = heard.find("Gather")
    assert gather is not None
    await post(world, gather.get("action", ""), CallSid="CA1", Digits="1")

    ticket = await world.the_ticket()
    assert (ticket.state, ticket.holder_id) == (TicketState.ACKNOWLEDGED, people[FIRST])
    assert "khẩn cấp" in "".join(heard.itertext())
    await carrier.until(3)
    assert carrier.hung_up == [f"CA{calls.index(second) + 1:032x}"]
    await post(world, first["StatusCallback"], CallSid="CA1", CallStatus="completed")
    await post(world, second["StatusCallback"], CallSid="CA2", CallStatus="canceled")
    rings = await rings_of_ticket(world.service.store, ticket.id)
    assert {each.recipient: each.state for each in rings if each.way == "phone"} == {
        people[FIRST]: "took",
        people[SECOND]: "hung_up",
    }
