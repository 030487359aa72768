"""The command palette and the keyboard map in Chromium, by keyboard alone and on a phone."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from intake.console.keymap import KEYS, LISTED, keymap_json
from intake.console.render import STATIC_FOLDER
from intake.permissions import Role
from storage import tickets
from tests.intake.console.browser import Screen, open_screen, violations

TEMPLATES = Path(STATIC_FOLDER).parent / "templates"


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


def test_a_key_does_one_thing() -> None:
    keys = [key.keys for key in KEYS]

    assert len(set(keys)) == len(keys)
    assert {each["keys"] for each in json.loads(keymap_json())} <= set(keys)


def test_a_key_presses_what_some_page_has() -> None:
    pages = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    wanted = {
        name
        for key in LISTED
        for name in re.findall(r"#([a-z-]+)", key.press)
        if not name.startswith(("nav-", "saved-"))
    }

    assert {name for name in wanted if f'id="{name}"' not in pages} == set()


@pytest.mark.browser
async def test_pages_tickets_and_acts_are_reached_by_keyboard_alone(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("ban giao")
    await expect(page.locator("#palette-list li").first).to_have_text("Bàn giao ca")
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/handover")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("an phú hôm nay")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/find?q=*")
    await expect(page.locator(".found")).to_contain_text(ticket.number)
    await page.click(".found a")
    await page.wait_for_selector("#claim-form")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("nhan phieu dang")
    await page.keyboard.press("Enter")

    await expect(page.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")


@pytest.mark.browser
async def test_on_a_phone_the_palette_is_a_menu(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan", width=390, height=844)

    await page.click("[data-open='palette']")
    await expect(page.locator("#palette")).to_be_visible()
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.fill("#palette-box", ticket.number[-3:])
    await page.locator("#palette-list li", has_text=ticket.number).click()

    await page.wait_for_url(f"**/console/tickets/{ticket.number}")
    assert (await tickets.queue(console.service.store))[0].ticket.holder_id is None
