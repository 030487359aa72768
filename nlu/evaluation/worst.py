"""The errors that matter most, first (lỗi nặng nhất)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nlu.evaluation.answers import Answer


class Fault(StrEnum):
    """What went wrong, worst first."""

    MISSED = "missed_critical"
    """Neither an alarm nor a question."""
    ONLY_ASKED = "critical_only_asked"
    FALSE = "false_critical"
    KIND = "wrong_intent"


_ORDER = tuple(Fault)


@dataclass(frozen=True)
class Error:
    """One wrong answer, for a person to read."""

    fault: Fault
    text: str = field(repr=False)
    true: str
    said: str
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "fault": self.fault.value,
            "text": self.text.encode("utf-8", "replace").decode("utf-8"),
            "true": self.true,
            "said": self.said,
            "confidence": self.confidence,
        }


def worst(answers: Sequence[Answer], most: int) -> tuple[Error, ...]:
    """Return missed dangers, then false alarms, then wrong kinds, the surest of each first."""
    errors = [_error(one, fault) for one in answers if (fault := _fault(one)) is not None]
    errors.sort(key=lambda one: (_ORDER.index(one.fault), -one.confidence))
    return tuple(errors[:most])


def _fault(one: Answer) -> Fault | None:
    if one.case.is_critical and not one.is_called_critical:
        return Fault.ONLY_ASKED if one.is_noticed else Fault.MISSED
    if one.is_called_critical and not one.case.is_critical:
        return Fault.FALSE
    return None if one.is_intent_right or not one.case.is_labelled else Fault.KIND


def _error(one: Answer, fault: Fault) -> Error:
    true, said = one.case.example, one.found
    return Error(
        fault=fault,
        text=true.text,
        true=f"{true.intent.value} · {true.urgency.value}",
        said=f"{said.intent.value} · {said.urgency.value}{' · asks' if said.ask else ''}",
        confidence=said.confidence,
    )
