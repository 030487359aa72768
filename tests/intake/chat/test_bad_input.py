"""What must not harm: wrong methods, types, JSON, fields, sizes, replays, scripts, SQL.

All tests share one service: after everything that was thrown at it, it must still answer.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.settings import read_settings
from tests.conftest import Clock
from tests.intake.chat.conftest import Api, chat_app, new_service

pytestmark = pytest.mark.asyncio(loop_scope="module")
API = "/chat/api/"
JSON = {"Content-Type": "application/json"}
WORDS = "ba con hay rờ con"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    folder = tmp_path_factory.mktemp("bad_input") / "var"
    settings = read_settings({"LANGNGHE_DATA_DIR": str(folder), "LANGNGHE_PORT": "0"})
    async with (
        new_service(settings, Clock()) as service,
        TestClient(TestServer(chat_app(service))) as client,
    ):
        yield Api(client)


async def post_raw(api: Api, path: str, data: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = await api.http.post(API + path, data=data, headers={**JSON, **headers})
    value = await answer.json()
    assert value.keys() >= {"error", "message"}, value
    return answer.status, value


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "sessions", "POST"),
        ("DELETE", "messages", "GET, HEAD, POST"),
        ("PUT", "messages", "GET, HEAD, POST"),
        ("POST", "stream", "GET"),
        ("PATCH", "stream", "GET"),
    ],
)
async def test_a_wrong_method_is_405_and_says_which_are_right(
    api: Api, method: str, path: str, allowed: str
) -> None:
    answer = await api.http.request(method, API + path)

    assert answer.status == 405
    assert answer.headers["Allow"] == allowed
    assert (await answer.json())["error"] == "wrong_method"


@pytest.mark.parametrize("path", ["", "x", "messages/1", "../api/zzz", "%2e%2e/etc/passwd"])
async def test_an_unknown_address_is_404(api: Api, path: str) -> None:
    answer = await api.http.get(API + path)

    assert answer.status == 404


@pytest.mark.parametrize("path", ["sessions", "messages"])
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_only_json_is_taken(api: Api, path: str, content_type: str) -> None:
    answer = await api.http.post(API + path, data=b"{}", headers={"Content-Type": content_type})

    assert answer.status == 415
    assert (await answer.json())["error"] == "wrong_type"


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"a": ' + b"9" * 6_000 + b"}",
        b"{}{}",
        b"\x00",
    ],
)
@pytest.mark.parametrize("path", ["sessions", "messages"])
async def test_bad_json_is_400(api: Api, path: str, data: bytes) -> None:
    status, value = await post_raw(api, path, data)

    assert (status, value["error"]) == (400, "bad_json")


async def test_a_message_has_a_body_and_a_session_needs_none(api: Api) -> None:
    status, value = await post_raw(api, "messages", b"")
    session = await api.http.post(API + "sessions")

    assert (status, value["error"]) == (400, "bad_json")
    assert session.status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_id": "c1"}, "bad_content"),
        ({"text": "a"}, "bad_client_id"),
        ({"client_id": "c 1", "text": "a"}, "bad_client_id"),
        ({"client_id": "c1", "text": 5}, "bad_text"),
        ({"client_id": "c1", "text": " "}, "bad_text"),
        ({"client_id": "c1", "text": "a", "photo": "x"}, "bad_field"),
        ({"client_id": "c1", "location": {"latitude": 91, "longitude": 0}}, "bad_location"),
        ({"client_id": "c1", "button": {"payload": "<b>"}}, "bad_button"),
    ],
)
async def test_a_wrong_field_is_400_with_its_code(
    api: Api, body: dict[str, Any], code: str
) -> None:
    session = await api.session()

    status, value = await post_raw(
        api, "messages", json.dumps({"session": session, **body}).encode()
    )

    assert (status, value["error"]) == (400, code)


@pytest.mark.parametrize("session", [None, "", "x", 5, ["x"], {"a": 1}, "a~b~c.d", "\ud800", "é"])
async def test_a_session_that_we_did_not_sign_is_401(api: Api, session: object) -> None:
    status, value = await post_raw(
        api,
        "messages",
        json.dumps({"session": session, "client_id": "c1", "text": "a"}).encode(),
    )

    assert (status, value["error"]) == (401, "no_session")


@pytest.mark.parametrize("path", ["messages", "stream"])
async def test_reading_without_a_session_is_401(api: Api, path: str) -> None:
    answer = await api.http.get(API + path)

    assert answer.status == 401


@pytest.mark.parametrize("after", ["1-1", "x", "' OR 1=1 --", "0-0.AAAA", "%00", "9" * 5000])
@pytest.mark.parametrize("path", ["messages", "stream"])
async def test_a_made_up_cursor_is_400(api: Api, path: str, after: str) -> None:
    session = await api.session()

    answer = await api.http.get(
        API + path, params={"after": after}, headers={"X-Chat-Session": session}
    )

    assert answer.status == 400
    assert (await answer.json())["error"] == "bad_cursor"


async def test_a_session_in_the_address_is_not_looked_at(api: Api) -> None:
    session = await api.session()

    answer = await api.http.get(API + "messages", params={"session": session})

    assert answer.status == 401


async def test_more_than_64_kib_is_413_however_it_arrives(api: Api) -> None:
    session = await api.session()
    body = json.dumps({"session": session, "client_id": "c1", "text": "x" * 66_000}).encode()

    async def in_pieces() -> Any:
        for start in range(0, len(body), 8_000):
            yield body[start : start + 8_000]

    whole = await api.http.post(API + "messages", data=body, headers=JSON)
    streamed = await api.http.post(API + "messages", data=in_pieces(), headers=JSON)

    assert (whole.status, streamed.status) == (413, 413)
    assert (await whole.json())["error"] == "too_large"


async def test_just_under_64_kib_is_taken(api: Api) -> None:
    answer = await api.post(await api.session(), "c1", text="x" * 65_000)

    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_is_refused(api: Api, headers: dict[str, str]) -> None:
    status, value = await post_raw(api, "sessions", b"{}", **headers)

    assert (status, value["error"]) == (403, "wrong_origin")


async def test_our_own_page_is_not_refused(api: Api) -> None:
    origin = str(api.http.make_url("/")).rstrip("/")

    answer = await api.http.post(
        API + "sessions", json={}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status == 200


@pytest.mark.parametrize(
    "words",
    [
        "<script>fetch('//x')</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE inbox; -- ",
        "{{ 7*7 }} ${7*7} %(x)s",
        "\u200b\u200c\u200d\ufeff",
        "\u202e\u2066 đảo ngược \u2069\u202c",
        "a\u0000b\u0007c",
        "Z̸̢̛͎a̷lgo" * 50,
        "x" * 8_000,
        "ជួយផង",
        "😢" * 500,
    ],
)
async def test_strange_words_are_kept_and_given_back_as_they_came(api: Api, words: str) -> None:
    session = await api.session()

    answer = await api.say(session, "c1", words)
    thread = await (await api.thread(session)).json()

    assert thread["messages"][0]["text"] == words
    assert len(thread["messages"]) == 1 + len(answer["replies"])


async def test_half_an_emoji_is_stored(api: Api) -> None:
    session = await api.session()
    body = f'{{"session": "{session}", "client_id": "c1", "text": "cứu \\ud83d với"}}'

    answer = await api.http.post(API + "messages", data=body.encode(), headers=JSON)

    assert answer.status == 200
    assert (await (await api.thread(session)).json())["messages"][0]["text"] == "cứu \ufffd với"


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": WORDS, "text": "a"},
        {"client_id": "c1", "text": [WORDS]},
        {"client_id": "c1", "button": WORDS},
        {"client_id": "c1", WORDS: WORDS},
        {"client_id": "c1", "location": WORDS},
    ],
)
async def test_an_error_never_repeats_what_was_sent(api: Api, body: dict[str, Any]) -> None:
    session = await api.session()

    answer = await api.http.post(API + "messages", json={"session": session, **body})

    assert answer.status == 400
    assert "rờ" not in await answer.text()


async def test_a_stranger_never_sees_a_trace(api: Api) -> None:
    answer = await api.http.post(API + "messages", data=b"{", headers=JSON)

    text = await answer.text()
    assert "Traceback" not in text
    assert ".py" not in text


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.binary(max_size=200) | st.text().map(lambda text: json.dumps(text).encode()))
async def test_any_bytes_get_a_4xx(api: Api, data: bytes) -> None:
    answer = await api.http.post(API + "messages", data=data, headers=JSON)

    assert 400 <= answer.status < 500
