"""Taking a call in Chromium: by keyboard alone, on a phone, through a reload and a lost line."""

import asyncio
import os
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from intake.permissions import Role
from nlu.labels import Danger, Urgency
from storage import tickets
from storage.calls import drafts
from tests.intake.console.browser import Screen, open_screen, violations
from tests.intake.console.conftest import Console
from tests.intake.console.listening import listening, parts

__all__ = ["listening", "parts"]
pytestmark = pytest.mark.browser
NOTES = "Con bé 7 tuổi nhà bên đang bị cha dượng cầm dao rượt, ở gần chợ Văn Giáo"


@pytest.fixture
def console(listening: Console) -> Console:
    return listening


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


async def _taking(console, screen, **options) -> Page:
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    page = await screen.signed_in("lan", **options)
    await page.keyboard.press("t")
    await page.wait_for_selector("#call-form")
    return page


def _call(page: Page) -> str:
    return page.url.rsplit("/", 1)[1].split("?")[0]


async def test_a_critical_call_is_taken_by_keyboard_alone(console, screen) -> None:
    page = await _taking(console, screen)

    await page.keyboard.press("Space")
    await page.keyboard.press("F2")
    await expect(page.locator("#call-opened")).to_contain_text("đã mở")
    await page.focus("#c-notes")
    await page.keyboard.type(NOTES)
    await expect(page.locator("#call-heard .badge")).to_contain_text("Khẩn cấp")
    await expect(page.locator("#call-offered")).to_contain_text("Xã An Cư")
    await page.keyboard.press("Alt+1")
    await expect(page.locator("#c-commune")).to_have_value("30526")
    await page.keyboard.press("Control+Enter")

    await page.wait_for_url("**/console/tickets/PT-*")
    await expect(page.locator("#thread")).to_contain_text(NOTES)
    await expect(page.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")
    (row,) = await tickets.queue(console.service.store)
    assert (row.ticket.urgency, row.ticket.danger) == (Urgency.CRITICAL, Danger.ATTACK)
    assert row.ticket.commune_code == "30526"


async def test_what_is_typed_is_saved_at_once_and_stands_after_a_reload(console, screen) -> None:
    page = await _taking(console, screen)

    await page.fill("#c-notes", "Cháu gọi, khóc, chưa nói gì")
    await page.fill("#c-where", "chợ Ba Chúc")
    await page.check("[name='danger'][value='unknown']")
    await expect(page.locator("#call-saved")).to_have_text(re.compile(r"Đã lưu \d\d:\d\d:\d\d"))
    await page.reload()

    await expect(page.locator("#c-notes")).to_have_value("Cháu gọi, khóc, chưa nói gì")
    await expect(page.locator("#c-where")).to_have_value("chợ Ba Chúc")
    assert await page.is_checked("[name='danger'][value='unknown']")


async def test_a_lost_line_is_said_loudly_and_nothing_typed_is_lost(console, screen) -> None:
    page = await _taking(console, screen)
    await page.context.route("**/draft", lambda route: route.abort())

    await page.fill("#c-notes", "Chữ quan trọng")
    await expect(page.locator("#call-lost")).to_contain_text("CHƯA LƯU ĐƯỢC")
    await expect(page.locator("#c-notes")).to_have_value("Chữ quan trọng")
    await page.context.unroute("**/draft")

    await expect(page.locator("#call-saved")).to_contain_text("Đã lưu")
    await expect(page.locator("#call-lost")).to_be_hidden()
    draft = await drafts.draft(console.service.store, _call(page))
    assert draft is not None
    assert draft.fields["notes"] == "Chữ quan trọng"
    screen.faults.clear()  # the browser notes each request that we cut


async def test_a_session_that_ended_is_said_and_the_words_go_out_after_a_new_log_in(
    console, screen
) -> None:
    page = await _taking(console, screen)
    other = await page.context.new_page()
    await other.goto(screen.address("/console"))
    await other.click("#account summary")
    await other.click("text=Đăng xuất")
    await other.wait_for_url("**/console/login*")

    await page.fill("#c-notes", "Sau khi phiên hết")
    await expect(page.locator("#call-lost")).to_contain_text("phiên đã hết")
    await other.fill("#f-login", "lan")
    await other.fill("#f-password", "thuyen giay mua he xanh")
    await other.keyboard.press("Enter")
    await other.wait_for_selector("#top")

    await expect(page.locator("#call-saved")).to_contain_text("Đã lưu", timeout=15_000)
    draft = await drafts.draft(console.service.store, _call(page))
    assert draft is not None
    assert draft.fields["notes"] == "Sau khi phiên hết"


async def test_walking_away_keeps_the_last_word_and_another_call_begins_empty(
    console, screen
) -> None:
    page = await _taking(console, screen)
    first = _call(page)
    await page.fill("#c-notes", "Chữ cuối")
    await page.select_option("#c-child_sex", "girl")

    await page.click("#call-link")
    await expect(page.locator("#call-form")).not_to_have_attribute("data-call", first)

    await expect(page.locator("#c-notes")).to_have_value("")
    await expect(page.locator("#c-child_sex")).to_have_value("")
    draft = await drafts.draft(console.service.store, first)
    assert draft is not None
    assert draft.fields == {
        "notes": "Chữ cuối",
        "child_sex": "girl",
        "channel": "phone",
        "holder": "me",
    }


async def test_one_key_counts_a_silent_call_and_another_takes_it_back(console, screen) -> None:
    page = await _taking(console, screen)

    await page.keyboard.press("F6")
    await page.wait_for_url("**/console/calls/counted/*")
    await expect(page.locator("#said")).to_contain_text("Đã đếm")
    await expect(page.locator("[value='silent'] .count")).to_contain_text("1")
    await page.click("#undo-form button")

    await expect(page.locator("#said")).to_contain_text("Đã hoàn tác")


async def test_enter_in_a_field_goes_on_and_opens_nothing(console, screen) -> None:
    page = await _taking(console, screen)

    await page.fill("#c-where", "chợ Ba Chúc")
    await page.keyboard.press("Enter")

    await expect(page.locator("#c-commune")).to_be_focused()
    await asyncio.sleep(0)
    assert await tickets.queue(console.service.store) == ()


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(390, 844, "dark"), (768, 1024, "light"), (1440, 900, "light")]
)
async def test_the_screen_is_for_everybody(
    console, screen, width: int, height: int, scheme: str
) -> None:
    page = await _taking(console, screen, width=width, height=height, color_scheme=scheme)
    await page.fill("#c-notes", NOTES)
    await page.wait_for_selector("#call-offered")

    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await _picture(page, f"call-{width}-{scheme}")
    await page.keyboard.press("F4")
    await page.wait_for_url("**/console/tickets/PT-*")
    assert await violations(page) == []
    await _picture(page, f"ticket-{width}-{scheme}")
    await page.goto(screen.address("/console/calls"))
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await _picture(page, f"calls-{width}-{scheme}")


async def _picture(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("LANGNGHE_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)
