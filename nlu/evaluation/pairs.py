"""Robustness in pairs (cặp câu nhiễu): the same sentence as it was written, and noised."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from nlu.evaluation.answers import Answer, ask_all
from nlu.evaluation.bounds import Share
from nlu.evaluation.cases import Case
from nlu.evaluation.engines import Understand
from nlu.labels import Language

Noised = Callable[[str, str, Random], str]
"""(text, kind of noise, generator) -> the text as another hand or device would leave it."""
_SEED = 3


def noise_pairs(
    understand: Understand, answers: Sequence[Answer], kinds: Sequence[str], noised: Noised
) -> dict[str, dict[str, Any]]:
    """Ask about every Vietnamese message anew under each kind of noise; compare pair by pair.

    A sentence which a kind of noise leaves as it is makes no pair.
    """
    vietnamese = [one for one in answers if one.case.example.lang == Language.VIETNAMESE.value]
    return {kind: _compared(understand, vietnamese, kind, noised) for kind in kinds}


def _compared(
    understand: Understand, answers: Sequence[Answer], kind: str, noised: Noised
) -> dict[str, Any]:
    random = Random(f"{_SEED} {kind}")  # noqa: S311 - a repeatable draw, nothing secret
    clean: list[Answer] = []
    cases: list[Case] = []
    for one in answers:
        text = noised(one.case.example.text, kind, random)
        if text != one.case.example.text:
            clean.append(one)
            cases.append(_with_text(one.case, text))
    return _drops(clean, ask_all(understand, cases))


def _with_text(case: Case, text: str) -> Case:
    return Case(replace(case.example, text=text), case.facts, case.is_labelled)


def _drops(clean: Sequence[Answer], noisy: Sequence[Answer]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "pairs": len(clean),
        "critical_pairs": sum(one.case.is_critical for one in clean),
    }
    rates = {
        "intent_accuracy": (_intent(clean), _intent(noisy)),
        "critical_recall": (_critical(clean), _critical(noisy)),
        "critical_or_asks": (_noticed(clean), _noticed(noisy)),
        "non_reports_critical": (_false(clean), _false(noisy)),
    }
    for name, (before, after) in rates.items():
        lost = None if before is None or after is None else round(100 * (before - after), 1)
        found[name] = {"clean": before, "noised": after, "drop_points": lost}
    return found


def _intent(answers: Sequence[Answer]) -> float | None:
    return Share(sum(one.is_intent_right for one in answers), len(answers)).rate


def _critical(answers: Sequence[Answer]) -> float | None:
    grave = [one for one in answers if one.case.is_critical]
    return Share(sum(one.is_called_critical for one in grave), len(grave)).rate


def _noticed(answers: Sequence[Answer]) -> float | None:
    grave = [one for one in answers if one.case.is_critical]
    return Share(sum(one.is_noticed for one in grave), len(grave)).rate


def _false(answers: Sequence[Answer]) -> float | None:
    idle = [one for one in answers if one.case.is_non_report]
    return Share(sum(one.is_called_critical for one in idle), len(idle)).rate
