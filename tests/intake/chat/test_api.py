"""The JSON API of the web chat: stored once, answered once, read by nobody else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from intake.chat.limits import Limits
from intake.service import Service
from storage.tables import inbox, tickets
from tests.conftest import Clock
from tests.intake.chat.conftest import Api, chat_app

DROWNING = "cuu voi ban con rot xuong kinh chim roi"


async def count(service: Service, table: object) -> int:
    number: int = await service.store.db.read(
        lambda connection: connection.execute(
            select(func.count()).select_from(table)  # type: ignore[arg-type]  # any table of ours
        ).scalar_one()
    )
    return number


async def test_a_session_leaves_no_row_before_the_first_message(api: Api, service: Service) -> None:
    await api.session()

    assert await count(service, inbox) == 0


async def test_a_message_is_stored_and_answered_in_one_round_trip(
    api: Api, service: Service
) -> None:
    answer = await api.say(await api.session(), "c1", "chào bạn")

    assert answer["message_id"].startswith("m")
    assert answer["replies"]
    for reply in answer["replies"]:
        assert reply.keys() == {
            "id", "from", "text", "buttons", "urgent", "card", "asks_location", "beats",
        }  # fmt: skip
        assert reply["from"] == "machine"
        assert all(button.keys() == {"label", "payload"} for button in reply["buttons"])
    assert await count(service, inbox) == 1


async def test_a_drowning_gets_the_rescue_words_first_and_a_ticket(
    api: Api, service: Service
) -> None:
    answer = await api.say(await api.session(), "c1", DROWNING)

    assert answer["replies"][0]["urgent"] is True
    assert "115" in answer["replies"][0]["text"]
    assert await count(service, tickets) == 1


async def test_the_same_client_id_twice_gives_the_same_answer_and_no_second_ticket(
    api: Api, service: Service
) -> None:
    session = await api.session()

    first = await api.say(session, "c1", DROWNING)
    again = await api.say(session, "c1", DROWNING)

    assert again == first
    assert await count(service, inbox) == 1
    assert await count(service, tickets) == 1


async def test_the_same_client_id_at_the_same_time_is_stored_once(
    api: Api, service: Service
) -> None:
    session = await api.session()

    answers = await asyncio.gather(*(api.say(session, "c1", DROWNING) for _ in range(5)))

    assert all(answer == answers[0] for answer in answers)
    assert await count(service, inbox) == 1


async def test_the_same_client_id_in_another_session_is_another_message(
    api: Api, service: Service
) -> None:
    await api.say(await api.session(), "c1", "chào bạn")
    await api.say(await api.session(), "c1", "chào bạn")

    assert await count(service, inbox) == 2


async def test_a_location_and_a_button_are_messages_too(api: Api) -> None:
    session = await api.session()
    await api.say(session, "c1", DROWNING)

    place = await api.post(session, "c2", location={"latitude": 10.5, "longitude": 105.1})
    button = await api.post(session, "c3", button={"payload": "water:no", "label": "Chưa lên"})

    assert (place.status, button.status) == (200, 200)
    messages = (await (await api.thread(session)).json())["messages"]
    mine = [entry for entry in messages if entry["from"] == "you"]
    assert mine[1]["location"] == {"latitude": 10.5, "longitude": 105.1}
    assert mine[2]["text"] == "Chưa lên"


async def test_the_thread_has_both_directions_in_order_and_goes_on_from_a_cursor(
    api: Api,
) -> None:
    session = await api.session()
    first = await api.say(session, "c1", "chào bạn")

    before = (await (await api.thread(session)).json())["messages"]
    second = await api.say(session, "c2", "em bị bạn đánh ở trường")
    after = (await (await api.thread(session, before[-1]["cursor"])).json())["messages"]

    assert [entry["id"] for entry in before] == [
        first["message_id"], *(reply["id"] for reply in first["replies"]),
    ]  # fmt: skip
    assert [entry["id"] for entry in after] == [
        second["message_id"], *(reply["id"] for reply in second["replies"]),
    ]  # fmt: skip
    assert before[0]["text"] == "chào bạn"


async def test_a_session_that_never_wrote_has_an_empty_thread(api: Api) -> None:
    answer = await api.thread(await api.session())

    assert (await answer.json()) == {"messages": [], "more": False}


async def test_a_thread_is_not_read_from_the_beginning_a_quarter_of_an_hour_later(
    api: Api, clock: Clock
) -> None:
    session = await api.session()
    await api.say(session, "c1", "chào bạn")
    cursor = (await (await api.thread(session)).json())["messages"][0]["cursor"]

    clock.forward(timedelta(minutes=16).total_seconds())
    from_the_beginning = await api.thread(session)
    onward = await api.thread(session, cursor)

    assert from_the_beginning.status == 401
    assert (await from_the_beginning.json())["error"] == "talk_over"
    assert onward.status == 200
    assert (await api.post(session, "c2", text="còn đó không")).status == 200


async def test_a_cursor_of_another_session_opens_nothing(api: Api) -> None:
    mine, yours = await api.session(), await api.session()
    await api.say(yours, "c1", "chào bạn")
    cursor = (await (await api.thread(yours)).json())["messages"][0]["cursor"]

    answer = await api.thread(mine, cursor)

    assert answer.status == 400
    assert (await answer.json())["error"] == "bad_cursor"


async def test_a_day_old_session_cannot_be_used(api: Api, clock: Clock) -> None:
    session = await api.session()

    clock.forward(timedelta(hours=24).total_seconds())
    answer = await api.post(session, "c1", text="chào")

    assert answer.status == 401
    assert (await answer.json())["error"] == "session_expired"


async def test_the_pages_session_is_a_cookie_that_no_script_reads(api: Api) -> None:
    answer = await api.http.post("/chat/api/sessions", json={})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/chat" in cookie


async def test_behind_a_proxy_the_cookie_is_secure_and_only_the_last_hop_counts(
    service: Service,
) -> None:
    web_settings = replace(service.settings.web, trusts_proxy=True)
    behind = replace(service, settings=replace(service.settings, web=web_settings))
    app = chat_app(behind, Limits(sessions_per_second=0.1, sessions_burst=1))
    async with TestClient(TestServer(app)) as client:
        answers = [
            await client.post("/chat/api/sessions", headers={"X-Forwarded-For": forwarded})
            for forwarded in ("192.0.2.1", "192.0.2.9, 192.0.2.2", "192.0.2.8, 192.0.2.2")
        ]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert "Secure" in answers[0].headers["Set-Cookie"]


async def test_the_session_may_come_by_body_header_or_cookie(api: Api) -> None:
    body = {"client_id": "c1", "text": "chào bạn"}
    session = await api.session()

    by_body = await api.post(session, "c1", text="chào bạn")
    by_header = await api.http.post(
        "/chat/api/messages", json=body, headers={"X-Chat-Session": session}
    )
    by_cookie = await api.http.post("/chat/api/messages", json=body, cookies={"s": session})

    texts = [await answer.json() for answer in (by_body, by_header, by_cookie)]
    assert texts[0] == texts[1] == texts[2]


async def test_too_many_messages_are_refused_but_never_an_emergency(
    api: Api, service: Service
) -> None:
    session = await api.session()

    statuses = [(await api.post(session, f"c{n}", text="alo")).status for n in range(25)]
    refused = await api.post(session, "late", text="alo")
    urgent = await api.post(session, "urgent", text=DROWNING)

    assert 429 in statuses
    assert refused.status == 429
    assert "Retry-After" in refused.headers
    assert (await refused.json())["error"] == "too_fast"
    assert urgent.status == 200


async def test_sessions_are_limited_by_address(service: Service) -> None:
    app = chat_app(service, Limits(sessions_per_second=0.1, sessions_burst=2))
    async with TestClient(TestServer(app)) as client:
        statuses = [(await client.post("/chat/api/sessions", json={})).status for _ in range(3)]

    assert statuses == [200, 200, 429]


async def test_a_full_house_shows_the_numbers_and_lets_an_emergency_in(service: Service) -> None:
    async with TestClient(TestServer(chat_app(service, Limits(messages_under_way=0)))) as client:
        api = Api(client)
        session = await api.session()

        refused = await api.post(session, "c1", text="chào bạn")
        sentence = (await refused.json())["message"]
        urgent = await api.post(session, "c2", text=DROWNING)
        pressed = await api.post(session, "c3", button="cmd:sos")

    assert refused.status == 503
    assert all(number in sentence for number in ("111", "113", "114", "115"))
    assert (urgent.status, pressed.status) == (200, 200)


async def test_a_turn_that_takes_long_is_answered_with_202(service: Service) -> None:
    async with TestClient(TestServer(chat_app(service, Limits(turn_seconds=0)))) as client:
        api = Api(client)

        answer = await api.post(await api.session(), "c1", text="chào bạn")
        value = await answer.json()

    assert answer.status == 202
    assert value["replies"] == []
    assert await count(service, inbox) == 1


@pytest.mark.parametrize("method", ["get", "post"])
async def test_answers_are_kept_by_no_cache(api: Api, method: str) -> None:
    session = await api.session()

    answer = (
        await api.thread(session) if method == "get" else await api.post(session, "c1", text="chào")
    )

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_every_route_says_who_may_call_it(service: Service) -> None:
    app: web.Application = chat_app(service)

    assert len(app.router.routes()) > 15
