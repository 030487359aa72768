"""The pages of accounts and audit in Chromium, on a phone: usable, whole, accessible."""

import pyotp
import pytest
from playwright.async_api import Page

from intake.permissions import Role
from storage.accounts import audit
from tests.intake.console.browser import Screen, open_screen, violations

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


async def _fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(
        await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    )


async def _check(page: Page) -> None:
    assert await _fits(page), page.url
    assert await violations(page) == [], page.url


async def _open(page: Page, screen: Screen, path: str) -> None:
    await page.goto(screen.address(path))
    await page.wait_for_load_state("load")
    await _check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_second_factor_is_set_up_and_asked_for_on_a_phone(
    console, clock, scheme: str
) -> None:
    await console.rows.join("lan", Role.OPERATOR, name="Nguyễn Thị Lan")
    async with open_screen(console) as screen:
        page = await screen.signed_in("lan", **PHONE, color_scheme=scheme)
        await _open(page, screen, "/console/factor/set")
        await page.click("details summary:has-text('Không quét được')")
        secret = (await page.inner_text(".set-steps .key")).replace(" ", "")
        await page.fill("#f-number", "000000")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#problems")
        await _check(page)
        await page.fill("#f-number", pyotp.TOTP(secret).at(clock()))
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#codes")
        await _check(page)
        assert await page.is_visible("[data-print]")
        await page.click("text=Tôi đã cất mã")
        await page.wait_for_selector("#top")

        clock.forward(60)
        other = await screen.page(**PHONE, color_scheme=scheme)
        await other.goto(screen.address("/console/login"))
        await other.fill("#f-login", "lan")
        await other.fill("#f-password", "thuyen giay mua he xanh")
        await other.keyboard.press("Enter")
        await other.wait_for_selector("#f-number")
        await _check(other)
        await other.fill("#f-number", pyotp.TOTP(secret).at(clock()))
        await other.keyboard.press("Enter")
        await other.wait_for_selector("#top")
        await _open(other, screen, "/console/account")
        await other.click("text=Đăng xuất mọi nơi khác")
        await other.wait_for_selector("text=Đã đăng xuất mọi nơi khác")
        await _check(other)


async def test_somebody_is_invited_and_joins_on_a_phone(console) -> None:
    await console.rows.join("sep", Role.ADMINISTRATOR, name="Quản trị Hoa")
    async with open_screen(console) as screen:
        admin = await screen.signed_in("sep", **PHONE)
        await _open(admin, screen, "/console/invitations")
        await admin.fill("#f-name", "Trần Văn Minh")
        await admin.keyboard.press("Enter")
        await admin.wait_for_selector("#link-made")
        await _check(admin)
        link = await admin.inner_text("#link-made .key")

        guest = await screen.page(**PHONE)
        address = f"{screen.address('/console/invitation')}#{link.partition('#')[2]}"
        await guest.goto(address)
        await guest.wait_for_selector("#f-login")
        assert "#" not in guest.url
        await _check(guest)
        await guest.fill("#f-login", "minh.tran")
        for field in ("#f-new", "#f-again"):
            await guest.fill(field, "thuyen giay mua he xanh")
        await guest.keyboard.press("Enter")
        await guest.wait_for_selector("#top")
        await guest.goto(address)
        await guest.wait_for_selector("h1:has-text('đã được dùng')")
        await _check(guest)
        await _open(admin, screen, "/console/users")


async def test_a_role_is_made_with_the_keyboard_and_a_mixed_one_is_refused_with_its_reason(
    console,
) -> None:
    await console.rows.join("sep", Role.ADMINISTRATOR)
    async with open_screen(console) as screen:
        page = await screen.signed_in("sep", **PHONE)
        await _open(page, screen, "/console/roles/new")
        await page.focus("#f-name")
        await page.keyboard.type("Thực tập")
        for name in ("read_ticket", "manage_users"):
            await page.focus(f"input[value={name}]")
            await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#problems")
        assert "không ai kiểm soát nổi" in await page.inner_text("#problems")
        assert await page.input_value("#f-name") == "Thực tập"
        await _check(page)
        await page.uncheck("input[value=manage_users]")
        await page.click("text=Lưu vai trò")
        await page.wait_for_selector("#said")
        await _check(page)
        await page.click("a:has-text('Thực tập')")
        await page.wait_for_selector("text=Xoá vai trò này")
        await _check(page)


async def test_the_audit_is_searched_on_a_phone(console, clock) -> None:
    ticket = await console.rows.report()
    await console.rows.join("soi", Role.AUDITOR, name="Kiểm tra viên Mai")
    await audit.keep_head(console.service.store, "2026-11-23", now=clock())
    async with open_screen(console) as screen:
        page = await screen.signed_in("soi", **PHONE)
        await _open(page, screen, "/console/audit")
        await page.fill("#f-number", ticket.number)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**number=PT-*")
        assert await page.locator(".events tbody tr").count() == 1
        await _check(page)
        await page.click("button:has-text('Kiểm tra chuỗi')")
        await page.wait_for_selector("#chain")
        await _check(page)
