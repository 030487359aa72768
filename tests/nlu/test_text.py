"""Reading without loss: what people type is understood, and their own spelling can be shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.letters import READ_FROM_EACH_END
from nlu.text import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vowst dduwowcj leen rooif", "vớt được lên rồi"),
        ("cos nguwowif ddanhs con", "có người đánh con"),
        ("bij đánhh", "bị đánh"),
        ("nos khoong thowr", "nó không thở"),
        ("vo71t d9uo75c le6n", "vớt được lên"),
        ("c h ế t", "chết"),
        ("c.h.ế.t", "chết"),
        ("ch-ết rồi", "chết rồi"),
        ("cứuuuuu", "cứu"),
        ("Cuu voiiii", "cuu voi"),
        ("khôgn thấy sôg", "không thấy sông"),
        ("hk bik j", "không biết gì"),
        ("hoà hoá", "hòa hóa"),
        ("ch3t", "chet"),
        ("ｃｕｕ", "cuu"),
        ("с\u0443u", "cyu"),
        ("cứ\u200bu", "cứu"),
        ("\u202ecuu\u202c", "cuu"),
        ("🆘", "sos"),
        ("s o s", "sos"),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert read(typed).full == meant


@pytest.mark.parametrize(
    "typed",
    [
        "lop 6a2",
        "11t",
        "50k",
        "he hits me every day please help",
        "con mèo",
        "và/hoặc",
        "sex",
        "boss",
    ],
)
def test_what_makes_sense_as_it_stands_is_left_alone(typed: str) -> None:
    assert "".join(word.full for word in read(typed).words) == "".join(
        letter for letter in typed.lower() if letter.isalnum()
    )


@pytest.mark.parametrize("typed", ["m đánh t", "n nói bt", "th đó ch biết"])
def test_spellings_with_two_readings_are_never_expanded(typed: str) -> None:
    words = {word.full for word in read(typed).words}

    assert words >= set(typed.split()) & {"m", "t", "n", "bt", "th", "ch"}


def test_composed_and_decomposed_letters_read_the_same() -> None:
    composed = "cứu em với, nó chết đuối"
    decomposed = (
        "cu\u031b\u0301u em vo\u031b\u0301i, no\u0301 che\u0302\u0301t d\u0111uo\u0302\u0301i"
    )

    assert read(composed).words[0].full == read(decomposed).words[0].full == "cứu"


def test_the_writers_own_spelling_can_be_shown_again() -> None:
    reading = read("Con  bij dduwowcj   VỚT lên")
    start = reading.full.index("bị được")

    assert reading.said(start, start + len("bị được")) == "bij dduwowcj"


def test_marks_are_a_habit_or_they_are_not() -> None:
    assert read("Con bị ba đánh hoài").is_marked
    assert not read("con bi ba danh hoài hoai hoai hoai hoai").is_marked


def test_only_the_start_and_the_end_of_a_long_text_are_read() -> None:
    text = "đầu " + "x" * 50_000 + " giữa " + "y" * 50_000 + " cuối"

    reading = read(text)

    assert reading.words[0].full == "đầu"
    assert reading.words[-1].full == "cuối"
    assert "giữa" not in reading.full
    assert len(reading.full) <= 2 * READ_FROM_EACH_END + 10


def test_the_work_for_a_long_text_is_bounded() -> None:
    some, many = read("cứu em với " * 1_000), read("cứu em với " * 100_000)

    assert len(many.words) <= len(some.words) + 2


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=300))
def test_reading_never_raises_and_keeps_its_offsets(text: str) -> None:
    reading = read(text)

    for word in reading.words:
        assert 0 <= word.start < word.end <= len(text)
    assert reading.full == " ".join(word.full for word in reading.words)
