"""Topics by menu or by question; an answer that is not it calls a person."""

import pytest

from bot.content.cards import CardKind
from bot.content.shelf import load_shelf

SHELF = load_shelf(mode_is_production=False)


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("chủ đề", "about"),
        ("HOC BOI", "about_swimming"),
        ("Mùa lũ cần làm gì", "about_flood"),
        ("báo rồi sao nữa", "about_handling"),
        ("xin trợ cấp cho trẻ mồ côi ở đâu", "about_welfare"),
        ("con tôi rớt xuống sông rồi", ""),
    ],
)
def test_a_question_or_a_name_in_the_menu_finds_its_card(text: str, card: str) -> None:
    assert SHELF.words.topic(text) == card


def test_every_topic_is_guidance_with_a_source_and_a_way_to_a_person() -> None:
    for card_id in set(SHELF.words.menu.values()) - {"steps_prevent_drowning"}:
        card = SHELF.cards[card_id]
        assert card.kind is CardKind.STEPS
        assert card.sources
        assert all("NGƯỜI" in one.text or "HUMAN" in one.text for one in card.wordings.values())


def test_a_name_in_the_menu_counts_only_as_the_whole_message() -> None:
    assert SHELF.words.from_menu("đuối nước") == "steps_prevent_drowning"
    assert SHELF.words.from_menu("có người đuối nước") == ""


@pytest.mark.parametrize("text", ["Không đúng ý", "khong dung y", "not what I meant"])
def test_not_what_was_meant_calls_a_person(text: str) -> None:
    assert SHELF.words.command(text) == "human"


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("trẻ em có những quyền gì vậy ạ", "about_rights"),
        ("con có quyền gì hả cô", "about_rights"),
        ("mùa lũ thì gửi trẻ ở đâu được", "about_flood"),
        ("mua lu gui con o dau", "about_flood"),
        ("ổng có quyền gì mà đánh em", ""),
        ("gửi con ở đâu để đi làm ăn xa", ""),
        ("báo tin ở đâu", "about_reporting"),
        ("thấy trẻ bị hại có phải báo không", "about_reporting"),
    ],
)
def test_people_ask_in_many_ways_and_other_talk_of_the_kind_asks_nothing(
    text: str, card: str
) -> None:
    assert SHELF.words.topic(text) == card
