"""The console as an operator uses it, in Chromium: by keyboard, on a phone, and without scripts."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.talks import threads
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
    await page.wait_for_url(f"**/console/tickets/{ticket.number}")
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
    await page.wait_for_url("**/console")


async def test_a_hasty_walk_away_ends_where_it_was_meant_to(console, screen) -> None:
    ticket = await console.rows.report()
    await console.rows.join("lan", Role.OPERATOR)
    page = await screen.signed_in("lan")
    await page.goto(screen.address(f"/console/tickets/{ticket.number}"))

    async def slowly(route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await page.route("**/claim", slowly)
    for key in ("c", "g", "q"):
        await page.keyboard.press(key)

    await page.wait_for_url("**/console")
    await expect(page.locator("#ticket")).to_have_count(0)
    await expect(page.locator(f"#card-{ticket.number}")).to_contain_text("Bạn giữ")


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
