"""After THOÁT, and when somebody else holds the phone, the page shows nothing of what was said."""

import shutil
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright, expect

from intake.service import Service
from tests.conftest import Clock
from tests.intake.chat.conftest import Api, chat_app

TOLD = "duong hay so mo em, em so lam"
ASKED = "ai nhan tin voi con toi vay"


async def texts(api: Api, session: str) -> list[str]:
    return [entry["text"] for entry in (await (await api.thread(session)).json())["messages"]]


async def test_who_holds_the_phone_reads_their_own_question_and_its_answer(
    api: Api, clock: Clock
) -> None:
    session = await api.session()
    await api.say(session, "c1", TOLD)
    assert TOLD in await texts(api, session)

    clock.forward(5)
    await api.say(session, "c2", ASKED)

    question, answer = await texts(api, session)
    assert question == ASKED
    assert "máy trả lời tự động" in answer


async def test_after_the_quick_exit_only_the_harmless_words_are_read(
    api: Api, clock: Clock
) -> None:
    session = await api.session()
    await api.say(session, "c1", TOLD)
    clock.forward(5)
    await api.say(session, "c2", "THOÁT")
    assert len(await texts(api, session)) == 1

    clock.forward(5)
    await api.say(session, "c3", "em ne")

    assert "em ne" in await texts(api, session)
    assert TOLD not in await texts(api, session)


async def test_a_page_that_was_open_all_the_time_reads_on(api: Api, clock: Clock) -> None:
    session = await api.session()
    await api.say(session, "c1", TOLD)
    before = (await (await api.thread(session)).json())["messages"][-1]["cursor"]
    clock.forward(5)
    await api.say(session, "c2", ASKED)

    later = await (await api.thread(session, after=before)).json()

    assert later["messages"][0]["text"] == ASKED


@pytest.fixture
async def page(service: Service) -> AsyncIterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("LEFT OUT: no Chromium here")
    async with async_playwright() as playwright, TestServer(chat_app(service)) as server:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="vi-VN")
        await page.goto(str(server.make_url("/chat/")))
        yield page
        await browser.close()


async def say(page: Page, words: str) -> None:
    await page.get_by_label("Tin nhắn của bạn").fill(words)
    await page.get_by_role("button", name="Gửi", exact=True).click()


@pytest.mark.browser
async def test_the_page_forgets_when_the_phone_is_taken_also_when_it_is_loaded_again(
    page: Page, clock: Clock
) -> None:
    await say(page, TOLD)
    await expect(page.locator("#choices button").first).to_be_visible()

    clock.forward(5)
    await say(page, ASKED)

    for _ in range(2):
        await expect(page.locator(".theirs").last).to_contain_text("máy trả lời tự động")
        await expect(page.locator("#thread")).to_contain_text(ASKED)
        await expect(page.locator("#thread")).not_to_contain_text(TOLD)
        await expect(page.locator("#choices button")).to_have_count(0)
        await page.reload()


@pytest.mark.browser
async def test_the_page_forgets_at_the_word_of_exit(page: Page, clock: Clock) -> None:
    await say(page, TOLD)
    await expect(page.locator("#choices button").first).to_be_visible()

    clock.forward(5)
    await say(page, "thoat")

    await expect(page.locator("#thread li")).to_have_count(1)
    await expect(page.locator("#thread")).not_to_contain_text("so mo")
    clock.forward(5)
    await say(page, "em ne")
    await expect(page.locator("#thread")).to_contain_text("em ne")
    await expect(page.locator("#thread")).not_to_contain_text("so mo")
