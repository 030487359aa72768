"""What changes while a page is open, in Chromium: seen and heard at once, disturbing nobody."""

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from tests.intake.console.browser import Screen, open_screen

pytestmark = pytest.mark.browser
CRITICAL = {
    "kind": Intent.DROWNING_EMERGENCY,
    "urgency": Urgency.CRITICAL,
    "danger": Danger.DROWNING,
}


@pytest.fixture
async def screen(console) -> AsyncIterator[Screen]:
    async with open_screen(console) as opened:
        yield opened


async def test_a_critical_ticket_is_seen_and_heard_within_a_second(console, screen) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await expect(page.locator("html")).to_have_attribute("data-link", "ok")
    await expect(page.locator("html")).to_have_attribute("data-sound", "on")

    began = time.monotonic()
    ticket = await console.rows.report(**CRITICAL)
    await page.wait_for_selector(f"#card-{ticket.number}.rings")
    await page.wait_for_selector("html[data-alarm=ringing]")
    took = time.monotonic() - began

    assert took <= 1.0
    await page.wait_for_function("document.title.startsWith('(!) ')")
    await expect(page.locator("#shouter")).to_contain_text(ticket.number)


async def test_the_alarm_stops_everywhere_when_somebody_claims(console, screen) -> None:
    ticket = await console.rows.report(**CRITICAL)
    user_id = await console.rows.join("minh", Role.OPERATOR, name="Minh")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await expect(page.locator("html")).to_have_attribute("data-alarm", "ringing")

    await tickets.claim_ticket(
        console.service.store, ticket.id, user_id=user_id, now=console.service.clock()
    )

    await expect(page.locator("html")).to_have_attribute("data-alarm", "quiet")
    await expect(page.locator(f"#card-{ticket.number}")).to_contain_text("Minh giữ")
    assert not (await page.title()).startswith("(!)")


async def test_the_alarm_also_reaches_a_page_without_a_queue(console, screen) -> None:
    await console.rows.join("hoa", Role.SUPERVISOR)
    page = await screen.signed_in("hoa")
    await page.click("#more-pages > summary")
    await page.click("#nav-health")
    await page.wait_for_selector("#main h1")
    await expect(page.locator("html")).to_have_attribute("data-sound", "on")

    await console.rows.report(**CRITICAL)

    await expect(page.locator("html")).to_have_attribute("data-alarm", "ringing")


async def test_a_live_message_disturbs_nobody_who_types(console, screen) -> None:
    ticket = await console.rows.report(account="same")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.goto(screen.address(f"/console/tickets/{ticket.number}"))
    await page.keyboard.press("c")
    await expect(page.locator("#reply")).to_be_visible()
    await page.click("#act-urgency summary")
    await page.fill("#urgency-reason", "đang viết lý do")
    await page.fill("#reply", "đang viết dở")

    await console.rows.report("con nghe tiếng động", account="same")

    await expect(page.locator("#thread")).to_contain_text("con nghe tiếng động")
    await expect(page.locator("#reply")).to_have_value("đang viết dở")
    await expect(page.locator("#reply")).to_be_focused()
    await expect(page.locator("#urgency-reason")).to_have_value("đang viết lý do")


async def test_a_lost_connection_is_said(console, screen) -> None:
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await expect(page.locator("html")).to_have_attribute("data-link", "ok")

    await console.server.close()

    await expect(page.locator("html")).to_have_attribute("data-link", "lost")
    await expect(page.locator(".link-lost")).to_be_visible()
    await page.context.close()
    screen.faults.clear()


async def test_the_end_of_a_session_leads_to_the_log_in_by_itself(console, screen, clock) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.goto(screen.address(f"/console/tickets/{ticket.number}"))
    await expect(page.locator("html")).to_have_attribute("data-link", "ok")

    clock.forward(13 * 3600)
    await console.rows.report()

    await page.wait_for_url("**/console/login?said=expired")
    await expect(page.locator("main")).to_contain_text("Chuông báo trên máy này không còn kêu")


async def test_after_a_walk_to_another_ticket_its_own_news_arrive(console, screen) -> None:
    first = await console.rows.report(account="first")
    other = await console.rows.report(account="other")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    for ticket in (first, other):
        await page.click(f"#card-{ticket.number} a")
        await page.wait_for_selector(f"#ticket[data-number={ticket.number}]")

    await console.rows.report("tin của phiếu đầu", account="first")
    await console.rows.report("tin của phiếu sau", account="other")

    await expect(page.locator("#thread")).to_contain_text("tin của phiếu sau")
    await expect(page.locator("#thread")).not_to_contain_text("tin của phiếu đầu")


async def test_who_reads_the_newest_message_goes_on_reading_it(console, screen) -> None:
    for number in range(30):
        ticket = await console.rows.report(f"tin số {number}", account="same")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.keyboard.press("n")
    await page.wait_for_selector("#reply")
    await page.fill("#reply", "Cô nghe con đây")

    await page.keyboard.press("Control+Enter")
    await console.rows.report("tin mới nhất", account="same")

    await expect(page.locator("#thread")).to_contain_text("tin mới nhất")
    await expect(page.locator(".bubble").last).to_be_in_viewport(ratio=0.9)
    await page.wait_for_url(f"**/console/tickets/{ticket.number}")


async def test_what_is_being_read_stays_where_it_is(console, screen) -> None:
    for number in range(30):
        ticket = await console.rows.report(f"tin số {number}", account="same")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.goto(screen.address(f"/console/tickets/{ticket.number}"))
    await page.wait_for_function("document.getElementById('thread').scrollTop > 100")
    await page.evaluate("document.getElementById('thread').scrollTop = 200")

    await console.rows.report("tin mới nhất", account="same")

    await expect(page.locator("#thread")).to_contain_text("tin mới nhất")
    assert await page.evaluate("document.getElementById('thread').scrollTop") == 200
    await expect(page.locator("#new-below")).to_be_visible()
    await page.click("#new-below")
    await expect(page.locator("#new-below")).to_be_hidden()
