"""A ticket goes from one open browser to another; nobody reloads anything."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.accounts import users
from tests.intake.console.browser import Screen, open_screen

pytestmark = pytest.mark.browser
NOTE = "Gọi lại cho cô giáo trước 17 giờ"


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


async def test_a_ticket_passed_on_is_seen_and_taken_without_a_reload(console, screen) -> None:
    ticket = await console.rows.report(urgency=Urgency.HIGH)
    for login in ("lan", "minh"):
        await console.rows.join(login, Role.OPERATOR, name=login.title())
    lan, minh = await screen.signed_in("lan"), await screen.signed_in("minh")
    await lan.goto(screen.address(f"/console/tickets/{ticket.number}"))
    await lan.keyboard.press("c")
    await expect(lan.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")

    await lan.click("#act-transfer > summary")
    await lan.select_option("#transfer-to", label="Minh")
    await lan.fill("#transfer-reason", NOTE)
    await lan.click("#act-transfer form button")
    await expect(lan.locator("#offer")).to_contain_text("Lan đang chờ Minh nhận phiếu này")

    offered = minh.get_by_role("link", name=f"{ticket.number} được chuyển cho bạn")
    await offered.click()
    await expect(minh.locator("#offer")).to_contain_text(NOTE)
    await minh.locator("#main").focus()
    await minh.keyboard.press("a")
    await expect(minh.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")

    await expect(lan.locator("#holder")).to_contain_text("Minh đang giữ")
    await expect(lan.locator("#offer")).to_have_count(0)
    await expect(lan.locator("#queue .card-holder")).to_have_text("Minh giữ")
    (row,) = await tickets.queue(console.service.store)
    found = await users.find_user(console.service.store, "minh")
    assert found is not None
    assert row.ticket.holder_id == found.user.id
