"""Clocks, checklist and numbers in Chromium: on a phone, by keyboard, live, told once."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from intake.clock_watch import follow
from intake.permissions import Role
from intake.timekeeper import Timekeeper
from nlu.labels import Urgency
from tests.intake.console.browser import Screen, open_screen, violations

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


async def _run_out(console) -> None:
    """The clocks are set, and what is due is told."""
    while not await follow(console.service):
        pass
    keeper = Timekeeper(console.service, "test")
    while await keeper.run_due():
        pass


async def _is_wider_than_it_looks(page: Page) -> bool:
    width: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width > 0


async def test_a_step_is_written_down_on_a_phone_by_keyboard(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    page = await screen.signed_in("lan", **PHONE)
    await page.goto(screen.address(f"/console/tickets/{ticket.number}?pane=case"))

    await page.focus("#act-step summary")
    await page.keyboard.press("Enter")
    await page.focus("#step-agency")
    await page.keyboard.type("Tổng đài")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Gọi")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Đã nhận")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator("#steps")).to_contain_text("Tổng đài 111")
    await expect(page.locator("#clock-forwarded")).to_contain_text("Đã làm")
    assert not await _is_wider_than_it_looks(page)


async def test_an_item_is_ticked_on_a_phone_and_nobody_is_shut_out(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    page = await screen.signed_in("lan", **PHONE)
    await page.goto(screen.address(f"/console/tickets/{ticket.number}?pane=case"))

    await page.get_by_role("button", name="Lúc này trẻ có an toàn không?").click()

    await expect(page.locator("#check-safe_now")).to_contain_text("Lan ·")
    assert await violations(page) == []
    assert not await _is_wider_than_it_looks(page)


async def test_the_time_left_counts_down_by_itself(console, screen, clock) -> None:
    ticket = await console.rows.report()
    clock.forward(3595)
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")

    await page.goto(screen.address(f"/console/tickets/{ticket.number}?pane=case"))

    left = page.locator("#clock-forwarded time")
    await expect(left).to_contain_text("quá hạn", timeout=10_000)


@pytest.mark.parametrize(("width", "height", "scheme"), [(390, 844, "dark"), (1440, 900, "light")])
async def test_the_page_of_numbers_has_no_violation(
    console, screen, clock, width: int, height: int, scheme: str
) -> None:
    for urgency in Urgency:
        await console.rows.report(urgency=urgency)
    clock.forward(3700)
    await _run_out(console)
    await console.rows.join("minh", Role.SUPERVISOR)
    page = await screen.signed_in("minh", width=width, height=height, color_scheme=scheme)

    await page.goto(screen.address("/console/now"))
    await page.wait_for_selector("#breaches .notice:not([hidden])")

    assert await violations(page) == []
    assert not await _is_wider_than_it_looks(page)


async def test_the_numbers_follow_what_happens(console, screen) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.goto(screen.address("/console/now"))
    await expect(page.locator("html")).to_have_attribute("data-link", "ok")

    await console.rows.report(urgency=Urgency.CRITICAL)

    row = page.locator("#now-standing tbody tr").first
    await expect(row.locator("td").first).to_have_text("1")


async def test_a_supervisor_is_told_once_and_without_a_sound(console, screen, clock) -> None:
    ticket = await console.rows.report()
    clock.forward(3590)
    await console.rows.join("minh", Role.SUPERVISOR)
    page = await screen.signed_in("minh")
    await expect(page.locator("html")).to_have_attribute("data-link", "ok")

    clock.forward(20)
    await _run_out(console)

    await expect(page.locator("#breaches-count")).to_have_text("2")
    await expect(page.locator("#announcer")).to_contain_text(ticket.number)
    await expect(page.locator("html")).to_have_attribute("data-alarm", "quiet")
    await page.click("#breaches-seen")
    await expect(page.locator("#breaches .notice")).to_be_hidden()
    await page.goto(screen.address("/console/now"))
    await page.wait_for_selector("#breaches[data-asked] .notice", state="attached")
    await expect(page.locator("#breaches .notice")).to_be_hidden()
