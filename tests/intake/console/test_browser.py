"""The console as an operator uses it, in Chromium: by keyboard, live, and without scripts."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import threads, tickets
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


async def test_from_log_in_to_reply_by_keyboard_alone(console, screen) -> None:
    ticket = await console.rows.report(**CRITICAL)
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    page = await screen.signed_in("lan")

    await page.keyboard.press("n")
    await expect(page.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")
    await page.keyboard.press("r")
    await page.keyboard.type("Cô là cán bộ. Con đứng xa mép nước nhé, n c r ?")
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".bubble.operator")).to_contain_text("Con đứng xa mép nước nhé")
    await expect(page.locator("#reply")).to_have_value("")
    assert page.url.endswith(f"/console/tickets/{ticket.number}")
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    assert entries[-1].body["text"] == "Cô là cán bộ. Con đứng xa mép nước nhé, n c r ?"


async def test_the_other_keys_do_what_the_help_says(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")

    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#help")).to_be_hidden()
    await page.keyboard.press("/")
    await page.keyboard.type("1")
    await page.keyboard.press("Enter")
    await expect(page.locator("#ticket")).to_have_attribute("data-number", ticket.number)
    await page.keyboard.press("Escape")
    await page.keyboard.press("c")
    await expect(page.locator("#holder")).to_contain_text("Bạn đang giữ phiếu này")
    await page.keyboard.press("g")
    await page.keyboard.press("q")
    await expect(page.locator("#ticket")).to_have_count(0)
    assert page.url.endswith("/console")


async def test_single_letters_can_be_switched_off(console, screen) -> None:
    await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")

    await page.keyboard.press("?")
    await page.uncheck("#keys-on")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.wait_for_timeout(200)

    assert (await tickets.queue(console.service.store))[0].ticket.holder_id is None


async def test_two_browsers_claim_at_once_and_both_know_who_has_it(console, screen) -> None:
    ticket = await console.rows.report()
    pages = []
    for login in ("lan", "minh"):
        await console.rows.join(login, Role.OPERATOR, name=login.title())
        page = await screen.signed_in(login)
        await page.goto(screen.address(f"/console/tickets/{ticket.number}"))
        pages.append(page)

    await asyncio.gather(*(page.keyboard.press("c") for page in pages))

    for page in pages:
        await expect(page.locator("#said")).to_be_visible()
    said = [await page.locator("#holder").inner_text() for page in pages]
    assert sorted("Bạn đang giữ" in each for each in said) == [False, True]
    winner = "Lan" if "Bạn đang giữ" in said[0] else "Minh"
    loser = pages[1] if winner == "Lan" else pages[0]
    await expect(loser.locator("#said")).to_contain_text(f"{winner} đã nhận phiếu này trước bạn")


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


async def test_an_impatient_hand_sends_once(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.keyboard.press("n")
    await page.wait_for_selector("#reply")
    await page.fill("#reply", "Cô nghe con đây")

    for _ in range(3):
        await page.keyboard.press("Control+Enter")

    await expect(page.locator(".bubble.operator")).to_have_count(1)
    entries = await threads.thread(console.service.store, ticket.conversation_id)
    assert [entry.body.get("text") for entry in entries].count("Cô nghe con đây") == 1


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


async def test_a_draft_survives_a_walk_through_other_tickets(console, screen) -> None:
    first = await console.rows.report()
    other = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.click(f"#card-{first.number} a")
    await page.wait_for_selector(f"#ticket[data-number={first.number}]")
    await page.keyboard.press("c")
    await page.fill("#reply", "đang viết dở")

    await page.click(f"#card-{other.number} a")
    await page.wait_for_selector(f"#ticket[data-number={other.number}]")
    await page.go_back()
    await page.wait_for_selector(f"#ticket[data-number={first.number}]")

    await expect(page.locator("#reply")).to_have_value("đang viết dở")
    kept = await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "đang viết dở" not in kept
    assert "đánh" not in kept


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


async def test_without_scripts_one_can_read_claim_and_write(console, screen) -> None:
    ticket = await console.rows.report("con bị đánh")
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan", java_script_enabled=False)

    await page.click(f"#card-{ticket.number} a")
    await page.click("#claim-form button")
    await page.fill("#reply", "Cô nghe con đây")
    await page.click("#reply-form button")

    await expect(page.locator(".bubble.operator")).to_contain_text("Cô nghe con đây")
    await expect(page.locator("noscript")).to_have_count(1)


async def test_on_a_phone_one_pane_shows_at_a_time(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan", width=390, height=844)

    await page.click(f"#card-{ticket.number} a")
    await expect(page.locator("#talk-pane")).to_be_visible()
    await expect(page.locator("#queue-pane")).to_be_hidden()
    await page.click(".tabs a[data-show=case]")
    await expect(page.locator("#case-pane")).to_be_visible()
    await expect(page.locator("#talk-pane")).to_be_hidden()
    await page.click(".tabs a[data-show=queue]")
    await expect(page.locator("#queue-pane")).to_be_visible()


async def test_only_a_ringing_card_moves_and_nothing_where_motion_is_unwanted(
    console, screen
) -> None:
    ticket = await console.rows.report(**CRITICAL)
    await console.rows.join("lan", Role.OPERATOR)
    moving = "document.getAnimations().map((each) => each.effect.target.id)"

    page = await screen.signed_in("lan")
    assert await page.evaluate(moving) == [f"card-{ticket.number}"]
    page = await screen.signed_in("lan", reduced_motion="reduce")
    assert await page.evaluate(moving) == []
