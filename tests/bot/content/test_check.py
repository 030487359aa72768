"""All content keeps to the rules, and the rules catch what they are there to catch."""

from pathlib import Path

import pytest

from bot.content.cards import LIMITS, CardKind, read_cards, read_numbers
from bot.content.check import find_problems, read_rules
from bot.content.shelf import load_shelf
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Language

CARDS = read_cards(read_numbers().numbers)


def test_all_content_is_well_formed() -> None:
    assert find_problems() == ()


@pytest.mark.parametrize("mode_is_production", [False, True])
def test_every_text_that_can_be_sent_is_short_enough(mode_is_production: bool) -> None:
    shelf = load_shelf(mode_is_production=mode_is_production)

    for card in CARDS.values():
        for lang in ANSWERED_LANGUAGES:
            for register in (None, *AuthorRole):
                message = shelf.card(card.id, lang=lang, register=register)
                assert 0 < len(message.text) <= LIMITS[card.kind], card.id


def test_a_rescue_card_fits_in_160_characters_with_its_mark() -> None:
    shelf = load_shelf(mode_is_production=False)
    rescue = [card.id for card in CARDS.values() if card.kind is CardKind.RESCUE]

    for card_id in rescue:
        for lang in ANSWERED_LANGUAGES:
            assert len(shelf.plain(card_id, lang)) <= 160, card_id


@pytest.mark.parametrize(
    "text",
    [
        "Mình giữ bí mật cho em.",
        "Chuyện này không ai biết đâu.",
        "Tại sao em không nói sớm?",
        "Sao em lại đi một mình?",
        "Vì sao vậy?",
        "Đó là lỗi của em.",
        "Lẽ ra em phải nghe lời.",
        "Em gửi hình cho mình xem.",
        "Chụp ảnh vết thương nha.",
        "Em nói với ba má đi.",
        "Em kể với mẹ chưa.",
        "Chú sờ em phải không?",
        "Cậu kể tớ nghe.",
        "Mình là cán bộ đây.",
        "Mình hứa với em.",
        "Ổng sẽ bị bắt.",
        "This stays secret.",
        "Why did you go there?",
        "It was your fault.",
        "Send me the picture.",
        "Talk to your mother.",
        "I am a person.",
    ],
)
def test_what_must_not_be_said_is_caught(text: str) -> None:
    assert any(rule.breaks(text) for rule in read_rules())


@pytest.mark.parametrize(
    "text",
    [
        "Em không có lỗi.",
        "It is not your fault.",
        "Đừng gửi hình cho ai hết.",
        "Đừng trả tiền, đừng gửi thêm hình.",
        "Never send private pictures.",
        "Nhờ một người lớn em tin.",
        "Mình báo cán bộ rồi.",
    ],
)
def test_what_may_be_said_is_let_through(text: str) -> None:
    assert not any(rule.breaks(text) for rule in read_rules())


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("(Máy trả lời)", "", "machine speaks"),
        ("gọi {ambulance} mở loa", "gọi {ambulance}, {police} mở loa", "not the one number"),
        ("ĐỪNG nhảy xuống nước!", "ĐỪNG nhảy xuống nước nha bạn ơi!" * 3, "characters"),
        ("ĐỪNG nhảy xuống nước!", "Có sao không?", "question marks"),
        ("ĐỪNG nhảy xuống nước!", "Bí mật nha!", "must not be said"),
        ("number: ambulance", "number: nobody", "content"),
    ],
)
def test_a_spoilt_rescue_card_is_a_problem(folder: Path, old: str, new: str, what: str) -> None:
    file = folder / "vi" / "rescue.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    problems = find_problems(folder)

    assert any(what in f"{one.where} {one.what}" for one in problems)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"danger:yes": "Có"', '"dangre:yes": "Có"', "vocabulary"),
        ('"danger:no": "Không"', '"danger:no": "Có"', "two alike"),
        ('"danger:no": "Không"', f'"danger:no": "{"Không " * 9}"', "longer than"),
        ("ngay bây giờ không?", "ngay bây giờ.", "question marks"),
    ],
)
def test_a_spoilt_question_is_a_problem(folder: Path, old: str, new: str, what: str) -> None:
    file = folder / "vi" / "questions.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    problems = find_problems(folder)

    assert any(what in one.what for one in problems)


def test_a_number_written_by_hand_is_refused(folder: Path) -> None:
    file = folder / "vi" / "talk.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("gọi {child}", "gọi 111", 1), encoding="utf-8")

    problems = find_problems(folder)

    assert "needs a placeholder" in problems[0].what


def test_broken_yaml_is_one_problem_not_a_crash(folder: Path) -> None:
    (folder / "vi" / "talk.yml").write_text("cards: [", encoding="utf-8")

    problems = find_problems(folder)

    assert [problem.where for problem in problems] == ["content"]


def test_every_card_names_its_sources() -> None:
    assert [card.id for card in CARDS.values() if not card.sources] == []


@pytest.mark.parametrize(
    "card_id",
    ["rescue_bleeding", "rescue_poisoning", "rescue_fire", "rescue_injury", "rescue_flood"],
)
def test_where_no_facts_exist_the_text_is_marked_as_needed(card_id: str) -> None:
    assert CARDS[card_id].text_needed


def test_every_emergency_card_exists_in_khmer_with_vietnamese_beside_it() -> None:
    rescue = [card for card in CARDS.values() if card.id.startswith("rescue_")]

    for card in rescue:
        khmer = [one for (lang, _), one in card.wordings.items() if lang is Language.KHMER]
        assert khmer, card.id
        assert all("\n" in one.text for one in khmer)
        assert all(one.review == "not yet reviewed by a native speaker" for one in khmer)


def test_every_card_exists_in_english() -> None:
    missing = [
        card.id
        for card in CARDS.values()
        if not any(lang is Language.ENGLISH for lang, _ in card.wordings)
    ]

    assert missing == []


@pytest.mark.parametrize(
    "text",
    [
        "Cô Lan có tin cho bạn, gõ TIẾP.",
        "Em có tin mới, gõ TIẾP.",
        "Trung tâm có tin cho bạn.",
        "Cán bộ trả lời rồi, gõ TIẾP.",
        "Có tin về phiếu của bạn, gõ TIẾP.",
        "Có tin về chuyện dượng, gõ TIẾP.",
        "Bạn có tin mới, cần giúp thì gọi {child}.",
        "Tin khẩn, gõ TIẾP liền.",
        "Bạn có an toàn chưa thì gõ TIẾP.",
    ],
)
@pytest.mark.parametrize("card", ["gõ TIẾP khi tiện", "Khi nào tiện đọc thì gõ TIẾP"])
def test_a_knock_names_no_person_no_office_no_number_and_no_reason(
    folder: Path, card: str, text: str
) -> None:
    cards = folder / "vi" / "talk.yml"
    lines = cards.read_text("utf-8").splitlines()
    spoilt = [f'      any: "{text}"' if card in line else line for line in lines]
    cards.write_text("\n".join(spoilt), "utf-8")

    problems = [str(problem.what) for problem in find_problems(folder)]

    assert any("must not be said" in problem for problem in problems)


def test_a_knock_is_a_neutral_card(folder: Path) -> None:
    cards = folder / "vi" / "talk.yml"
    text = cards.read_text("utf-8")
    cards.write_text(
        text.replace("- id: knock\n    kind: neutral", "- id: knock\n    kind: say"), "utf-8"
    )

    assert [one.where for one in find_problems(folder)] == ["knock"]


@pytest.mark.parametrize(
    "source", ["issue 2", "design 7: harmless text", "common sense", "domain", "issue 4; domain C4"]
)
def test_our_own_papers_are_no_source(folder: Path, source: str) -> None:
    file = folder / "vi" / "questions.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"domain D7: who is with you"', f'"{source}"'), encoding="utf-8")

    problems = find_problems(folder)

    assert [one.where for one in problems] == ["ask_company"]
    assert source in problems[0].what
