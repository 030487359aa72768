"""The pattern language: marks, gaps, optional words, ends of sentences, both parts."""

import pytest

from nlu.phrases import compile_phrase
from nlu.said import Said
from nlu.text import read

_SETS = {"water": ("sông", "kinh", "ao cá")}


def _found(source: str, text: str) -> list[str]:
    said = Said(read(text))
    return [said.written(span) for span in compile_phrase(source, _SETS).find(said)]


@pytest.mark.parametrize("text", ["cứu tôi", "cuu toi", "Cứu  Tôi", "cưu tôi", "cuwus tooi"])
def test_a_word_is_found_with_its_marks_with_some_and_with_none(text: str) -> None:
    assert _found("cứu tôi", text)


def test_marks_that_contradict_a_pattern_do_not_match_it() -> None:
    assert not _found("cứu tôi", "con cừu của tôi, cừu tôi nuôi")


def test_everyday_words_with_marks_around_mean_themselves() -> None:
    assert _found("uống cồn", "uong con")
    assert not _found("uống cồn", "uống con")


def test_a_word_with_a_sign_before_it_is_taken_as_it_is_written() -> None:
    assert _found("em =hóc", "em hóc")
    assert not _found("em =hóc", "em hoc")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("rớt xuống sông", True),
        ("rớt cái ùm xuống sông", True),
        ("rớt, xuống sông", True),
        ("rớt một cái thiệt là mạnh xuống sông", False),
        ("rớt. xuống sông", False),
    ],
)
def test_a_gap_spans_some_words_of_one_sentence(text: str, is_found: bool) -> None:
    assert bool(_found("rớt ~3 xuống <water>", text)) is is_found


def test_a_choice_may_hold_several_words() -> None:
    assert _found("rớt <water>", "bé rớt ao cá rồi") == ["rớt ao cá"]


def test_what_is_optional_may_be_missing() -> None:
    assert _found("cứu [giùm] em", "cứu em") == ["cứu em"]
    assert _found("cứu [giùm] em", "cứu giùm em") == ["cứu giùm em"]


def test_a_sentence_starts_and_ends_where_it_is_said_to() -> None:
    assert _found("^ [dạ] cứu $", "Trời ơi. Dạ cứu! Lẹ lên")
    assert not _found("^ cứu $", "cứu vãn")
    assert not _found("^ cứu $", "đội mình cứu")
    assert _found("con sợ (lắm|$)", "mẹ ơi con sợ")


def test_both_parts_are_needed_in_any_order() -> None:
    assert _found("té & máu", "máu chảy vì té") == ["té"]
    assert not _found("té & máu", "té rồi")


def test_every_place_of_the_first_part_is_found_once() -> None:
    assert _found("té (sông|ao)", "té sông rồi lại té ao") == ["té sông", "té ao"]


def test_scripts_without_spaces_are_searched_within() -> None:
    assert _found("溺水", "有人溺水了")
    assert _found("=ជួយ", "ជួយ")
    assert not _found("=ជួយ", "ជួយផង")


@pytest.mark.parametrize("source", ["(a|(b|c))", "^ $", "<nothing>", "a & ^", "~3"])
def test_a_pattern_that_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_phrase(source, {})


def test_the_words_are_shown_as_they_were_written() -> None:
    assert _found("rớt xuống sông", "nó RỚT   xuoosng\nsông") == []
    assert _found("rớt xuống sông", "nó RỚT   xuoosng sông") == ["RỚT   xuoosng sông"]
