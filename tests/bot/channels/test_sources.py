"""A source tag names a poster, never a person."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import telegram_inbound, web
from bot.channels.contract import Content, Presence, Text
from bot.channels.sources import LONGEST, read_source

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "tag", ["ap-phich_truong-12", "a", "zalo", "truong-12-2026", "x" * LONGEST, "2026-11-24"]
)
def test_a_tag_is_kept(tag: str) -> None:
    assert read_source(tag) == tag


def test_capitals_and_blanks_are_forgiven() -> None:
    assert read_source(" Ap-Phich ") == "ap-phich"


@pytest.mark.parametrize(
    "value",
    ["", "-a", "a-", "a b", "áp-phích", "a/b", "<b>", "a\nb", "x" * (LONGEST + 1), "0900000123",
     "goi-0900000123", "0900-000-123", "84_900_000_123", "089123456789", None, 7, ["a"],
     {"a": 1}],
)  # fmt: skip
def test_what_is_none_or_may_be_a_person_is_dropped(value: object) -> None:
    assert read_source(value) == ""


def test_no_link_carries_the_tag_of_an_invented_year() -> None:
    assert read_source("demo-abcdefabcdefabcdefabcdef") == ""


@given(st.text() | st.integers() | st.none())
def test_whatever_comes_the_outcome_is_a_tag_or_nothing(value: object) -> None:
    tag = read_source(value)

    assert read_source(tag) == tag
    assert len(tag) <= LONGEST


def on_the_web(**more: Any) -> str:
    body = {"client_id": "c1", "text": "cứu với", **more}
    return web.parse(body, session_id="s", now=NOW).source


def test_the_page_sends_the_tag_along_and_a_bad_one_costs_no_message() -> None:
    assert on_the_web(source="truong-12") == "truong-12"
    assert on_the_web() == ""
    assert on_the_web(source="0900000123") == ""
    assert on_the_web(source={"a": [1]}) == ""


@pytest.mark.parametrize(
    ("typed", "content", "source"),
    [
        ("/start truong-12", Presence(kind="started"), "truong-12"),
        ("/start", Presence(kind="started"), ""),
        ("/start " + "x" * 60, Presence(kind="started"), ""),
        ("/start 0900000123", Text(text="0900000123"), ""),
        ("/start cứu em với", Text(text="cứu em với"), ""),
    ],
)
def test_a_link_to_telegram_carries_its_tag_and_no_word_is_lost(
    typed: str, content: Content, source: str
) -> None:
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": 5, "type": "private"},
            "from": {"id": 5, "is_bot": False, "first_name": "A"},
            "text": typed,
        },
    }

    message = telegram_inbound.parse(update, bot_id="1", received_at=NOW)

    assert message is not None
    assert (message.content, message.source) == (content, source)
