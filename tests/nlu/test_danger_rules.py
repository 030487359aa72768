"""Every reviewed rule fires on its own examples and keeps quiet on its counter-examples."""

import shutil
from pathlib import Path

import pytest

from nlu.floor import Floor, load_floor
from nlu.rulebook import DANGER_FOLDER, Rule, load_rulebook, rules_hash
from nlu.text import read

_FLOOR = load_floor()
_RULES = load_rulebook().rules
_MUST = [(rule, sentence) for rule in _RULES for sentence in rule.must]
_MUST_NOT = [(rule, sentence) for rule in _RULES for sentence in rule.must_not]


def _fired(floor: Floor, rule: Rule, sentence: str) -> bool:
    findings = floor.examine(read(sentence)).findings
    mine = [x for x in findings if x.rule.rule_id == rule.rule_id]
    return any(x.urgency is not None or rule.urgency is None for x in mine)


@pytest.mark.parametrize(
    ("rule", "sentence"), _MUST, ids=lambda value: getattr(value, "rule_id", "")
)
def test_a_rule_fires_on_each_sentence_it_must(rule: Rule, sentence: str) -> None:
    assert _fired(_FLOOR, rule, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"), _MUST_NOT, ids=lambda value: getattr(value, "rule_id", "")
)
def test_a_rule_is_quiet_on_each_sentence_it_must_not(rule: Rule, sentence: str) -> None:
    assert not _fired(_FLOOR, rule, sentence)


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.rule_id)
def test_every_rule_brings_its_reason_examples_and_counter_examples(rule: Rule) -> None:
    assert rule.says
    assert len(rule.why) > 20
    assert len(set(rule.must)) >= 3
    assert len(set(rule.must_not)) >= 3


def test_rule_ids_are_unique() -> None:
    ids = [rule.rule_id for rule in _RULES]

    assert len(ids) == len(set(ids))


def test_every_guard_is_used_by_a_rule() -> None:
    book = load_rulebook()

    assert set(book.guards) == {name for rule in book.rules for name in rule.guards}


def test_the_hash_changes_when_any_file_of_rules_changes(tmp_path: Path) -> None:
    copied = tmp_path / "danger"
    shutil.copytree(DANGER_FOLDER, copied)

    same = rules_hash(copied)
    with (copied / "water.yml").open("a", encoding="utf-8") as file:
        file.write("# reviewed again\n")

    assert same == rules_hash()
    assert rules_hash(copied) != same


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        ("water.yml", "    urgency: ", "    urgency: ask\n    urgency: "),
        ("guards.yml", "    scope: ", "    scope: before\n    scope: "),
        ("words.yml", "sets:\n", "sets:\n  twice: a\n  twice: b\n"),
    ],
)
def test_a_key_that_stands_twice_is_told_with_its_file(
    tmp_path: Path, page: str, before: str, after: str
) -> None:
    folder = tmp_path / "danger"
    shutil.copytree(DANGER_FOLDER, folder)
    text = (folder / page).read_text("utf-8")
    assert before in text
    (folder / page).write_text(text.replace(before, after, 1), "utf-8")
    key = after.split(":")[-2].split()[-1]

    with pytest.raises(ValueError, match=rf"^{page}, line \d+: `{key}` stands twice"):
        load_rulebook(folder)
