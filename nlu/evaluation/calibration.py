"""Whether a confidence means what it says (độ tin cậy đã hiệu chỉnh)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu.evaluation.answers import Answer

_BINS = 10


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies between two tenths."""

    low: float
    high: float
    messages: int
    confidence: float
    """Their mean confidence."""
    right: float
    """The share of them whose kind is the true one."""


@dataclass(frozen=True)
class Calibration:
    """The reliability table and the error it comes to."""

    bins: tuple[Bin, ...]
    """Only bins with answers."""
    ece: float | None
    """Expected calibration error: the mean gap, weighted by the answers of a bin."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"ece": self.ece, "bins": [vars(one) for one in self.bins]}


def calibration(answers: Sequence[Answer]) -> Calibration:
    """Compare stated confidence with how often the kind was right, in ten equal steps."""
    groups: dict[int, list[Answer]] = {}
    for one in answers:
        groups.setdefault(min(int(one.found.confidence * _BINS), _BINS - 1), []).append(one)
    bins = tuple(_bin(at, group) for at, group in sorted(groups.items()))
    if not bins:
        return Calibration((), None)
    gaps = sum(one.messages * abs(one.confidence - one.right) for one in bins)
    return Calibration(bins, gaps / len(answers))


def _bin(at: int, group: Sequence[Answer]) -> Bin:
    return Bin(
        low=at / _BINS,
        high=(at + 1) / _BINS,
        messages=len(group),
        confidence=round(sum(one.found.confidence for one in group) / len(group), 4),
        right=round(sum(one.is_intent_right for one in group) / len(group), 4),
    )
