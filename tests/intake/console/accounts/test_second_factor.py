"""The second factor: set up at the first log-in, asked for afterwards, lost and replaced."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pyotp
import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from intake.permissions import Role
from intake.second_factor import CODES, qr_code, step_of
from intake.service import SERVICE
from storage import events
from storage.accounts import users
from tests.intake.console.conftest import Browser, Console, Rows

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def strict(
    make_app: Callable[..., web.Application], store, clock, settings
) -> AsyncIterator[Console]:
    """A console that others can reach: it asks for a second factor."""
    app = make_app(web=replace(settings.web, requires_second_factor=True))
    clients: list[TestClient[web.Request, web.Application]] = []
    async with TestServer(app) as server:

        def browser() -> Browser:
            client = TestClient(server, cookie_jar=CookieJar(unsafe=True))
            clients.append(client)
            return Browser(client)

        yield Console(app[SERVICE], server, Rows(store, clock), browser)
        for client in clients:
            await client.session.close()


def _secret_on(page: str) -> str:
    found = re.search(r'class="key">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def _codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", page)


async def _csrf(browser: Browser, path: str) -> str:
    _, text = await browser.get(path)
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


async def _set_up(console: Console, clock, login: str = "lan") -> tuple[Browser, str, list[str]]:
    """Somebody signs in for the first time; returns browser, secret and recovery codes."""
    await console.rows.join(login, Role.OPERATOR)
    browser = console.browser()
    _, text = await browser.sign_in(login)
    secret = _secret_on(text)
    csrf = await _csrf(browser, "/console/factor/set")
    number = pyotp.TOTP(secret).at(clock())
    _, text = await browser.post("/console/factor/set", csrf=csrf, number=number)
    return browser, secret, _codes_on(text)


async def _enter(browser: Browser, number: str) -> tuple[int, str]:
    return await browser.post(
        "/console/factor", csrf=await _csrf(browser, "/console/factor"), number=number
    )


async def _kinds(console: Console) -> list[str]:
    return [event.kind for event in await events.events_after(console.service.store, 0)]


async def test_nobody_works_before_the_second_factor_is_set_up(strict, clock) -> None:
    await strict.rows.join("lan", Role.OPERATOR)
    browser = strict.browser()

    _, text = await browser.sign_in("lan")

    assert "Cài đặt xác thực hai bước" in text
    assert "<svg" in text
    assert "style=" not in text
    ticket = await strict.rows.report()
    _, text = await browser.get(f"/console/tickets/{ticket.number}")
    assert "Cài đặt xác thực hai bước" in text
    assert ticket.number not in text


async def test_the_first_number_confirms_the_phone_and_shows_the_codes_once(strict, clock) -> None:
    browser, _, codes = await _set_up(strict, clock)

    assert len(set(codes)) == CODES
    _, text = await browser.get("/console")
    assert "Nhận phiếu gấp nhất" in text
    _, text = await browser.get("/console/account")
    assert "Còn 10 mã khôi phục" in text
    assert not set(codes) & set(_codes_on(text))
    assert "second_factor_set" in await _kinds(strict)


async def test_a_wrong_first_number_keeps_the_same_picture(strict, clock) -> None:
    await strict.rows.join("lan", Role.OPERATOR)
    browser = strict.browser()
    _, text = await browser.sign_in("lan")

    status, again = await browser.post(
        "/console/factor/set", csrf=await _csrf(browser, "/console/factor/set"), number="000000"
    )

    assert status == 422
    assert "Mã chưa khớp" in again
    assert _secret_on(again) == _secret_on(text)


async def test_the_next_log_in_asks_for_a_number_that_counts_once(strict, clock) -> None:
    _, secret, _ = await _set_up(strict, clock)
    clock.forward(60)
    number = pyotp.TOTP(secret).at(clock())
    browser = strict.browser()

    _, text = await browser.sign_in("lan")
    assert "Nhập mã xác thực" in text
    _, text = await browser.get("/console/password")
    assert "Nhập mã xác thực" in text  # a password alone does not change the password
    _, text = await _enter(browser, number)
    assert "Nhận phiếu gấp nhất" in text

    thief = strict.browser()
    await thief.sign_in("lan")
    status, text = await _enter(thief, number)
    assert status == 401
    assert "đã dùng rồi" in text
    kinds = await _kinds(strict)
    assert "password_accepted" in kinds
    assert "second_factor_failed" in kinds


async def test_the_session_gets_a_new_token_with_the_second_factor(strict, clock) -> None:
    _, secret, _ = await _set_up(strict, clock)
    clock.forward(60)
    browser = strict.browser()
    await browser.sign_in("lan")
    half = {each.key: each.value for each in browser.client.session.cookie_jar}

    await _enter(browser, pyotp.TOTP(secret).at(clock()))

    stranger = strict.browser()
    async with stranger.client.get(
        "/console",
        cookies={"langnghe_console": half["langnghe_console"]},
        allow_redirects=False,
    ) as response:
        assert response.headers["Location"].startswith("/console/login")


async def test_a_recovery_code_lets_in_once(strict, clock) -> None:
    _, _, codes = await _set_up(strict, clock)
    browser = strict.browser()
    await browser.sign_in("lan")

    _, text = await _enter(browser, codes[3].upper().replace("-", " "))

    assert "Bạn đã vào bằng mã khôi phục" in text
    assert "Còn 9 mã khôi phục" in text
    again = strict.browser()
    await again.sign_in("lan")
    status, _ = await _enter(again, codes[3])
    assert status == 401


async def test_ten_wrong_numbers_lock_the_account_but_not_a_browser_that_is_known(
    strict, clock
) -> None:
    known, secret, _ = await _set_up(strict, clock)
    thief = strict.browser()
    await thief.sign_in("lan")
    for _ in range(10):
        clock.forward(60)
        status, text = await _enter(thief, "000000")

    assert "tạm khoá" in text
    clock.forward(60)
    status, text = await strict.browser().sign_in("lan")
    assert (status, "tạm khoá" in text) == (401, True)
    await known.post("/console/logout")
    _, text = await known.sign_in("lan")
    assert "Nhập mã xác thực" in text
    _, text = await _enter(known, pyotp.TOTP(secret).at(clock()))
    assert "Nhận phiếu gấp nhất" in text


async def test_a_new_phone_needs_the_password_and_ends_the_other_sessions(strict, clock) -> None:
    browser, old, _ = await _set_up(strict, clock)
    clock.forward(60)
    other = strict.browser()
    await other.sign_in("lan")
    await _enter(other, pyotp.TOTP(old).at(clock()))
    _, text = await browser.get("/console/factor/set")
    number = pyotp.TOTP(_secret_on(text)).at(clock())

    status, text = await browser.post("/console/factor/set", number=number, current="sai")
    assert (status, "chưa đúng" in text) == (422, True)
    _, text = await browser.post(
        "/console/factor/set", number=number, current="thuyen giay mua he xanh"
    )

    assert len(_codes_on(text)) == CODES
    _, text = await other.get("/console")
    assert "Phiên làm việc đã hết" in text
    clock.forward(60)
    fresh = strict.browser()
    await fresh.sign_in("lan")
    status, _ = await _enter(fresh, pyotp.TOTP(old).at(clock()))
    assert status == 401


async def test_new_recovery_codes_replace_the_old(strict, clock) -> None:
    browser, _, old = await _set_up(strict, clock)

    _, text = await browser.post("/console/account/codes", current="thuyen giay mua he xanh")

    assert len(_codes_on(text)) == CODES
    assert not set(old) & set(_codes_on(text))


async def test_an_administrator_resets_a_lost_phone_with_a_reason(console, clock) -> None:
    lan = await console.signed_in(Role.OPERATOR, "lan")
    _, text = await lan.get("/console/factor/set")
    await lan.post("/console/factor/set", number=pyotp.TOTP(_secret_on(text)).at(clock()))
    admin = await console.signed_in(Role.ADMINISTRATOR)
    found = await users.find_user(console.service.store, "lan")
    page = f"/console/users/{found.user.id}"

    status, text = await admin.post(f"{page}/factor", reason="")
    assert (status, "wrong" in text) == (422, True)
    _, text = await admin.post(f"{page}/factor", reason="mat dien thoai, da gap mat")

    assert "Đã đặt lại" in text
    _, text = await lan.get("/console")
    assert "Phiên làm việc đã hết" in text
    (event,) = [
        each
        for each in await events.events_after(console.service.store, 0)
        if each.kind == "second_factor_reset"
    ]
    assert event.detail == {"user": found.user.id}
    assert "mat dien thoai" not in repr(event)


async def test_on_loopback_a_password_is_enough_and_a_second_factor_may_be_had(console) -> None:
    browser = await console.signed_in(Role.OPERATOR)

    _, text = await browser.get("/console/account")

    assert "không bắt buộc" in text
    assert "/console/factor/set" in text


async def test_a_password_that_is_changed_keeps_the_second_factor_of_this_browser(
    strict, clock
) -> None:
    browser, _, _ = await _set_up(strict, clock)
    new = "bon tu khong lien quan"

    _, text = await browser.post(
        "/console/password", current="thuyen giay mua he xanh", new=new, again=new
    )

    assert "Đã lưu mật khẩu mới" in text


def test_a_phone_may_run_half_a_minute_fast_or_slow(clock) -> None:
    totp = pyotp.TOTP(_SECRET)
    this = totp.timecode(clock())

    for drift, expected in ((-2, None), (-1, this - 1), (0, this), (1, this + 1), (2, None)):
        assert step_of(_SECRET, totp.generate_otp(this + drift), clock()) == expected
    assert step_of(_SECRET, "12345", clock()) is None


def test_the_picture_needs_no_script_no_style_and_no_other_host() -> None:
    picture = qr_code(_SECRET, "lan")

    assert picture.startswith("<svg")
    assert not re.search(r"style=|<script|href|url\(", picture)
