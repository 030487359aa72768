"""Mẫu số 01 in Chromium on a phone: filled in, taken over, printed; axe finds nothing."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from intake.permissions import Role
from storage.tickets import forms
from tests.intake.console.browser import Screen, open_screen, violations
from tests.intake.console.tickets.test_form01 import TOLD

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


async def _is_wider_than_it_looks(page: Page) -> bool:
    width: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width > 0


async def test_the_form_is_filled_in_on_a_phone_and_printed(console, screen) -> None:
    ticket = await console.rows.report(facts=TOLD)
    await console.rows.join("lan", Role.SUPERVISOR, name="Lan")
    page = await screen.signed_in("lan", **PHONE)
    await page.goto(screen.address(f"/console/tickets/{ticket.number}?pane=case"))

    await page.click("#act-form01 > summary")
    await page.fill("#form01-child_now", "Ở nhà dì, ấp Mỹ Thuận")
    await page.fill("#form01-child_state", "Khóc, chưa ăn từ sáng")
    assert await violations(page) == []
    assert not await _is_wider_than_it_looks(page)
    await page.click("button[name=take][value=child_age]")

    await expect(page.locator("#form-01")).to_contain_text("Ở nhà dì, ấp Mỹ Thuận")
    kept = await forms.form_of(console.service.store, ticket.id)
    assert kept.fields["child_age"] == "9"

    await page.goto(screen.address(f"/console/tickets/{ticket.number}/print"))
    assert await violations(page) == []
    assert not await _is_wider_than_it_looks(page)
    paper = await page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
