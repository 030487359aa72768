"""Exact bounds of a share (khoảng tin cậy Clopper–Pearson), with the standard library alone.

`evaluate` runs on the Centre's server, where neither scipy nor scikit-learn is installed; the bound
is where the binomial tail crosses 2.5 %, found by halving.
"""

from dataclasses import dataclass
from math import exp, fsum, lgamma, log

_HALVINGS = 60


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def rate(self) -> float | None:
        """Return the share, or None where there was nothing to count."""
        return self.hits / self.total if self.total else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the exact 95 % bounds; (0, 1) where nothing is known."""
        return clopper_pearson(self.hits, self.total)


def clopper_pearson(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bounds that hold the true share with at least this confidence."""
    tail = (1 - confidence) / 2
    lower = _crossing(total, hits, tail) if hits > 0 else 0.0
    upper = 1 - _crossing(total, total - hits, tail) if hits < total else 1.0
    return lower, upper


def _crossing(total: int, least: int, tail: float) -> float:
    """Return the chance under which `least` or more of `total` is as unlikely as the tail."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_least(total, least, middle) < tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(total: int, least: int, chance: float) -> float:
    """Return the chance of `least` or more hits; logarithms keep large counts from overflowing."""
    if chance in {0.0, 1.0}:
        return chance
    ways = lgamma(total + 1)
    return fsum(
        exp(
            ways
            - lgamma(count + 1)
            - lgamma(total - count + 1)
            + count * log(chance)
            + (total - count) * log(1 - chance)
        )
        for count in range(least, total + 1)
    )
