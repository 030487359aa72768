"""Which texts are nearly the same (gần trùng): every pair, found without comparing all with all.

Two texts are as like as their sets of four letters overlap (Jaccard), marks taken off. A pair that
is like enough shares one of the rarest few shingles of each (prefix filter), so only texts under
the same rare shingle are compared: exact, no randomness, seconds for 15,000 messages.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from nlu.syllables import strip_marks

_LETTERS = 4
_NOT_WORDS = re.compile(r"[^\w?]+|_")


def same_key(text: str) -> str:
    """Return what two writings of one text have in common: letters with marks, digits, `?`.

    A text without any of them (one emoji) stands for itself.
    """
    plain = _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()
    return plain or text.strip()


def near_pairs(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield (earlier, later, likeness) for all pairs that are at least so like."""
    sets = [_shingles(text) for text in texts]
    often = Counter(shingle for one in sets for shingle in one)
    rank = {one: place for place, one in enumerate(sorted(often, key=lambda x: (often[x], x)))}
    under: defaultdict[str, list[int]] = defaultdict(list)
    for at in sorted(range(len(sets)), key=lambda index: len(sets[index])):
        mine = sets[at]
        needed = len(mine) - math.ceil(least * len(mine)) + 1
        rarest = sorted(mine, key=rank.__getitem__)[:needed]
        candidates = {other for shingle in rarest for other in under[shingle]}
        for other in candidates:
            theirs = sets[other]
            if len(theirs) < least * len(mine):
                continue
            shared = len(mine & theirs)
            likeness = shared / (len(mine) + len(theirs) - shared)
            if likeness >= least:
                yield min(at, other), max(at, other), likeness
        for shingle in rarest:
            under[shingle].append(at)


def _shingles(text: str) -> frozenset[str]:
    padded = f" {strip_marks(same_key(text))} "
    if len(padded) <= _LETTERS:
        return frozenset({padded})
    return frozenset(padded[at : at + _LETTERS] for at in range(len(padded) - _LETTERS + 1))
