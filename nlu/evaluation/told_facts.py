"""How well facts are read: what is labelled is compared, the rest is only counted (dữ kiện)."""

from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from nlu.assessment import Facts
from nlu.evaluation.answers import Answer


def told_facts(answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """Return for each fact how often it was said, and where labelled, right, wrong or not seen.

    The author's role has figures of its own (`summary`).
    """
    names = [one.name for one in fields(Facts) if one.name != "author_role"]
    return {name: _about(answers, name) for name in names}


def _about(answers: Sequence[Answer], name: str) -> dict[str, int]:
    said = [one for one in answers if _plain(getattr(one.found.facts, name)) not in _NOTHING]
    labelled = [one for one in answers if name in one.case.facts]
    pairs = [(one.case.facts[name], _plain(getattr(one.found.facts, name))) for one in labelled]
    return {
        "said": len(said),
        "labelled": len(pairs),
        "right": sum(true == found for true, found in pairs),
        "not_seen": sum(true not in _NOTHING and found in _NOTHING for true, found in pairs),
        "wrong": sum(true != found and found not in _NOTHING for true, found in pairs),
    }


_NOTHING: tuple[Any, ...] = (None, [], "")


def _plain(value: Any) -> Any:
    """Return a fact as JSON would hold it; a candidate stands for its value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list | frozenset | set):
        found = [_plain(one) for one in value]
        return sorted(found, key=str) if isinstance(value, frozenset | set) else found
    return _plain(value.value) if hasattr(value, "value") else value
