"""Log-in, sessions, the first password, the language, the style guide."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from aiohttp.test_utils import TestClient, TestServer

from intake import accounts
from intake.accounts import create_account
from intake.permissions import Role
from intake.settings import Mode
from storage.tables import sessions
from tests.intake.console.conftest import PASSWORD, Browser


async def test_the_right_password_opens_the_queue(console) -> None:
    await console.rows.join("lan", Role.OPERATOR, name="Nguyễn Thị Lan")
    browser = console.browser()

    status, text = await browser.sign_in("lan")

    assert status == 200
    assert "Nguyễn Thị Lan" in text
    assert "Nhận phiếu gấp nhất" in text


async def test_a_wrong_password_says_so_and_keeps_the_name(console) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    browser = console.browser()

    status, text = await browser.sign_in("lan", "sai bét")

    assert status == 401
    assert "chưa đúng" in text
    assert 'value="lan"' in text
    assert "sai bét" not in text


async def test_a_lockout_says_how_long(console, monkeypatch) -> None:
    monkeypatch.setattr(accounts, "_FAILURES_BEFORE_LOCK", 3)
    await console.rows.join("lan", Role.OPERATOR)
    browser = console.browser()
    for _ in range(3):
        status, text = await browser.sign_in("lan", "sai")

    assert status == 401
    assert "thử lại sau 5 phút" in text


async def test_too_many_tries_from_one_machine_are_refused(console) -> None:
    browser = console.browser()
    for number in range(13):
        status, text = await browser.sign_in(f"name{number}", "sai")

    assert status == 429
    assert "quá nhiều lần thử" in text


async def test_the_cookie_is_out_of_reach_and_only_its_hash_is_stored(console) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    browser = console.browser()
    token = await browser.token()

    async with browser.client.post(
        "/console/login",
        data={"csrf": token, "login": "lan", "password": PASSWORD},
        allow_redirects=False,
    ) as response:
        cookie = response.cookies["langnghe_console"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    rows = await console.service.store.db.read(lambda c: c.execute(sessions.select()).all())
    assert cookie.value.encode() not in [row.token_hash for row in rows]
    assert len(rows) == 1


async def test_behind_a_proxy_the_cookie_is_secure(make_app, console, settings) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    app = make_app(web=replace(settings.web, trusts_proxy=True))
    async with TestClient(TestServer(app)) as client, client.get("/console/login") as response:
        form = SimpleCookie(response.headers["Set-Cookie"])

    assert form["__Secure-langnghe_form"]["secure"]


async def test_a_new_log_in_closes_the_session_before_it(console) -> None:
    browser = await console.signed_in(Role.OPERATOR, "lan")
    old = {cookie.key: cookie.value for cookie in browser.client.session.cookie_jar}

    await browser.client.post(
        "/console/login",
        data={"csrf": await browser.token(), "login": "lan", "password": PASSWORD},
    )

    stranger = console.browser()
    async with stranger.client.get(
        "/console", cookies={"langnghe_console": old["langnghe_console"]}, allow_redirects=False
    ) as response:
        assert response.status == 303


async def test_log_out_ends_the_session(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post("/console/logout")

    assert status == 200
    assert "Bạn đã đăng xuất" in text
    _, text = await browser.get("/console")
    assert "Đăng nhập" in text


@pytest.mark.parametrize(("seconds", "step"), [(31 * 60, 31 * 60), (12 * 3600 + 1, 20 * 60)])
async def test_a_session_ends_when_idle_and_after_a_shift(
    console, clock, seconds: int, step: int
) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    for _ in range(seconds // step + 1):
        clock.forward(step)
        async with browser.client.get("/console/parts/queue") as response:
            status, text = response.status, await response.text()

    assert status == 200
    assert "Phiên làm việc đã hết" in text


async def test_an_open_console_keeps_its_session(console, clock) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    for _ in range(60):
        clock.forward(600)
        status, text = await browser.get("/console/parts/queue")

    assert status == 200
    assert "Đang mở" in text


async def test_a_live_part_of_a_session_that_is_over_leads_to_the_log_in(console) -> None:
    browser = console.browser()

    async with browser.client.get(
        "/console/parts/queue", headers={"HX-Request": "true"}
    ) as response:
        assert response.status == 401
        assert response.headers["HX-Redirect"] == "/console/login"


async def test_the_one_time_password_must_be_changed_first(console, clock) -> None:
    once = await create_account(
        console.service.store, login="lan", display_name="Lan", role=Role.OPERATOR, now=clock()
    )
    browser = console.browser()

    _, text = await browser.sign_in("lan", once)
    assert "Đặt mật khẩu của riêng bạn" in text
    _, text = await browser.get("/console/health")
    assert "Đặt mật khẩu của riêng bạn" in text

    status, text = await browser.post(
        "/console/password", current=once, new=PASSWORD, again=PASSWORD
    )
    assert status == 200
    assert "Nhận phiếu gấp nhất" in text


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        (PASSWORD, "ngan", "ngan", "ít nhất 12 ký tự"),
        (PASSWORD, "bon tu khong lien quan", "bon tu khac", "chưa giống nhau"),
        ("sai", "bon tu khong lien quan", "bon tu khong lien quan", "hiện tại chưa đúng"),
        (PASSWORD, PASSWORD, PASSWORD, "phải khác mật khẩu hiện tại"),
    ],
)
async def test_a_refused_password_says_why_at_the_field(
    console, current: str, new: str, again: str, words: str
) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    status, text = await browser.post("/console/password", current=current, new=new, again=again)

    assert status == 422
    assert words in text
    assert 'aria-invalid="true"' in text
    assert new not in text


async def test_the_language_can_be_switched(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    await browser.post("/console/language", language="en")
    _, text = await browser.get("/console")

    assert "Take the most urgent" in text
    assert '<html lang="en">' in text
    status, _ = await browser.post("/console/language", language="fr")
    assert status == 400


async def test_a_foreign_referer_leads_nowhere_else(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    token = await browser.token()

    for referer in ("https://evil.example/x", "https://evil.example//evil", "nonsense"):
        async with browser.client.post(
            "/console/language",
            data={"csrf": token, "language": "vi"},
            headers={"Referer": referer},
            allow_redirects=False,
        ) as response:
            assert response.headers["Location"] == "/console"


async def test_the_style_guide_is_for_trials_on_this_machine(console, make_app) -> None:
    status, text = await console.browser().get("/console/styleguide")
    assert status == 200
    assert "Mẫu giao diện" in text

    async with TestClient(TestServer(make_app(mode=Mode.PRODUCTION))) as client:
        status, _ = await Browser(client).get("/console/styleguide")
    assert status == 404
