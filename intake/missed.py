"""How many reports the machine lets pass (ước lượng bỏ sót), out of what people read. Pure.

Two strata. Talks near the threshold are all read: what was missed among them is counted, nothing is
estimated. The others are drawn at random, so many a day whatever the day's size: a day counts by
the talks that it had, and where days differ the bound is widened as if fewer had been read (Kish's
effective sample; Korn and Graubard's use of Clopper and Pearson). For equal days it is exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from nlu.evaluation.bounds import clopper_pearson
from storage.learning.reading_tallies import DayTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Missed reports per 1,000 talks without a ticket, with the exact 95 % bounds."""

    talks: int
    read: int
    missed: int
    open: int
    near: int
    near_read: int
    near_missed: int
    near_open: int
    per_mille: float | None
    """None: nothing at random was read yet."""
    low: float
    high: float


def estimate(days: Sequence[DayTally]) -> Estimate:
    """Weigh the days of a period together; what nobody answered may all have been missed."""
    talks, near = sum(day.talks for day in days), sum(day.near for day in days)
    rest = talks - near
    near_missed, near_open = sum(d.near_missed for d in days), sum(d.near_open for d in days)
    rate = _rate(days, hits=lambda day: day.missed, of=lambda day: day.read)
    low = _bound(days, hits=lambda day: day.missed, side=0)
    high = _bound(days, hits=lambda day: day.missed + day.open, side=1)
    return Estimate(
        talks=talks,
        read=sum(day.read for day in days),
        missed=sum(day.missed for day in days),
        open=sum(day.open for day in days),
        near=near,
        near_read=sum(day.near_read for day in days),
        near_missed=near_missed,
        near_open=near_open,
        per_mille=None if rate is None else _per_mille(rate * rest + near_missed, talks),
        low=_per_mille(low * rest + near_missed, talks),
        high=_per_mille(high * rest + near_missed + near_open, talks),
    )


Count = Callable[[DayTally], int]


def _rate(days: Sequence[DayTally], *, hits: Count, of: Count) -> float | None:
    """Return the share of all talks of days in which something was read, each day by its size."""
    counted = [(day.talks - day.near, hits(day), of(day)) for day in days if of(day)]
    size = sum(rest for rest, _, _ in counted)
    if not size:
        return None
    return sum(rest * found / read for rest, found, read in counted) / size


def _bound(days: Sequence[DayTally], *, hits: Count, side: int) -> float:
    """Return one side of the 95 % interval of the share among talks drawn at random."""

    def drawn(day: DayTally) -> int:
        return day.read + day.open

    rate = _rate(days, hits=hits, of=drawn)
    if rate is None:
        return float(side) if any(day.talks > day.near for day in days) else 0.0
    weights = [((day.talks - day.near) / drawn(day), drawn(day)) for day in days if drawn(day)]
    effective = sum(w * n for w, n in weights) ** 2 / sum(w * w * n for w, n in weights)
    total = max(1, floor(effective + 1e-9))
    found = rate * total
    whole = ceil(found - 1e-9) if side else floor(found + 1e-9)
    return clopper_pearson(min(whole, total), total)[side]


def _per_mille(count: float, talks: int) -> float:
    return 1000 * count / talks if talks else 0.0
