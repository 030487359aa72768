"""Reviewed words go back into the files, and nothing else in them changes."""

from pathlib import Path

import pytest

from bot.content.cards import ContentError, Register, read_cards, read_numbers
from bot.content.writing import rewrite
from nlu.labels import Language

VI, EN = Language.VIETNAMESE, Language.ENGLISH
NEW = 'Chữ "mới", gọi {child}.'


@pytest.mark.parametrize(
    ("card", "lang", "register", "words"),
    [
        ("thanks", VI, Register.CHILD, NEW),
        ("thanks", EN, Register.ANY, NEW),
        ("about_flood", VI, Register.ANY, "Một.\nHai, gọi {disaster}.\nBa."),
        ("about_flood", VI, Register.CHILD, NEW),
        ("thanks", VI, Register.ANY, "Một.\nHai."),
    ],
)
def test_only_the_one_text_changes(
    folder: Path, card: str, lang: Language, register: Register, words: str
) -> None:
    numbers = read_numbers(folder).numbers
    before = read_cards(numbers, folder)

    rewrite(folder, card, lang, register, words)

    after = read_cards(numbers, folder)
    changed = {
        (one, *key)
        for one, each in after.items()
        for key, wording in each.wordings.items()
        if wording != before[one].wordings[key]
    }
    assert changed == {(card, lang, register)}
    assert after[card].wordings[lang, register].template == words


@pytest.mark.parametrize(("card", "register"), [("still_here", "any"), ("no_card", "any")])
def test_what_cannot_be_written_is_left_alone(folder: Path, card: str, register: str) -> None:
    with pytest.raises(ContentError, match="by hand"):
        rewrite(folder, card, VI, Register(register), NEW)
