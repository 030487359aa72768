"""The gate: who may call what, forged forms, errors without a trace, headers."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from intake.console.routes import add_routes
from intake.permissions import (
    GRANTS,
    Permission,
    Role,
    UndeclaredRoute,
    check_routes,
    needs,
    public,
)

TICKET = "/console/tickets/PT-2026-000001"
WORDING = "/console/content/thanks/vi/any"
ROUTES = [
    ("GET", "/console", Permission.SIGNED_IN),
    ("GET", "/console/password", Permission.SIGNED_IN),
    ("GET", "/console/find?number=1", Permission.READ_TICKET),
    ("GET", "/console/parts/queue", Permission.READ_QUEUE),
    ("GET", "/console/parts/tickets/PT-2026-000001", Permission.READ_TICKET),
    ("GET", TICKET, Permission.READ_TICKET),
    ("POST", "/console/next", Permission.WORK_TICKET),
    ("POST", "/console/duty", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/claim", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/messages", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/take-over", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/hand-back", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/unlock", Permission.UNLOCK_COMPOSER),
    ("POST", f"{TICKET}/notes", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/begin", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/urgency", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/kind", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/state", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/release", Permission.WORK_TICKET),
    ("POST", f"{TICKET}/confirm-dismissal", Permission.CONFIRM_DISMISSAL),
    ("GET", "/console/content", Permission.REVIEW_CONTENT),
    ("GET", WORDING, Permission.REVIEW_CONTENT),
    ("POST", WORDING, Permission.REVIEW_CONTENT),
    ("POST", f"{WORDING}/sign", Permission.REVIEW_CONTENT),
    ("POST", f"{WORDING}/back", Permission.REVIEW_CONTENT),
    ("GET", "/console/lessons", Permission.TEACH),
    ("GET", "/console/lessons/0", Permission.TEACH),
    ("POST", "/console/lessons/0", Permission.TEACH),
    ("POST", "/console/lessons/0/set-aside", Permission.TEACH),
    ("POST", "/console/lessons/0/look-twice", Permission.TEACH),
    ("GET", "/console/health", Permission.READ_HEALTH),
    ("GET", "/console/users", Permission.MANAGE_USERS),
    ("POST", "/console/users", Permission.MANAGE_USERS),
    ("GET", f"/console/users/{'0' * 32}", Permission.MANAGE_USERS),
    ("POST", f"/console/users/{'0' * 32}/role", Permission.MANAGE_USERS),
    ("POST", f"/console/users/{'0' * 32}/active", Permission.MANAGE_USERS),
    ("POST", f"/console/users/{'0' * 32}/password", Permission.MANAGE_USERS),
    ("GET", "/console/audit", Permission.READ_AUDIT),
    ("POST", "/console/audit/verify", Permission.READ_AUDIT),
]
APART = {"/console/", "/console/live", "/console/login", "/console/logout", "/console/language"}


def test_the_matrix_names_every_route(make_app) -> None:
    named = {path.partition("?")[0] for _, path, _ in ROUTES}
    resources = [
        resource.canonical
        for resource in make_app().router.resources()
        if not isinstance(resource, web.StaticResource)
    ]

    known = {
        name.replace("PT-2026-000001", "{number}")
        .replace("0" * 32, "{user_id}")
        .replace("thanks/vi/any", "{card}/{lang}/{register}")
        .replace("lessons/0", "lessons/{correction}")
        for name in named
    }
    assert set(resources) - APART - {"/console/styleguide"} == known


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_call_what_its_permissions_say(console, role: Role) -> None:
    await console.rows.report()
    browser = await console.signed_in(role)
    token = await browser.token()

    for method, path, permission in ROUTES:
        async with browser.client.request(
            method, path, data={"csrf": token}, allow_redirects=False
        ) as response:
            is_refused = response.status == 403
            assert is_refused is (permission not in GRANTS[role]), (method, path, response.status)
            assert response.status < 500


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in ROUTES])
async def test_a_stranger_is_sent_to_the_log_in(console, method: str, path: str) -> None:
    browser = console.browser()

    async with browser.client.request(method, path, allow_redirects=False) as response:
        text = await response.text()

    if method == "GET":
        assert response.status == 303
        assert response.headers["Location"] == "/console/login"
    else:
        assert response.status == 401
    assert "PT-2026" not in text


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
