"""A code comes back as it was given, however it is written; nothing else ever is one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.code_words import code_words
from bot.content.words import fold
from bot.dialogue.codes import NUMBER_DIGITS, RANDOM_BYTES, Code, make_code, read_code
from nlu.examples import load_examples
from nlu.syllables import strip_marks

ROOT = Path(__file__).resolve().parents[3]
WORDS = code_words()
randoms = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
separators = st.sampled_from((" ", "-", " - ", ", ", ".", " / ", "  ", "\n", "_"))
prefixes = st.sampled_from(("", "mã tin: ", "Mã tin ", "MA TIN ", "mã: ", "code: "))
SPOKEN = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def only_words(code: Code) -> Code:
    return Code(words=code.words, digits=code.digits)


@given(randoms, separators, prefixes)
def test_the_words_come_back_with_any_separator(random: bytes, separator: str, prefix: str) -> None:
    new = make_code(random, WORDS)

    written = prefix + separator.join((*new.shown, new.code.digits))

    assert read_code(written, WORDS) == only_words(new.code)
    assert read_code(strip_marks(written).upper(), WORDS) == only_words(new.code)


@given(randoms)
def test_digits_may_be_said_in_words(random: bytes) -> None:
    new = make_code(random, WORDS)
    spoken = " ".join(SPOKEN[int(digit)] for digit in new.code.digits)

    assert read_code(f"{' '.join(new.shown)} {spoken}", WORDS) == only_words(new.code)
    assert read_code(fold(f"{' '.join(new.shown)} {spoken}"), WORDS) == only_words(new.code)


@given(randoms, prefixes)
def test_the_number_comes_back_in_halves_pairs_or_said(random: bytes, prefix: str) -> None:
    number = make_code(random, WORDS).code.number
    pairs = "-".join(number[at : at + 2] for at in range(0, NUMBER_DIGITS, 2))
    spoken = " ".join(SPOKEN[int(digit)] for digit in number)

    for written in (number, f"{number[:4]} {number[4:]}", pairs, spoken):
        assert read_code(prefix + written, WORDS) == Code(number=number)


@given(randoms)
def test_the_whole_bubble_shows_both_in_a_line_each(random: bytes) -> None:
    new = make_code(random, WORDS)

    words, number = new.text.splitlines()

    assert read_code(words, WORDS) == only_words(new.code)
    assert read_code(number, WORDS) == Code(number=new.code.number)


@given(randoms, st.data())
def test_one_slip_in_a_long_syllable_is_forgiven_and_two_are_not(
    random: bytes, data: st.DataObject
) -> None:
    new = make_code(random, WORDS)
    syllables = " ".join(new.code.words).split()
    long = [at for at, one in enumerate(syllables) if len(one) >= 5]
    if len(long) < 2:
        return
    first, second = data.draw(st.permutations(long))[:2]
    syllables[first] = f"{syllables[first][:2]}w{syllables[first][3:]}"
    once = read_code(f"{' '.join(syllables)} {new.code.digits}", WORDS)
    syllables[second] = f"{syllables[second][:2]}w{syllables[second][3:]}"

    assert once in (None, only_words(new.code))  # None where two words of the list are as near
    assert read_code(f"{' '.join(syllables)} {new.code.digits}", WORDS) is None


def test_the_same_random_bytes_make_the_same_code_and_others_another() -> None:
    assert make_code(bytes(RANDOM_BYTES), WORDS) == make_code(bytes(RANDOM_BYTES), WORDS)
    assert make_code(bytes(RANDOM_BYTES), WORDS) != make_code(b"\x01" * RANDOM_BYTES, WORDS)


@given(randoms)
def test_a_number_is_eight_digits_that_are_no_date_and_no_hotline(random: bytes) -> None:
    number = make_code(random, WORDS).code.number

    assert len(number) == NUMBER_DIGITS
    assert number[0] in "456789"


@given(st.text(max_size=200))
def test_reading_never_raises(text: str) -> None:
    read_code(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "18008077",
        "12052013",
        "20130512",
        "0900000123",
        "111",
        "ấm trà bánh mì cây tre",
        "ấm trà bánh mì cây tre 4",
        "ấm trà bánh mì cây tre 421",
        "ấm trà bánh mì 42",
        "em uống ấm trà bánh mì cây tre 42",
        "ấm trà bánh mì cây tre 42 rồi",
        "ba má đánh em hoài 42",
        "mã tin",
        "",
    ],
)
def test_what_is_not_wholly_a_code_is_none(text: str) -> None:
    assert read_code(text, WORDS) is None


@pytest.mark.parametrize("folder", ["dev", "train"])
def test_no_ordinary_message_is_a_code(folder: str) -> None:
    taken = [
        example.text
        for example in load_examples(ROOT / "nlu" / "data" / folder)
        if read_code(example.text, WORDS) is not None
    ]

    assert taken == []


def test_a_code_is_not_shown_where_an_object_is_printed() -> None:
    new = make_code(bytes(RANDOM_BYTES), WORDS)

    for each in (new, new.code, read_code(new.text.splitlines()[0], WORDS)):
        assert not any(word in fold(repr(each)) for word in new.code.words)
        assert new.code.number not in repr(each)
