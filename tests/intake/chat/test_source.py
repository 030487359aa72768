"""A poster's tag goes from the address to the talk, and nobody's number does."""

import shutil

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright, expect

from intake.service import Service
from storage.talks.sources import count_sources
from tests.conftest import Clock
from tests.intake.chat.conftest import Api, chat_app


async def sources_of(service: Service, clock: Clock) -> list[str]:
    began = clock().replace(year=2020)
    return [each.source for each in await count_sources(service.store, since=began)]


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/?src=truong-12", "/chat/?src=truong-12"),
        ("/chat?src=truong-12&x=1", "/chat/?src=truong-12"),
        ("/?src=0900000123", "/chat/"),
        ("/?src=//evil.example", "/chat/"),
    ],
)
async def test_the_short_addresses_take_the_tag_along(api: Api, asked: str, led_to: str) -> None:
    answer = await api.http.get(asked, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (302, led_to)


async def test_the_tag_of_the_first_message_is_kept(
    api: Api, service: Service, clock: Clock
) -> None:
    session = await api.session()

    first = await api.post(session, "c1", text="xin chào", source="truong-12")
    later = await api.post(session, "c2", text="dạ", source="cho")

    assert (first.status, later.status) == (200, 200)
    assert await sources_of(service, clock) == ["truong-12"]


@pytest.mark.browser
async def test_the_page_sends_the_tag_of_its_address(service: Service, clock: Clock) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("LEFT OUT: no Chromium here")
    async with async_playwright() as playwright, TestServer(chat_app(service)) as server:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        await page.goto(str(server.make_url("/?src=truong-12")))
        for words in ("xin chào", "dạ"):
            await page.get_by_label("Tin nhắn của bạn").fill(words)
            await page.get_by_role("button", name="Gửi", exact=True).click()
            mine = page.locator(".mine", has_text=words)
            await expect(mine.locator(".state")).to_have_text("Đã nhận")
        await browser.close()

    assert await sources_of(service, clock) == ["truong-12"]
