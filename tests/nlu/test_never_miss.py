"""What the floor alone must call critical, however it is typed, and what it must never call so."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
import yaml

from nlu.floor import load_floor
from nlu.labels import Danger, Urgency
from nlu.noise.keys import telex
from nlu.noise.kinds import noised
from nlu.syllables import strip_marks

_FLOOR = load_floor()
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Sentence:
    text: str
    danger: Danger | None


def _sentences(name: str) -> list[_Sentence]:
    groups = yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
    return [
        _Sentence(text, Danger(group["danger"]) if group.get("danger", "none") != "none" else None)
        for group in groups
        for text in group["sentences"]
    ]


_NEVER_MISS = _sentences("never_miss.yml")
_INNOCENT = _sentences("innocent.yml")


def _is_critical(text: str) -> bool:
    hit = _FLOOR.look(text)
    return hit is not None and hit.urgency is Urgency.CRITICAL


def _same(text: str) -> str:
    return text


def _raw_telex(text: str) -> str:
    return telex(text, Random(11), share=1.0)  # noqa: S311 - a repeatable draw, nothing secret


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize("typed", [_same, strip_marks, _raw_telex, _decomposed, str.upper])
def test_none_of_the_sentences_is_missed(typed: Callable[[str], str]) -> None:
    missed = [typed(one.text) for one in _NEVER_MISS if not _is_critical(typed(one.text))]

    assert missed == []


@pytest.mark.parametrize(
    ("kind", "at_least"),
    [
        ("vni", 0.97),
        ("teencode", 0.95),
        ("some_diacritics", 0.85),
        ("spaced", 0.9),
        ("stretched", 0.92),
        ("joined_words", 0.9),
        ("typos", 0.7),
        ("dialect", 0.8),
        ("dictated", 0.92),
        ("lookalikes", 0.95),
    ],
)
def test_few_are_missed_under_heavier_noise(kind: str, at_least: float) -> None:
    random = Random(11)  # noqa: S311 - as above

    found = [_is_critical(noised(one.text, kind, random)) for one in _NEVER_MISS]

    assert sum(found) >= at_least * len(found)


def test_the_danger_is_named_as_the_reviewers_expect_it() -> None:
    """A sentence may hold two dangers; the graver words decide, so a few may differ."""
    other = [
        one.text
        for one in _NEVER_MISS
        if one.danger and (hit := _FLOOR.look(one.text)) and hit.danger is not one.danger
    ]

    assert len(other) <= 0.04 * len(_NEVER_MISS), other


def test_no_innocent_sentence_is_called_critical() -> None:
    assert [one.text for one in _INNOCENT if _is_critical(one.text)] == []


def test_few_innocent_sentences_are_called_critical_without_their_marks() -> None:
    alarmed = [one.text for one in _INNOCENT if _is_critical(strip_marks(one.text))]

    assert len(alarmed) <= 0.08 * len(_INNOCENT), alarmed


def test_the_lists_are_as_long_as_they_should_be() -> None:
    assert len({one.text for one in _NEVER_MISS}) >= 200
    assert len({one.text for one in _INNOCENT}) >= 150
    assert not {one.text for one in _NEVER_MISS} & {one.text for one in _INNOCENT}
