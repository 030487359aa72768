"""The gate: routes that say who may call them, forged forms, errors without a trace, headers."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from intake.console.routes import add_routes
from intake.permissions import (
    Permission,
    Role,
    UndeclaredRoute,
    check_routes,
    needs,
    public,
)


def test_a_route_that_says_nothing_stops_the_start(make_app) -> None:
    async def forgotten(request: web.Request) -> web.Response:
        return web.Response()

    app = make_app()
    app.router.add_get("/console/forgotten", forgotten)

    with pytest.raises(UndeclaredRoute, match="forgotten"):
        check_routes(app)


def test_a_declared_route_lets_the_start_go_on() -> None:
    @needs(Permission.READ_QUEUE)
    async def declared(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    add_routes(app)
    app.router.add_get("/console/declared", declared)

    check_routes(app)


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000])
async def test_a_form_without_our_token_does_nothing(console, token: str) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post(f"/console/tickets/{ticket.number}/claim", csrf=token)

    assert status == 403
    assert "Trang đã cũ" in text
    _, page = await browser.get(f"/console/tickets/{ticket.number}")
    assert "Chưa ai nhận phiếu này" in page


async def test_a_form_from_another_site_does_nothing(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    token = await browser.token()

    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        async with browser.client.post(
            "/console/next", data={"csrf": token}, headers=headers
        ) as response:
            assert response.status == 403


async def test_a_token_may_come_in_a_header(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    headers = {"X-CSRF-Token": await browser.token()}

    async with browser.client.post(
        "/console/next", headers=headers, allow_redirects=False
    ) as response:
        assert response.status == 303


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/console/nowhere", 404, "Không tìm thấy trang"),
        ("GET", "/console/tickets/PT-2026-999999", 404, "Không tìm thấy trang"),
        ("GET", "/console/tickets/%3Cscript%3E", 404, "Không tìm thấy trang"),
        ("GET", "/console/next", 405, "Cách gọi không đúng"),
        ("DELETE", "/console", 405, "Cách gọi không đúng"),
    ],
)
async def test_a_wrong_call_gets_a_clear_page(
    console, method: str, path: str, status: int, words: str
) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    async with browser.client.request(method, path) as response:
        text = await response.text()

    assert response.status == status
    assert words in text
    assert "Traceback" not in text


async def test_too_large_a_form_is_refused_kindly(console) -> None:
    ticket = await console.rows.report()
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post(f"/console/tickets/{ticket.number}/notes", text="x" * 300_000)

    assert status == 413
    assert "Nội dung quá lớn" in text


async def test_a_bug_shows_no_trace_to_a_stranger(make_app) -> None:
    @public
    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError("PT-2026-000001")

    app = make_app()
    app.router.add_get("/console/broken", broken)
    async with TestClient(TestServer(app)) as client, client.get("/console/broken") as response:
        text = await response.text()

    assert response.status == 500
    assert "Có lỗi ở máy chủ" in text
    assert "RuntimeError" not in text
    assert "PT-2026-000001" not in text


async def test_every_page_is_dressed(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    async with browser.client.get("/console") as response:
        headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


async def test_a_stamped_static_file_is_kept_and_others_are_asked_for_again(console) -> None:
    browser = console.browser()

    async with browser.client.get("/console/static/console.css?v=1") as response:
        assert "immutable" in response.headers["Cache-Control"]
    async with browser.client.get("/console/static/console.css") as response:
        assert response.headers["Cache-Control"] == "no-cache"
