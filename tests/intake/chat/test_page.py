"""The page as it is sent: small, neutral from outside, with numbers and steps in plain HTML."""

import re

import pytest

from bot.content.shelf import load_shelf
from intake.chat.first_aid import first_aid
from intake.chat.page import FILES, HARMLESS_PAGE, make_pages
from intake.service import Service
from tests.intake.chat.conftest import Api

FIRST_LOAD_BYTES = 60 * 1024
TELLING = ("xâm hại", "bạo lực", "lắng nghe", "trẻ em", "abuse", "langnghe", "child")


async def test_the_page_is_strict_about_what_it_runs(api: Api) -> None:
    answer = await api.http.get("/chat/")
    html = await answer.text()

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", html) == []


async def test_nothing_outside_the_page_gives_it_away(api: Api) -> None:
    html = await (await api.http.get("/chat/")).text()

    head = html[html.index("<head>") : html.index("</head>")].lower()
    assert "<title>trang thông tin</title>" in head
    assert not any(word in head for word in TELLING)


async def test_the_first_load_is_small(api: Api) -> None:
    sizes = {}
    for path in ["", *(name for name in FILES if name != "sw.js")]:
        answer = await api.http.get(f"/chat/{path}", headers={"Accept-Encoding": "identity"})
        sizes[path] = len(await answer.read()) + sum(
            len(name) + len(value) + 4 for name, value in answer.raw_headers
        )

    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


async def test_files_come_compressed_and_are_sent_again_only_when_changed(api: Api) -> None:
    first = await api.http.get("/chat/app.js", headers={"Accept-Encoding": "gzip"})
    again = await api.http.get("/chat/app.js", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "gzip"
    assert "import" in await first.text()
    assert again.status == 304


@pytest.mark.parametrize("path", ["/", "/chat"])
async def test_the_short_addresses_lead_to_the_page(api: Api, path: str) -> None:
    answer = await api.http.get(path, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (302, "/chat/")


async def test_leaving_clears_what_the_browser_keeps(api: Api) -> None:
    answer = await api.http.get("/chat/exit", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, HARMLESS_PAGE)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


async def test_numbers_and_drowning_steps_stand_in_the_html(api: Api) -> None:
    html = await (await api.http.get("/chat/")).text()

    for number in ("111", "113", "114", "115", "18008077"):
        assert html.count(f"tel:{number}") >= 3
    assert "ĐỪNG nhảy xuống nước!" in html
    assert "<noscript>" in html


async def test_the_khmer_card_says_that_nobody_has_read_it_over(api: Api) -> None:
    html = await (await api.http.get("/chat/")).text()

    khmer = html[html.index('<details class="other" lang="km">') :]
    assert "chưa được người bản ngữ" in khmer[: khmer.index("</details>")]


async def test_a_page_with_a_session_fetches_its_talk(api: Api) -> None:
    session = await api.session()

    fresh = await (await api.http.get("/chat/")).text()
    resumed = await (await api.http.get("/chat/", cookies={"s": session})).text()

    assert 'data-talk="no"' in fresh
    assert 'data-talk="yes"' in resumed


def test_an_unsigned_card_is_marked_in_trial_and_absent_in_production() -> None:
    trial, production = (load_shelf(mode_is_production=mode) for mode in (False, True))

    assert [card.title for card in first_aid(trial)] == [
        "Còn ở dưới nước", "Vừa vớt lên", "Làm tiếp",
    ]  # fmt: skip
    drafts = {card.title for card in first_aid(trial) if card.is_draft}
    shown = {card.title for card in first_aid(production)}
    assert drafts.isdisjoint(shown)
    html = make_pages(production).fresh.plain.decode()
    assert "nháp" not in html
    assert "tel:111" in html


def test_a_card_shows_one_action_a_line(service: Service) -> None:
    for card in first_aid(service.shelf):
        assert len(card.lines) >= 3
        for line in card.lines:
            assert "Máy trả lời" not in line.words
            assert "như tin dưới" not in line.words
