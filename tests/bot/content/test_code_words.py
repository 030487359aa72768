"""The words of return codes: enough of them, friendly, and none to be taken for another."""

from itertools import combinations

import pytest

from bot.content.code_words import SYLLABLES, CodeWords, code_words, make_code_words, sound
from bot.content.words import fold, read_words
from nlu.floor import load_floor
from nlu.syllables import canonical, is_marked_syllable

WORDS = code_words()
_RUDE = "buoi buom cac chim chich cu cuc cut dam de deo dit djt du hiep ia lon lo nung vu"
_BODILY = "máu mủ tè ị đái phân bụng ngực mông đùi háng rốn lưỡi"
_RELIGIOUS = "chúa phật thánh thần chùa đền miếu nhang lễ thờ kinh cúng"
_FRIGHTENING = (
    "ma quỷ rắn rết chết giết đánh đâm chém súng dao gậy roi máu lửa cháy chìm đuối lũ sấm sét "
    "đen nhốt trói khóc sợ đau bệnh thuốc rượu"
)
RUDE_WITHOUT_MARKS = frozenset(_RUDE.split())
UNWANTED = frozenset(f"{_BODILY} {_RELIGIOUS} {_FRIGHTENING}".split())
HARMLESS = frozenset({"đậu đen", "bảng đen", "đen nhánh", "lễ phép", "kinh giới"})
"""Hold such a syllable and nothing of it."""


def distance_is_one(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, added, or two neighbours are swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, wanted = one[start:], other[start:]
    swapped = wanted[1:2] + wanted[:1] + wanted[2:]
    return rest == wanted[1:] or rest[1:] == wanted[1:] or rest == swapped


def near_pairs(spellings: set[str]) -> set[tuple[str, str]]:
    """Find all pairs one slip apart: both give the same letters when one is left out."""
    left: dict[str, set[str]] = {}
    for one in spellings:
        for shorter in {one, *(one[:at] + one[at + 1 :] for at in range(len(one)))}:
            left.setdefault(shorter, set()).add(one)
    alike = {pair for each in left.values() for pair in combinations(sorted(each), 2)}
    return {pair for pair in alike if distance_is_one(*pair)}


def test_there_are_at_least_1024_words_and_no_word_twice() -> None:
    assert len(WORDS.words) >= 1024
    assert len(set(WORDS.words)) == len(WORDS.words)


def test_every_word_is_two_syllables_in_the_usual_spelling() -> None:
    for word in WORDS.words:
        syllables = word.split()
        assert len(syllables) == SYLLABLES, word
        assert word == word.lower().strip()
        for syllable in syllables:
            is_loan = syllable in {"kiwi", "vali", "tivi"}
            assert is_loan or is_marked_syllable(syllable), word
            assert canonical(syllable) == syllable, word


def test_words_differ_without_marks_and_by_ear() -> None:
    assert len(WORDS.folded) == len(WORDS.words)
    assert len({sound(one) for one in WORDS.folded}) == len(WORDS.words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sáo trúc", "xáo chúc"),
        ("giỏ tre", "vỏ che"),
        ("dì", "gì"),
        ("bàn", "bàng"),
        ("mặt", "mặc"),
        ("mì gói", "mỳ gói"),
        ("đỉnh", "đĩn"),
        ("nghé", "ngé"),
        ("ghế", "gế"),
    ],
)
def test_what_sounds_alike_in_the_south_has_one_sound(one: str, other: str) -> None:
    assert sound(fold(one)) == sound(fold(other))


def test_no_word_is_one_slip_away_from_another_in_letters_or_by_ear() -> None:
    assert near_pairs({"me meo", "me moe", "ca ro"}) == {("me meo", "me moe")}
    assert near_pairs(set(WORDS.folded)) == set()
    assert near_pairs(set(map(sound, WORDS.folded))) == set()


def test_no_word_is_rude_frightening_bodily_or_religious() -> None:
    for word in set(WORDS.words) - HARMLESS:
        assert not RUDE_WITHOUT_MARKS & set(fold(word).split()), word
        assert not UNWANTED & set(word.split()), word


def test_no_word_means_anything_to_the_machine() -> None:
    words, floor = read_words(), load_floor()
    for word in WORDS.words:
        assert words.command(word) == ""
        assert words.answer(word) == ""
        assert words.topic(word) == ""
        assert not any(words.is_situation(card, word) for card in words.situations), word
        assert floor.look(word) is None
        assert floor.look(fold(word)) is None


def test_a_word_is_found_by_its_letters_its_sound_and_with_one_slip() -> None:
    few = make_code_words(("sương sớm", "xoài cát", "bánh mì"))

    assert few.find("suong som") == ("suong som", 0)
    assert few.find("xuong xom") == ("suong som", 0)
    assert few.find("suomg som") == ("suong som", 1)
    assert few.find("soai cac") == ("xoai cat", 0)
    assert few.find("bnah mi") is None  # four letters: too short for a slip
    assert few.find("con ga") is None


def test_a_slip_that_may_be_two_words_is_none() -> None:
    few: CodeWords = make_code_words(("sương sớm", "tương sớm"))

    assert few.find("buong som") is None
