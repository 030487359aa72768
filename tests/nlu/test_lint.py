"""The checks of the labelled messages, on small invented folders and on what ships."""

import json
import random
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.commands import lint as lint_command
from nlu.examples import DATA
from nlu.lint.balance import Goals
from nlu.lint.likeness import near_pairs, same_key
from nlu.lint.linting import Report, lint

_EASY = Goals(
    messages=0,
    authors=0,
    authors_of_an_intent=0,
    most_of_one_author=1,
    short_share=0,
    hard_share=0,
    english=0,
    most_khmer=0,
)
_ABOUT = {"urgency": "high", "style": "standard", "author_role": "child", "lang": "vi"}


def _write(folder: Path, name: str, intent: str, *items: tuple[object, dict[str, Any]]) -> None:
    author = {"train": "t1", "dev": "d1", "test": "e1"}[name]
    examples = [
        {"text": text, "metadata": {**_ABOUT, "author": author, **about}} for text, about in items
    ]
    page = {"version": "3.1", "nlu": [{"intent": intent, "examples": examples}]}
    (folder / name).mkdir(exist_ok=True)
    with (folder / name / f"{intent}.yml").open("w", encoding="utf-8") as file:
        yaml.safe_dump(page, file, allow_unicode=True, sort_keys=False)


def _codes(report: Report) -> list[str]:
    return [one.code for one in report.findings]


def test_clean_data_has_no_finding(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("bạn lấy cặp của em hoài", {}), ("tụi nó chọc em", {}))
    _write(tmp_path, "dev", "bullying", ("trong lớp ai cũng né em", {}))

    report = lint(tmp_path, _EASY)

    assert report.findings == ()
    assert report.counts["messages"] == 3


def test_a_text_written_twice_is_an_error_with_both_lines(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("Bạn đánh em!", {}), ("bạn  ĐÁNH em", {}))

    (found,) = lint(tmp_path, _EASY).errors

    assert found.code == "same_text"
    assert found.places == ("train/bullying.yml:5", "train/bullying.yml:12")


def test_composed_and_decomposed_letters_are_the_same_text(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("bạn", {}), ("ba\u0323n", {}))

    assert _codes(lint(tmp_path, _EASY)) == ["same_text"]


def test_one_text_with_two_labels_is_an_error(tmp_path: Path) -> None:
    _write(
        tmp_path, "train", "bullying", ("bạn đánh em", {}), ("bạn đánh em.", {"urgency": "normal"})
    )

    (found,) = lint(tmp_path, _EASY).errors

    assert found.code == "same_text_other_label"


def test_nearly_one_text_with_two_labels_is_a_warning(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("hôm qua bạn cùng lớp đánh em ở sân trường", {}))
    _write(
        tmp_path,
        "train",
        "smalltalk",
        ("hom qua bạn cùng lớp đánh em ở sân trường", {"urgency": "low"}),
    )

    report = lint(tmp_path, _EASY)

    assert report.errors == ()
    assert _codes(report) == ["near_text_other_label"]


def test_a_text_of_the_test_set_in_training_is_an_error(tmp_path: Path) -> None:
    said = "hôm qua bạn cùng lớp đánh em ở sân trường lúc ra chơi"
    _write(tmp_path, "train", "bullying", (said, {}), ("em bị lấy tiền ăn sáng mỗi ngày", {}))
    _write(
        tmp_path, "test", "bullying", (said.upper(), {}), ("em bi lay tien an sang mỗi ngày", {})
    )

    report = lint(tmp_path, _EASY)

    assert sorted(one.code for one in report.errors) == [
        "near_text_other_set",
        "same_text_other_set",
    ]


def test_short_texts_of_strangers_may_be_alike(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("bạn đánh em", {}))
    _write(tmp_path, "test", "bullying", ("ban danh em", {}))

    report = lint(tmp_path, _EASY)

    assert report.errors == ()
    assert _codes(report) == ["near_text_other_set"]


def test_an_author_in_two_sets_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("bạn đánh em", {"author": "x"}))
    _write(tmp_path, "test", "bullying", ("tụi nó lấy dép của con", {"author": "x"}))

    assert _codes(lint(tmp_path, _EASY)) == ["author_in_two_sets"]


@pytest.mark.parametrize(
    "text",
    [
        "gọi mẹ em số 0912.345.678 nha",
        "số con là 84 912345678",
        "sđt 0296 3 852 123",
        "cccd 089012345678",
        "viết cho em: ten.em@thu.vn",
        "coi clip ở bit.ly/abc",
        "vô https://trang.vn/x đi",
    ],
)
def test_what_could_belong_to_a_person_is_an_error_that_does_not_repeat_it(
    text: str, tmp_path: Path
) -> None:
    _write(tmp_path, "train", "bullying", (text, {}))

    report = lint(tmp_path, _EASY)

    assert {one.code for one in report.errors} == {"personal_data"}
    assert text not in json.dumps(report.as_json(), ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "gọi mẹ em số 0900000123 nha",
        "gọi 18008077 không ai nghe, gọi 111 cũng không",
        "mã PT-2026-000123 tới đâu rồi",
        "sinh ngày 12-05-2013",
        "coi ở example.com",
    ],
)
def test_what_is_invented_or_public_is_none(text: str, tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", (text, {}))

    assert lint(tmp_path, _EASY).findings == ()


def test_labels_outside_their_sets_are_errors(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "train",
        "bullying",
        ("bạn đánh em", {"urgency": "sooner"}),
        ("tụi nó lấy dép của con", {"style": "loud", "mood": "sad"}),
        (111, {}),
        ("con bị nhốt trong phòng", {"author": ""}),
        ("bạn giựt tóc em", {"urgency": ["high", "low"], "lang": {"vi": 1}}),
    )
    _write(tmp_path, "train", "boredom", ("trời nóng quá", {}))

    assert sorted(_codes(lint(tmp_path, _EASY))) == [
        "no_label",
        "no_string",
        "unknown_intent",
        "unknown_metadata",
        "unknown_value",
        "unknown_value",
        "unknown_value",
        "unknown_value",
    ]


@pytest.mark.parametrize(
    ("intent", "urgency"),
    [("smalltalk", "high"), ("bullying", "low"), ("drowning_emergency", "normal")],
)
def test_a_pair_that_cannot_be_is_an_error(intent: str, urgency: str, tmp_path: Path) -> None:
    _write(tmp_path, "train", intent, ("nước lên rồi", {"urgency": urgency}))

    assert _codes(lint(tmp_path, _EASY)) == ["impossible_pair"]


def test_an_intent_needs_many_voices_and_none_that_outweighs_them(tmp_path: Path) -> None:
    words = ("cặp", "dép", "sách", "tiền", "nón")
    items = [(f"bạn lấy {word} của em", {"author": "ab"[n % 2]}) for n, word in enumerate(words)]
    _write(tmp_path, "train", "bullying", *items)
    goals = Goals(**{**vars(_EASY), "authors_of_an_intent": 3, "most_of_one_author": 0.5})

    says = [one.says for one in lint(tmp_path, goals).errors]

    assert "bullying: 2 authors, 3 wanted" in says
    assert "bullying: a wrote 60%, 50% at most" in says


def test_grave_words_in_harmless_messages_are_hard_negatives(tmp_path: Path) -> None:
    low = {"urgency": "low"}
    game = ("trong game nó cầm dao chém té xuống sông", low)
    _write(tmp_path, "train", "out_of_scope", game, ("hôm nay trời đẹp quá", low))

    assert lint(tmp_path, _EASY).counts["hard_negatives"] == 0.5


def test_goals_that_are_not_met_are_warnings(tmp_path: Path) -> None:
    _write(tmp_path, "train", "bullying", ("bạn đánh em hoài mà không ai can hết", {"lang": "km"}))
    goals = Goals(authors_of_an_intent=0, most_of_one_author=1, most_khmer=0)

    report = lint(tmp_path, goals)

    assert report.errors == ()
    assert [one.says for one in report.warnings] == [
        "1 messages, 8000 wanted",
        "1 authors, 8 wanted",
        "0% of 6 words or less, 25% wanted",
        "0% hard negatives, 30% wanted",
        "0 English messages, 200 wanted",
        "1 Khmer messages, 0 at most",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "nlu: 5",
        "a: [",
        "nlu:\n- intent: x\n",
        "",
        "\xff",
        "nlu: [{intent: x, examples: [{text: a, metadata: {a: !!python/name:os.system }}]}]",
    ],
)
def test_a_file_that_is_no_rasa_yaml_is_an_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "x.yml").write_bytes(content.encode("latin-1"))

    report = lint(tmp_path, _EASY)

    assert _codes(report) == ["unreadable", "no_messages"]


def test_rasas_short_form_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "x.yml").write_text(
        "nlu:\n- intent: smalltalk\n  metadata: {urgency: low, style: standard, lang: vi,"
        " author: a, author_role: child}\n  examples: |\n    - chào\n    - dạ chào ạ\n",
        encoding="utf-8",
    )

    report = lint(tmp_path, _EASY)

    assert report.findings == ()
    assert report.counts["intents"]["smalltalk"]["low"] == 2


def test_every_near_pair_is_found_that_comparing_all_with_all_finds() -> None:
    draw = random.Random(7)  # noqa: S311 - a repeatable draw
    words = ("em", "con", "bạn", "đánh", "lấy", "cặp", "dép", "sông", "té", "nước", "má", "chạy")
    texts = [" ".join(draw.choices(words, k=draw.randint(1, 7))) for _ in range(300)]

    found = {(one, other) for one, other, _ in near_pairs(texts, 0.6)}

    assert found == {
        (one, other)
        for one in range(len(texts))
        for other in range(one + 1, len(texts))
        if _overlap(texts[one], texts[other]) >= 0.6
    }


def _overlap(one: str, other: str) -> float:
    from nlu.lint.likeness import _shingles

    first, second = _shingles(one), _shingles(other)
    return len(first & second) / len(first | second)


def test_a_text_without_letters_stands_for_itself() -> None:
    assert same_key("👍") != same_key("👎")
    assert same_key("con bị đánh") != same_key("con bị đánh?")


def test_the_command_fails_on_errors_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "train", "bullying", ("bạn đánh em", {}))

    assert lint_command(Namespace(folder=str(tmp_path), json=True, all=False)) == 1

    found = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in found["errors"]} == {"few_authors", "one_author"}


def test_the_page_ends_with_what_was_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "train", "bullying", *((f"bạn {'đánh ' * n}em", {}) for n in range(1, 9)))

    lint_command(Namespace(folder=str(tmp_path), json=False, all=False))

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith("warnings")
    assert any("more (--all)" in line for line in lines)


def test_the_shipped_data_has_no_errors() -> None:
    assert [f"{one.code}: {one.says} {one.places}" for one in lint(DATA).errors] == []
