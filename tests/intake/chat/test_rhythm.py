"""The rhythm of chest compressions: its samples, how it is served, and how the page shows it."""

import io
import wave
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.channels.rhythm import BEATS_PER_MINUTE, sound
from bot.content.cards import Register
from bot.content.shelf import load_shelf
from intake.chat.page import make_pages
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole
from tests.intake.chat.conftest import Api
from tests.intake.chat.test_browser import AXE, HAS_AXE, browser, open_page, phone, say, server
from tests.intake.chat.test_browser import violations as axe_violations

__all__ = ["browser", "server"]
SHELF = load_shelf(mode_is_production=False)
CSS = Path("intake/chat/static/app.css")


def _samples() -> tuple[bytes, int]:
    with wave.open(io.BytesIO(sound())) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 1)
        return file.readframes(file.getnframes()), file.getframerate()


def test_the_sound_beats_110_times_a_minute_and_its_loop_keeps_time() -> None:
    samples, rate = _samples()
    loud = [place for place, sample in enumerate(samples) if abs(sample - 128) > 40]
    quiet = rate // 5
    begins = [loud[0], *(after for before, after in pairwise(loud) if after - before > quiet)]

    gaps = {after - before for before, after in pairwise(begins)}
    assert gaps == {rate * 60 // 110}
    assert len(samples) == len(begins) * gaps.pop()
    assert len(begins) * 60 * rate == BEATS_PER_MINUTE * len(samples)


def test_every_beat_sounds_alike_because_the_cards_say_when_to_breathe() -> None:
    samples, rate = _samples()
    beat = rate * 60 // BEATS_PER_MINUTE

    assert len({samples[at : at + beat] for at in range(0, len(samples), beat)}) == 1


def test_the_sound_is_small_and_the_same_every_time() -> None:
    assert 8_000 <= _samples()[1] <= 16_000
    assert len(sound()) <= 128 * 1024
    first = sound()
    sound.cache_clear()
    assert sound() == first


async def test_it_is_served_whole_and_in_parts_and_may_be_kept(api: Api) -> None:
    whole = await api.http.get("/chat/rhythm.wav")
    part = await api.http.get("/chat/rhythm.wav", headers={"Range": "bytes=0-1"})
    again = await api.http.get("/chat/rhythm.wav", headers={"If-None-Match": whole.headers["ETag"]})
    beyond = await api.http.get("/chat/rhythm.wav", headers={"Range": "bytes=9999999-"})

    assert whole.status == 200
    assert whole.content_type == "audio/wav"
    assert await whole.read() == sound()
    assert whole.headers["Cache-Control"] == "private, max-age=86400"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert (part.status, await part.read()) == (206, b"RI")
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(sound())}"
    assert (again.status, beyond.status) == (304, 416)


async def test_the_page_may_play_our_own_sound_and_no_other(api: Api) -> None:
    answer = await api.http.get("/chat/")
    html = await answer.text()

    assert "media-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "autoplay" not in html
    assert 'preload="none"' in html
    assert "Không thở thì ấn theo nhịp" in html


def test_the_page_beats_as_fast_as_the_sound() -> None:
    assert f"calc(60s / {BEATS_PER_MINUTE})" in CSS.read_text(encoding="utf-8")


@pytest.mark.parametrize("card", ["walk_press", "walk_where", "steps_breathing"])
def test_the_steps_with_presses_beat_for_an_adult_and_never_for_a_child(card: str) -> None:
    for lang in ANSWERED_LANGUAGES:
        assert SHELF.card(card, lang=lang, register=AuthorRole.ADULT).beats
        assert SHELF.card(card, lang=lang, register=None).beats
        assert not SHELF.card(card, lang=lang, register=AuthorRole.CHILD).beats


def test_what_has_no_presses_does_not_beat() -> None:
    pressing = {card.id for card in SHELF.cards.values() if card.presses}

    assert pressing == {"walk_press", "walk_where", "steps_breathing"}
    for card in SHELF.cards.values():
        text = card.wordings[ANSWERED_LANGUAGES[0], Register.ANY].text.lower()
        assert ("ép giữa ngực" in text or "cứ ép" in text) == card.presses


def test_in_production_numbers_alone_do_not_beat() -> None:
    shelf = load_shelf(mode_is_production=True)

    for card in ("walk_press", "steps_breathing"):
        assert not shelf.card(card, lang=ANSWERED_LANGUAGES[0], register=None).beats
    assert "rhythm.wav" not in make_pages(shelf).fresh.plain.decode()


async def _presses(page: Page) -> None:
    """Walk with the page to the step that speaks of presses."""
    await say(page, "be gai 4 tuoi rot xuong ao chim roi")
    await expect(page.locator(".urgent")).not_to_have_count(0)
    for label in ("Đã vớt lên", "Không thở", "Chưa thở"):
        await page.get_by_role("button", name=label, exact=True).click()


@pytest.mark.browser
async def test_the_step_beats_and_sounds_only_when_asked(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser) as context:
        page = await open_page(context, server)
        await _presses(page)
        row = page.locator("#thread .rhythm")
        await expect(row).to_contain_text("Ấn theo nhịp")
        audio = row.locator("audio")
        assert await audio.evaluate("one => one.paused")

        await row.get_by_role("button", name="Nghe nhịp ấn").click()
        await expect(row.get_by_role("button", name="Tắt tiếng")).to_be_visible()
        await audio.evaluate("one => new Promise((go) => { one.ontimeupdate = () => go(1); })")
        assert await audio.evaluate("one => one.currentTime") > 0
        assert await audio.evaluate("one => !one.paused && one.loop && one.duration === 12")
        assert await _beat_ms(page) == pytest.approx(60_000 / BEATS_PER_MINUTE, abs=0.01)

        await page.get_by_role("button", name="Thở lại rồi").click()
        await expect(page.locator("#thread .rhythm")).to_have_count(0)
        assert await page.evaluate("[...document.querySelectorAll('audio')].every((a) => a.paused)")


async def _beat_ms(page: Page) -> float:
    found: float = await page.locator("#thread .rhythm i").evaluate(
        "dot => dot.getAnimations()[0].effect.getTiming().duration"
    )
    return found


@pytest.mark.browser
async def test_who_wants_no_motion_still_reads_it(browser: Browser, server: TestServer) -> None:
    async with phone(browser, reduced_motion="reduce") as context:
        page = await open_page(context, server)
        await _presses(page)
        row = page.locator("#thread .rhythm")

        await expect(row).to_contain_text("Ấn theo nhịp")
        assert await row.locator("i").evaluate("dot => dot.getAnimations().length") == 0


@pytest.mark.browser
async def test_without_javascript_the_sound_can_be_played(
    browser: Browser, server: TestServer
) -> None:
    async with phone(browser, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(str(server.make_url("/chat/")))
        await page.get_by_text("Có người đuối nước").click()

        await expect(page.locator("audio[controls]")).to_be_visible()


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_to_mend_beside_the_beat(
    browser: Browser, server: TestServer, scheme: str
) -> None:
    if not HAS_AXE:
        pytest.skip("axe-core is not installed: npm ci in tests/")
    async with phone(browser, color_scheme=scheme) as context:
        page = await open_page(context, server)
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        await page.get_by_text("Có người đuối nước").click()
        first = await axe_violations(page)
        await _presses(page)
        await expect(page.locator("#thread .rhythm")).to_be_visible()
        talk = await axe_violations(page)

    assert first == []
    assert talk == []
