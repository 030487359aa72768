"""The figures that the service stands on (chỉ số). Khmer is out of all of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nlu.evaluation.answers import Answer
from nlu.evaluation.bounds import Share
from nlu.evaluation.calibration import calibration
from nlu.labels import Intent, Urgency


def counted(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return the answers that figures are made of."""
    return tuple(one for one in answers if not one.case.is_khmer)


def summary(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return one number a name; None where the messages tell nothing about it."""
    mine = counted(answers)
    labelled = [one for one in mine if one.case.is_labelled]
    grave = [one for one in mine if one.case.is_critical]
    calm = [one for one in mine if not one.case.is_critical]
    idle = [one for one in mine if one.case.is_non_report]
    false = Share(sum(one.is_called_critical for one in calm), len(calm))
    return {
        "messages": len(mine),
        "khmer_left_out": len(answers) - len(mine),
        "intent_accuracy": _rate(_share(one.is_intent_right for one in labelled)),
        "macro_f1": _rounded(macro_f1(labelled)),
        "urgency_accuracy": _rate(_share(one.is_urgency_right for one in labelled)),
        "ece": _rounded(calibration(labelled).ece),
        "critical_messages": len(grave),
        **_bounded("critical_recall", _share(one.is_called_critical for one in grave)),
        **_bounded("critical_or_asks", _share(one.is_noticed for one in grave)),
        "non_reports": len(idle),
        **_bounded("non_reports_critical", _share(one.is_called_critical for one in idle)),
        **_bounded("non_reports_asked", _share(one.found.ask for one in idle)),
        "false_critical": false.hits,
        "false_critical_per_1000": _rounded(_thousand(false), 2),
        **_writer(labelled),
        **_speed([one.seconds for one in mine]),
    }


def _writer(answers: Sequence[Answer]) -> dict[str, Any]:
    said = [one for one in answers if one.found.facts.author_role is not None]
    right = [str(one.found.facts.author_role.value) for one in said if one.found.facts.author_role]
    true = [one.case.example.author_role for one in said]
    return {
        "language_accuracy": _rate(
            _share(one.found.lang.value == one.case.example.lang for one in answers)
        ),
        "author_role_said": _rate(Share(len(said), len(answers))),
        "author_role_accuracy": _rate(_share(a == b for a, b in zip(right, true, strict=True))),
    }


def _speed(seconds: list[float]) -> dict[str, float]:
    seconds.sort()
    if not seconds:
        return {"median_ms": 0.0, "p99_ms": 0.0}
    return {
        "median_ms": round(1000 * seconds[len(seconds) // 2], 3),
        "p99_ms": round(1000 * seconds[len(seconds) * 99 // 100], 3),
    }


def of_intents(answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    """Return precision, recall and F1 of every kind that occurs in truth or in answers."""
    true = Counter(one.case.example.intent for one in answers)
    said = Counter(one.found.intent for one in answers)
    right = Counter(one.found.intent for one in answers if one.is_intent_right)
    return {
        intent.value: {
            "messages": true[intent],
            "precision": right[intent] / said[intent] if said[intent] else None,
            "recall": right[intent] / true[intent] if true[intent] else None,
            "f1": 2 * right[intent] / (true[intent] + said[intent]),
        }
        for intent in Intent
        if true[intent] + said[intent]
    }


def macro_f1(answers: Sequence[Answer]) -> float | None:
    """Return the mean F1 of all kinds that occur in truth or in answers, as scikit-learn does."""
    found = [float(about["f1"]) for about in of_intents(answers).values()]
    return sum(found) / len(found) if found else None


def urgency_confusion(answers: Sequence[Answer]) -> Mapping[str, Mapping[str, int]]:
    """Return how often each true urgency (first key) was called what (second key)."""
    pairs = Counter((one.case.example.urgency, one.found.urgency) for one in answers)
    return {true.value: {said.value: pairs[true, said] for said in Urgency} for true in Urgency}


def mistaken_intents(answers: Sequence[Answer], most: int = 10) -> list[tuple[str, str, int]]:
    """Return the commonest confusions of kinds: true, said, how often."""
    pairs = Counter(
        (one.case.example.intent.value, one.found.intent.value)
        for one in answers
        if not one.is_intent_right
    )
    return [(true, said, count) for (true, said), count in pairs.most_common(most)]


def _share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def _bounded(name: str, share: Share) -> dict[str, Any]:
    return {
        name: _rate(share),
        f"{name}_bounds": [round(bound, 4) for bound in share.bounds],
    }


def _rate(share: Share) -> float | None:
    return _rounded(share.rate)


def _thousand(share: Share) -> float | None:
    return None if share.rate is None else 1000 * share.rate


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
