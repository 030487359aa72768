"""What the shelf gives out: marked drafts in trial, and in production only what was signed."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.content.cards import CardKind, Register, read_cards, read_numbers
from bot.content.shelf import Shelf, load_shelf
from bot.content.signoffs import Signoff, add_signoff, digest
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Danger, Language

VIETNAMESE = Language.VIETNAMESE


def sign(folder: Path, card_id: str, register: Register = Register.ANY) -> None:
    """Sign one Vietnamese text as it stands."""
    cards = read_cards(read_numbers(folder).numbers, folder)
    wording = cards[card_id].wordings[VIETNAMESE, register]
    signoff = Signoff(
        card=card_id,
        lang=VIETNAMESE,
        register=register,
        sha256=digest(wording),
        name="Trần Thị Thử",
        role="bác sĩ",
        date=date(2026, 11, 24),
    )
    add_signoff(signoff, folder / "signoffs.yml")


@cache
def real_shelf(*, mode_is_production: bool) -> Shelf:
    return load_shelf(mode_is_production=mode_is_production)


def text_of(shelf: Shelf, card_id: str, register: AuthorRole | None = None) -> str:
    return shelf.card(card_id, lang=VIETNAMESE, register=register).text


def test_nobody_has_signed_anything_yet() -> None:
    shelf = real_shelf(mode_is_production=True)

    total = sum(len(card.wordings) for card in shelf.cards.values())
    assert len(shelf.unsigned()) == total


def test_trial_marks_what_nobody_signed() -> None:
    shelf = real_shelf(mode_is_production=False)

    assert text_of(shelf, "rescue_drowning").startswith("[nháp] ")


def test_trial_does_not_mark_what_was_signed(folder: Path) -> None:
    sign(folder, "rescue_drowning")

    shelf = load_shelf(mode_is_production=False, folder=folder)

    assert text_of(shelf, "rescue_drowning").startswith("ĐỪNG nhảy")
    assert text_of(shelf, "rescue_attack").startswith("[nháp] ")


def test_production_sends_bare_numbers_while_nothing_is_signed() -> None:
    shelf = real_shelf(mode_is_production=True)

    message = shelf.card("rescue_drowning", lang=VIETNAMESE, register=None)

    assert message.card == "bare_numbers"
    assert message.is_urgent
    assert all(number in message.text for number in ("113", "114", "115", "111", "18008077"))


def test_production_sends_the_signed_numbers_and_human_text_instead_of_a_draft(
    folder: Path,
) -> None:
    sign(folder, "numbers_and_human")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    message = shelf.card("rescue_drowning", lang=VIETNAMESE, register=None)
    assert message.card == "numbers_and_human"
    assert message.is_urgent
    assert "cán bộ" in message.text


def test_production_sends_what_was_signed(folder: Path) -> None:
    sign(folder, "rescue_drowning")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    assert shelf.card("rescue_drowning", lang=VIETNAMESE, register=None).card == "rescue_drowning"


def test_production_falls_back_to_the_signed_text_for_any_reader(folder: Path) -> None:
    sign(folder, "rescue_drowning")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    assert text_of(shelf, "rescue_drowning", AuthorRole.CHILD).startswith("ĐỪNG nhảy")


def test_production_gives_a_khmer_reader_the_signed_vietnamese_rather_than_an_unsigned_khmer(
    folder: Path,
) -> None:
    sign(folder, "rescue_drowning")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    message = shelf.card("rescue_drowning", lang=Language.KHMER, register=None)
    assert message.card == "rescue_drowning"


def test_a_changed_text_loses_its_signature(folder: Path) -> None:
    sign(folder, "rescue_drowning")
    file = folder / "vi" / "rescue.yml"
    file.write_text(file.read_text("utf-8").replace("quăng phao", "ném phao"), encoding="utf-8")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    assert shelf.card("rescue_drowning", lang=VIETNAMESE, register=None).card == "bare_numbers"


def test_a_changed_number_loses_the_signature_of_every_text_that_shows_it(folder: Path) -> None:
    sign(folder, "rescue_drowning")
    sign(folder, "rescue_attack")
    file = folder / "numbers.yml"
    file.write_text(file.read_text("utf-8").replace('"115"', '"1155"'), encoding="utf-8")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    assert shelf.card("rescue_drowning", lang=VIETNAMESE, register=None).card == "bare_numbers"
    assert shelf.card("rescue_attack", lang=VIETNAMESE, register=None).card == "rescue_attack"


def test_a_changed_button_loses_the_signature(folder: Path) -> None:
    sign(folder, "ask_danger")
    file = folder / "vi" / "questions.yml"
    changed = file.read_text("utf-8").replace('"danger:yes": "Có"', '"danger:yes": "Dạ có"')
    file.write_text(changed, encoding="utf-8")

    shelf = load_shelf(mode_is_production=True, folder=folder)

    assert shelf.card("ask_danger", lang=VIETNAMESE, register=None).card == "bare_numbers"


@pytest.mark.parametrize("card_id", ["quick_exit", "phone_changed_hands"])
def test_in_production_an_unsigned_neutral_text_gives_nothing_away(card_id: str) -> None:
    shelf = real_shelf(mode_is_production=True)

    assert text_of(shelf, card_id) == "Đã nhận."


@pytest.mark.parametrize("danger", [None, *Danger])
@pytest.mark.parametrize("lang", list(ANSWERED_LANGUAGES))
def test_static_rescue_words_exist_for_every_danger(danger: Danger | None, lang: Language) -> None:
    shelf = real_shelf(mode_is_production=False)

    message = shelf.static_rescue(danger, lang=lang)

    assert message.is_urgent
    assert len(message.text) <= 160


def test_a_child_gets_child_words_and_an_adult_adult_words() -> None:
    shelf = real_shelf(mode_is_production=False)

    child = text_of(shelf, "report_sexual_abuse", AuthorRole.CHILD)
    adult = text_of(shelf, "report_sexual_abuse", AuthorRole.ADULT)

    assert "Mình tin em" in child
    assert "Dạ" in adult


def test_static_words_do_not_claim_that_staff_were_told() -> None:
    shelf = real_shelf(mode_is_production=False)

    rescue = [c.id for c in shelf.cards.values() if c.id.startswith("rescue_")]
    assert [one for one in rescue if "đang báo" in shelf.plain(one, VIETNAMESE)] == []


def test_an_unknown_card_is_a_programming_error() -> None:
    shelf = real_shelf(mode_is_production=False)

    with pytest.raises(KeyError):
        shelf.card("no_such_card", lang=VIETNAMESE, register=None)


def test_kinds_are_known_for_replacements_too() -> None:
    shelf = real_shelf(mode_is_production=True)

    assert shelf.kind("bare_numbers") is CardKind.SAY
    assert shelf.kind("rescue_drowning") is CardKind.RESCUE
