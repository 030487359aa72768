"""Examples from outside: what is wrong is said with file and line, and nothing is learnt then."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.examples import Example
from nlu.extra import ExamplesRefused, page_of, read_extra
from nlu.labels import Intent, Urgency

GOOD = {
    "text": "tụi đàn anh xin đểu tiền ăn quà của em hoài",
    "intent": "bullying",
    "urgency": "normal",
    "style": "standard",
    "author_role": "child",
    "author": "desk",
    "lang": "vi",
}
MEASURED = Example(
    "ngày nào đi học về cũng bị mấy bạn đó chặn đường", Intent.BULLYING, Urgency.HIGH
)


def _lines(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _read(path: Path) -> tuple[Example, ...]:
    known = Example("bị bạn đánh", Intent.BULLYING, Urgency.NORMAL)
    return read_extra([path], train=[known], held_out=[MEASURED])


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "lessons.yml"
    examples = (
        Example("chào cô", Intent.SMALLTALK, Urgency.LOW, author="desk", author_role="child"),
        Example(
            "111", Intent.TALK_TO_HUMAN, Urgency.CRITICAL, "vi", "no_diacritics", "child", "desk"
        ),
        Example('nó nói: "im"', Intent.EMOTIONAL_ABUSE, Urgency.NORMAL, author="desk"),
    )
    path.write_text(page_of(examples), encoding="utf-8")

    assert set(_read(path)) == set(examples)


def test_a_text_that_stands_twice_is_learnt_once(tmp_path: Path) -> None:
    assert len(_read(_lines(tmp_path, GOOD, GOOD))) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"intent": "bulying"}, "own.jsonl:2 unknown_intent: bulying"),
        ({"urgency": "urgent"}, "own.jsonl:2 unknown_value: urgency: urgent"),
        ({"urgency": ["high"]}, "own.jsonl:2 no_label: `urgency` is missing"),
        ({"style": "slang"}, "own.jsonl:2 unknown_value: style: slang"),
        ({"author": ""}, "own.jsonl:2 no_label: `author` is missing"),
        ({"urgency": "low"}, "own.jsonl:2 impossible_pair: bullying · low"),
        ({"text": ""}, "own.jsonl:2 no_string"),
        ({"text": 5}, "own.jsonl:2 no_string"),
        ({"text": "a " * 2000}, "own.jsonl:2 too_long"),
        ({"text": f"gọi mẹ em 09{12345678}"}, "own.jsonl:2 personal_data: a telephone number"),
        ({"text": "Bị bạn đánh!", "urgency": "high"}, "own.jsonl:2 same_text_other_label"),
        ({"text": MEASURED.text}, "own.jsonl:2 measured: this text stands in dev or test"),
        ({"text": f"{MEASURED.text} hoài"}, "own.jsonl:2 measured: nearly the same"),
        ({"text": "ngay nao di hoc ve cung bi may ban do chan duong"}, "own.jsonl:2 measured"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: dict[str, object], words: str) -> None:
    with pytest.raises(ExamplesRefused) as refused:
        _read(_lines(tmp_path, GOOD, {**GOOD, "text": "em hỏi chút", **change}))

    assert words in str(refused.value)


def test_the_line_of_a_yaml_file_is_said_too(tmp_path: Path) -> None:
    path = tmp_path / "lessons.yml"
    path.write_text(page_of([Example(**{**vars(MEASURED), "text": "chào", "lang": "fr"})]))

    with pytest.raises(ExamplesRefused, match=r"lessons.yml:5 unknown_value: lang: fr"):
        _read(path)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.jsonl", "{", "a.jsonl:1: not JSON"),
        ("a.jsonl", "[1]", "a.jsonl:1: not a JSON object"),
        ("a.jsonl", "", "no_messages"),
        ("a.yml", "nlu: [", "not YAML"),
        ("a.yml", "x: 1", "`nlu` is missing"),
        ("missing.yml", None, "unreadable"),
    ],
)
def test_a_file_that_holds_no_examples_is_named(
    tmp_path: Path, name: str, text: str | None, words: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(ExamplesRefused) as refused:
        _read(path)

    assert words in str(refused.value)


@given(st.binary(max_size=200), st.sampled_from(["a.jsonl", "a.yml"]))
def test_no_file_does_worse_than_to_be_refused(
    tmp_path_factory: pytest.TempPathFactory, blob: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("extra") / name
    path.write_bytes(blob)

    with pytest.raises(ExamplesRefused):
        _read(path)
