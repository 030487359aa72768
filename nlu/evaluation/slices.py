"""The figures of parts of a file (lát cắt): where it fails more than on the whole."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nlu.evaluation.answers import Answer
from nlu.evaluation.bounds import Share

SHORT_WORDS = 6

_KEYS: Mapping[str, Callable[[Answer], str]] = {
    "style": lambda one: one.case.example.style,
    "lang": lambda one: one.case.example.lang,
    "role": lambda one: one.case.example.author_role,
    "author": lambda one: one.case.example.author or "?",
    "hard": lambda one: "yes" if one.case.example.hard else "not marked",
    "length": lambda one: _length(one),
    "intent": lambda one: one.case.example.intent.value,
}


def slices(answers: Sequence[Answer]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return figures by style, language, role, author, hardness, length and kind."""
    return {name: _by(answers, key) for name, key in _KEYS.items()}


def _by(answers: Sequence[Answer], key: Callable[[Answer], str]) -> dict[str, dict[str, Any]]:
    groups: defaultdict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        groups[key(one)].append(one)
    return {name: _figures(group) for name, group in sorted(groups.items())}


def _figures(group: Sequence[Answer]) -> dict[str, Any]:
    grave = [one for one in group if one.case.is_critical]
    idle = [one for one in group if one.case.is_non_report]
    return {
        "messages": len(group),
        "intent_accuracy": Share(sum(one.is_intent_right for one in group), len(group)).rate,
        "urgency_accuracy": Share(sum(one.is_urgency_right for one in group), len(group)).rate,
        "critical_messages": len(grave),
        "critical_recall": Share(sum(one.is_called_critical for one in grave), len(grave)).rate,
        "critical_or_asks": Share(sum(one.is_noticed for one in grave), len(grave)).rate,
        "false_critical": sum(one.is_called_critical for one in group if not one.case.is_critical),
        "non_reports_asked": Share(sum(one.found.ask for one in idle), len(idle)).rate,
    }


def _length(one: Answer) -> str:
    words = len(one.case.example.text.split())
    return f"<= {SHORT_WORDS} words" if words <= SHORT_WORDS else "longer"
