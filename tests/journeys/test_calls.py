"""A call from the first ring to the alarm: what one key opens rings while nobody holds it."""

import asyncio
import re
from uuid import uuid4

import aiohttp
from argon2 import PasswordHasher

from nlu.labels import Danger, Intent, Urgency
from storage import events
from storage.accounts import users
from storage.accounts.users import NewUser

PASSWORD = "thuyen giay mua he xanh"
NOTES = "Đứa cháu rớt xuống kinh chưa vớt được, nhanh lên"


class CallTaker:
    """Somebody of the staff in the console."""

    def __init__(self, world) -> None:
        self.world = world
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def post(self, path: str, **fields: str) -> str:
        async with self.http.get(f"{self.world.process.url}/console/password") as page:
            token = re.search(r'name="csrf" value="([^"]+)"', await page.text())[1]
        data = {"csrf": token, **fields}
        async with self.http.post(f"{self.world.process.url}{path}", data=data) as answer:
            assert answer.status == 200, answer.status
            return await answer.text()


async def _call_taker(world) -> CallTaker:
    hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    new = NewUser(
        login="lan",
        display_name="Cán bộ Lan",
        role="operator",
        password_hash=hasher.hash(PASSWORD),
        must_change_password=False,
    )
    service = world.service
    added = await users.create_user(service.store, new, now=service.clock())
    await users.set_on_duty(service.store, added.id, is_on_duty=True, now=service.clock())
    taker = CallTaker(world)
    await taker.post("/console/login", login="lan", password=PASSWORD)
    return taker


async def _told(world, ticket_id: str) -> list[str]:
    found = await events.events_after(world.service.store, 0, limit=1000)
    return [event.kind for event in found if event.ticket_id == ticket_id]


async def _rings(world, ticket_id: str) -> bool:
    for _ in range(100):
        if "alarm_rung" in await _told(world, ticket_id):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_critical_call_opened_by_one_key_rings_while_nobody_holds_it(world, said) -> None:
    said.append(NOTES)
    lan = await _call_taker(world)
    call = uuid4().hex

    await lan.post(f"/console/calls/{call}", act="open", holder="next", danger="yes")

    ticket = await world.the_ticket()
    assert (ticket.urgency, ticket.holder_id) == (Urgency.CRITICAL, None)
    assert await _rings(world, ticket.id)
    await lan.post(f"/console/calls/{call}", act="finish", holder="me", notes=NOTES)
    after = await world.the_ticket()
    assert after.number == ticket.number
    assert (after.kind, after.danger) == (Intent.DROWNING_EMERGENCY, Danger.DROWNING)
    assert after.holder_id is not None
    await lan.http.close()


async def test_what_its_call_taker_holds_rings_nobody(world, said) -> None:
    said.append(NOTES)
    lan = await _call_taker(world)
    call = uuid4().hex

    await lan.post(f"/console/calls/{call}", act="open")
    await lan.post(f"/console/calls/{call}", act="finish", notes=NOTES)
    await asyncio.sleep(1)

    ticket = await world.the_ticket()
    assert ticket.danger is Danger.DROWNING
    assert await _told(world, ticket.id) == [
        "ticket_opened",
        "ticket_claimed",
        "call_noted",
        "ticket_read",
    ]
    await lan.http.close()
