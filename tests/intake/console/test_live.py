"""The live stream: what changes is told at once, nothing is missed, silence is broken by a beat."""

import asyncio
import json

from intake.console import live
from intake.permissions import Role
from storage import events, tickets
from storage.accounts import sessions, users


class Stream:
    """An open stream of server-sent events."""

    def __init__(self, response) -> None:
        self.response = response

    async def next(self, seconds: float = 3.0) -> dict[str, str]:
        """Return the next event's fields."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            while True:
                line = (await self.response.content.readline()).decode().rstrip("\n")
                if not line and fields:
                    return fields
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value


async def _open(browser, after: str = "", ticket: str = "", last: str = "") -> Stream:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
    response = await browser.client.get(
        "/console/live", params={"after": after, "ticket": ticket}, headers=headers
    )
    assert response.status == 200
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.content_type == "text/event-stream"
    stream = Stream(response)
    assert (await stream.next())["event"] == "hello"
    return stream


async def test_a_new_ticket_is_told_at_once(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser)

    ticket = await console.rows.report()

    told = await stream.next(1.0)
    assert told["event"] == "desk"
    assert json.loads(told["data"]) == {"kind": "ticket_opened", "ticket": ticket.id}
    stream.response.close()


async def test_who_comes_back_misses_nothing(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    seen = await events.last_event_id(console.service.store)
    made = [(await console.rows.report()).id for _ in range(5)]

    stream = await _open(browser, after="0", last=str(seen))
    told = [json.loads((await stream.next())["data"])["ticket"] for _ in made]

    assert told == made
    stream.response.close()


async def test_the_page_begins_where_it_was_rendered(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    _, text = await browser.get("/console")
    after = text.partition('data-after="')[2].partition('"')[0]
    ticket = await console.rows.report()

    stream = await _open(browser, after=after)

    assert json.loads((await stream.next())["data"])["ticket"] == ticket.id
    stream.response.close()


async def test_readings_move_the_id_and_disturb_nobody(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser)

    await browser.get(f"/console/tickets/{ticket.number}")
    told = await stream.next()

    assert set(told) == {"id"}
    stream.response.close()


async def test_an_open_ticket_hears_of_its_conversation(console) -> None:
    ticket = await console.rows.report(account="same")
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser, ticket=ticket.number)

    console.service.store.db.bell.ring(f"conversation:{ticket.conversation_id}")

    assert (await stream.next(1.0))["event"] == "thread"
    stream.response.close()


async def test_silence_is_broken_by_a_beat(console, monkeypatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser)

    assert (await stream.next())["event"] == "beat"
    stream.response.close()


async def test_a_stream_ends_with_its_session(console, monkeypatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser)
    found = await users.find_user(console.service.store, "operator")

    await sessions.close_sessions_of(
        console.service.store, found.user.id, now=console.service.clock(), actor_id="x"
    )

    async with asyncio.timeout(3):
        rest = await stream.response.content.read()
    assert rest.endswith(b"\n\n") or rest == b""


async def test_a_stream_ends_when_the_service_stops(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    stream = await _open(browser)

    await live.hang_up(console.server.app)

    async with asyncio.timeout(3):
        await stream.response.content.read()


async def test_nonsense_ids_begin_now(console) -> None:
    await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    stream = await _open(browser, after="-1' or", last="x" * 100)
    ticket = await console.rows.report()

    assert json.loads((await stream.next())["data"])["ticket"] == ticket.id
    assert await tickets.look_again(console.service.store, ticket.number) is not None
    stream.response.close()
