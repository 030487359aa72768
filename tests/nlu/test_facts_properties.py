"""Facts of any text: never an exception, never words that nobody wrote, and bounded work."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.assessment import Facts
from nlu.fact_kinds import Told
from nlu.fact_words import load_fact_words
from nlu.labels import Intent
from nlu.people import load_people
from nlu.said import Said
from nlu.telling import told_rows
from nlu.text import read
from tests.nlu.told import facts_of

_WORDS = (
    "con em ba má bị đánh không phải là hàng xóm 7 tuổi lớp 5 tháng 0900000123 không chín mười hai "
    "hai đứa nhỏ tôi cháu nội nó ổng của ơi . , ? ! đang hôm qua 18 sinh năm 2012 my dad hits me "
    "một mình chảy máu 🆘 ổng về rồi gửi cho 0 o9oo"
)
_PIECES = st.sampled_from(_WORDS.split())
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(), max_size=80),
    st.lists(_PIECES, max_size=40).map(" ".join),
)


def _all_told(found: Facts) -> list[Told[object]]:
    told: list[Told[object]] = []
    for field in fields(found):
        value = getattr(found, field.name)
        told.extend(value if isinstance(value, tuple) else [value] if _is_told(value) else [])
    return told


def _is_told(value: object) -> bool:
    return isinstance(value, Told)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, st.sampled_from(list(Intent)))
def test_any_text_has_facts_and_every_word_was_written(text: str, intent: Intent) -> None:
    found = facts_of(text, intent)

    for one in _all_told(found):
        assert one.words in text
        assert text[one.span[0] : one.span[1]] == one.words
    json.dumps(told_rows(found)).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "🆘",
        "\ud800 con bị ba đánh \udfff",
        "ba " * 33_000,
        "1 " * 50_000,
        "không chín " * 9_000,
        "con bị ba đánh chảy máu, em 7 tuổi, 0900000123. " * 2_000,
        "a" * 100_000,
        "។" * 100_000,
        "không phải ba là má " * 5_000,
    ],
)
def test_a_long_or_broken_text_has_few_facts(text: str) -> None:
    found = facts_of(text)

    assert all(
        len(getattr(found, field.name)) <= 18
        for field in fields(found)
        if isinstance(getattr(found, field.name), tuple)
    )


def test_the_reviewed_words_can_all_be_found() -> None:
    """Every entry of `people.yml` with its marks is found as somebody."""
    people = load_people()

    for about in people.lists.values():
        if about.get("nobody"):
            continue
        for entry in str(about["words"]).split("|"):
            word = entry.rstrip("!")
            in_english = f"this is the {word} of my friend and he was not there"
            assert any(people.find(Said(read(text))) for text in (word, in_english)), entry


def test_the_words_of_facts_are_read_once() -> None:
    assert load_fact_words() is load_fact_words()


def test_rows_are_plain_and_carry_the_words() -> None:
    found = facts_of("ba con đánh con, con 7 tuổi, gọi con 0900000123", adult=0.1)

    rows = told_rows(found)

    assert {"fact": "offender_relation", "value": "father", "words": "ba con", "sure": True} in rows
    assert {"fact": "child_age", "value": "7", "words": "7 tuổi", "sure": True} in rows
    phone = next(row for row in rows if row["fact"] == "phone")
    assert (phone["value"], phone["owner"]) == ("0900000123", "reporter")


def test_a_span_of_years_and_an_answer_are_plain_too() -> None:
    rows = told_rows(facts_of("con học lớp 5, con chảy máu", adult=0.1))

    assert [row["value"] for row in rows if row["fact"] == "child_age"] == ["10-11"]
    assert [row["value"] for row in rows if row["fact"] == "injured"] == ["yes"]
