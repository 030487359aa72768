"""The page in Chromium, used as a frightened child would use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from bot.channels.codec import outbound_to_json
from bot.channels.contract import OutboundMessage
from bot.channels.web import NAME
from intake.chat.page import HARMLESS_PAGE
from intake.chat.session import SessionSeal
from intake.service import Service
from storage.rows import NewOutbound
from storage.talks.contacts import find_conversation
from storage.words import speech
from tests.conftest import Clock
from tests.intake.chat.conftest import chat_app

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
HAS_AXE = AXE.exists()
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "vi-VN"}
DROWNING = "cuu voi ban con rot xuong kinh chim roi"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not HAS_CHROMIUM:
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def server(service: Service) -> AsyncIterator[TestServer]:
    server = TestServer(chat_app(service))
    await server.start_server()
    yield server
    await server.close()


@asynccontextmanager
async def phone(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(**{**PHONE, **options})
    context.set_default_timeout(8000)
    await context.route(HARMLESS_PAGE, _harmless)
    yield context
    await context.close()


async def _harmless(route: Route) -> None:
    await route.fulfill(
        body="<title>Tin</title><p>Thời tiết hôm nay</p>", content_type="text/html; charset=utf-8"
    )


async def open_page(context: BrowserContext, server: TestServer) -> Page:
    page = await context.new_page()
    await page.goto(str(server.make_url("/chat/")))
    await expect(page.get_by_label("Tin nhắn của bạn")).to_be_visible()
    return page


async def say(page: Page, words: str) -> None:
    await page.get_by_label("Tin nhắn của bạn").fill(words)
    await page.get_by_role("button", name="Gửi", exact=True).click()


async def operator_says(page: Page, service: Service, text: str) -> None:
    cookies = await page.context.cookies()
    token = next(cookie["value"] for cookie in cookies if cookie["name"] == "s")
    session = SessionSeal(service.store.vault.signing_secret).session(token)
    assert session is not None
    conversation = await find_conversation(service.store, NAME, session.id)
    assert conversation is not None
    await speech.say(
        service.store,
        conversation_id=conversation,
        ticket_id=None,
        user_id=None,
        message=NewOutbound(body=outbound_to_json(OutboundMessage(text=text)), is_pulled=True),
        now=service.clock(),
    )


async def test_a_child_tells_of_a_drowning_and_a_person_answers_live(
    browser: Browser, server: TestServer, service: Service
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)

        await say(page, DROWNING)

        await expect(page.locator(".mine .bubble")).to_have_text(DROWNING)
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        await expect(page.locator(".urgent .bubble").first).to_contain_text("115")
        await expect(page.locator(".calls a").first).to_have_attribute("href", "tel:115")
        await expect(page.locator(".urgent .bubble").first).to_be_in_viewport()
        await expect(page.locator("#urgent")).to_contain_text("115")
        await operator_says(page, service, "Chào em, cô là cán bộ trực.")
        await expect(page.locator(".theirs").last).to_contain_text("Chào em, cô là cán bộ trực.")
        await expect(page.locator("#polite")).to_contain_text("cán bộ trực")


async def test_a_button_says_its_words_and_the_buttons_go(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await say(page, DROWNING)
        button = page.locator("#choices button").first
        label = await button.inner_text()

        await button.click()

        await expect(page.locator(".mine .bubble").last).to_have_text(label)
        await expect(page.locator(".mine .state").last).to_have_text("Đã nhận")


async def test_what_people_write_is_shown_as_text_and_never_run(
    browser: Browser, server: TestServer, service: Service
) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>alert(1)</script>"
    async with phone(browser) as context:
        page = await open_page(context, server)
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))

        await say(page, attack)
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        await operator_says(page, service, attack)

        await expect(page.locator(".mine .bubble")).to_have_text(attack)
        await expect(page.locator(".theirs .bubble").last).to_have_text(attack)
        await page.reload()
        await expect(page.locator(".mine .bubble")).to_have_text(attack)
        assert await page.locator("#thread img, #thread script").count() == 0
        assert await page.title() == "Trang thông tin"


async def test_a_reload_shows_the_talk_and_later_only_an_empty_page(
    browser: Browser, server: TestServer, clock: Clock
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await say(page, "con so lam")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        replies = await page.locator(".theirs").count()

        await page.reload()
        await expect(page.locator(".mine .bubble")).to_have_text("con so lam")
        await expect(page.locator(".theirs")).to_have_count(replies)

        await page.goto("about:blank")
        clock.forward(16 * 60)
        await page.goto(str(server.make_url("/chat/")))
        await expect(page.get_by_text("Chào bạn.")).to_be_visible()
        await expect(page.locator("#thread li")).to_have_count(0)
        await say(page, "alo")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        await expect(page.locator(".mine")).to_have_count(1)


async def leave_nothing(context: BrowserContext, page: Page, server: TestServer) -> None:
    await expect(page.get_by_text("Thời tiết hôm nay")).to_be_visible()
    assert await context.cookies() == []
    await page.go_back()
    assert "/chat" not in page.url
    await page.goto(str(server.make_url("/chat/")))
    await expect(page.locator("#thread li")).to_have_count(0)


async def test_the_quick_exit_leaves_nothing_behind(browser: Browser, server: TestServer) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await say(page, "ba con danh con")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        await page.get_by_label("Tin nhắn của bạn").fill("dang viet do")

        await page.get_by_role("link", name="Thoát nhanh").click()

        await leave_nothing(context, page, server)


async def test_shift_three_times_leaves_too_but_capitals_do_not(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await say(page, "ba con danh con")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")
        for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+D"):
            await page.keyboard.press(key)
        assert "/chat/" in page.url

        for _ in range(3):
            await page.keyboard.press("Shift")

        await leave_nothing(context, page, server)


async def test_the_quick_exit_takes_the_worker_and_its_cache_away(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        assert await page.evaluate("caches.keys()") == ["v1"]

        await page.get_by_role("link", name="Thoát nhanh").click()
        await expect(page.get_by_text("Thời tiết hôm nay")).to_be_visible()

        await page.goto(str(server.make_url("/chat/icon.svg")))
        assert await page.evaluate("caches.keys()") == []
        assert (
            await page.evaluate(
                "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
            )
            == 0
        )


async def test_without_a_network_numbers_and_steps_stay_and_words_wait(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        await server.close()

        await page.reload()

        await expect(page.locator("a.dial[href='tel:111']").first).to_be_visible()
        await page.get_by_text("Có người đuối nước").click()
        await expect(page.get_by_text("ĐỪNG nhảy xuống nước!")).to_be_visible()
        await say(page, DROWNING)
        await expect(page.locator(".mine .bubble")).to_have_text(DROWNING)
        await expect(page.locator(".mine .state")).to_contain_text("sẽ tự gửi lại")


async def test_words_typed_on_a_broken_line_are_sent_when_it_is_back(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await context.route("**/chat/api/**", lambda route: route.abort())
        await say(page, "con bi nhot")
        await say(page, "trong phong")
        await expect(page.locator(".mine .state").first).to_contain_text("sẽ tự gửi lại")
        await expect(page.locator("#banner")).to_be_visible()

        await context.unroute("**/chat/api/**")
        await page.evaluate("dispatchEvent(new Event('online'))")

        await expect(page.locator(".mine .state").last).to_have_text("Đã nhận")
        await expect(page.locator("#banner")).to_be_hidden()
        await expect(page.locator(".mine .bubble")).to_have_text(["con bi nhot", "trong phong"])
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_a_stream_that_is_blocked_is_replaced_by_asking(
    browser: Browser, server: TestServer, service: Service
) -> None:
    async with phone(browser) as context:
        await context.route("**/chat/api/stream**", lambda route: route.fulfill(status=502))
        page = await open_page(context, server)
        await say(page, "con so lam")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")

        await operator_says(page, service, "Cô đây, em.")

        await expect(page.locator(".theirs").last).to_contain_text("Cô đây, em.")


async def test_a_long_paste_becomes_several_messages(browser: Browser, server: TestServer) -> None:
    words = "em kể chị nghe chuyện này. " * 700
    async with phone(browser) as context:
        page = await open_page(context, server)

        await say(page, words)

        await expect(page.locator(".mine")).to_have_count(5)
        await expect(page.locator(".mine .state").last).to_have_text("Đã nhận")
        sent = await page.locator(".mine .bubble").all_text_contents()
        assert "".join(sent) == words
        assert max(map(len, sent)) <= 3900


async def test_a_second_tab_takes_the_talk_over(browser: Browser, server: TestServer) -> None:
    async with phone(browser) as context:
        first = await open_page(context, server)
        await say(first, "con so lam")
        await expect(first.locator(".mine .state")).to_have_text("Đã nhận")

        second = await open_page(context, server)

        await expect(second.locator(".mine .bubble")).to_have_text("con so lam")
        await expect(first.locator("#banner")).to_contain_text("một trang khác")


async def test_a_place_is_asked_for_only_when_the_talk_needs_it(
    browser: Browser, server: TestServer
) -> None:
    async with phone(
        browser, geolocation={"latitude": 10.5, "longitude": 105.1}, permissions=["geolocation"]
    ) as context:
        page = await open_page(context, server)
        share = page.get_by_role("button", name="Gửi vị trí của mình")
        await expect(share).to_have_count(0)
        await context.route("**/chat/api/messages", _ask_for_place)
        await say(page, "con o ngoai ruong")
        await expect(page.locator(".mine .state")).to_have_text("Đã nhận")

        async with page.expect_request("**/chat/api/messages") as request:
            await share.click()

        sent = (await request.value).post_data_json
        assert (sent["location"]["latitude"], sent["location"]["longitude"]) == (10.5, 105.1)
        await expect(page.locator(".mine .bubble").last).to_have_text("Vị trí của mình")
        await context.unroute_all(behavior="wait")  # an answer that is on its way is read first


async def _ask_for_place(route: Route) -> None:
    answer = await route.fetch()
    value = await answer.json()
    for reply in value["replies"]:
        reply["asks_location"] = True
    await route.fulfill(response=answer, json=value)


async def test_without_javascript_the_numbers_and_the_steps_can_be_read(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(str(server.make_url("/chat/")))

        await expect(page.locator("a.dial[href='tel:113']").first).to_be_visible()
        await page.get_by_text("Có người đuối nước").click()
        await expect(page.get_by_text("ĐỪNG nhảy xuống nước!")).to_be_visible()
        await expect(page.locator("#box")).to_be_hidden()
        await page.get_by_role("link", name="Thoát nhanh").click()
        await expect(page.get_by_text("Thời tiết hôm nay")).to_be_visible()


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_to_mend(
    browser: Browser, server: TestServer, service: Service, scheme: str
) -> None:
    if not HAS_AXE:
        pytest.skip("axe-core is not installed: npm ci in tests/")
    async with phone(browser, color_scheme=scheme) as context:
        page = await open_page(context, server)
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        await page.get_by_text("Có người đuối nước").click()
        first = await violations(page)

        await say(page, DROWNING)
        await expect(page.locator(".urgent")).not_to_have_count(0)
        await operator_says(page, service, "Chào em, em gọi 115 chưa?")
        await expect(page.locator(".theirs").last).to_contain_text("Chào em")
        talk = await violations(page)

    assert first == []
    assert talk == []


async def violations(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(
        """async () => {
          const tags = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa",
                        "best-practice"];
          const { violations } = await axe.run(document, { runOnly: tags });
          return violations.map((one) => one.id + ": " + one.nodes.map((n) => n.target).join(" "));
        }"""
    )
    return found


async def test_every_target_is_large_enough_for_a_thumb(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await say(page, DROWNING)
        await expect(page.locator(".calls a").first).to_be_visible()

        small = await page.evaluate(
            """() => [...document.querySelectorAll("a, button, summary, textarea")]
              .filter((one) => one.offsetParent && !one.classList.contains("skip")
                      && !one.closest(".bubble"))
              .filter((one) => one.offsetHeight < 44 || one.offsetWidth < 44)
              .map((one) => one.outerHTML)"""
        )

        assert small == []
