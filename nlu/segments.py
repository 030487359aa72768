"""Words typed without the space between them (chữ dính liền): `embidanh` is `em bị đánh`.

Runs on Python 3.10. A word is taken apart only when it is none as it stands, when every part is a
known word, and when no other way to cut it is nearly as likely.
"""

from functools import lru_cache
from itertools import pairwise

from nlu.lexicon import Lexicon, lexicon
from nlu.syllables import strip_marks

LONGEST = 60
"""Longer runs of letters are no words that lost their spaces; the work stays small."""
_LONGEST_PART = 7
_KEPT = 3
_RARE_BARE = 4
"""A part without marks has to be a commoner word than one that shows its marks."""
_LONE = frozenset("ởạừờàơý")
_PART_COST = 1.2
_MARGIN = 1.6
_SURE_ALONE = 15
_LEAST_LIKELY = -8.5
"""The mean of the logarithms of how likely each part is after the part before it."""

_Way = tuple[float, tuple[str, ...]]


@lru_cache(maxsize=8192)
def parted(word: str, *, surely: bool = False) -> tuple[str, ...]:
    """Return the words that were joined, or the word alone when there is no single reading.

    `surely`: of words without marks only such as were seen in a row.
    """
    if not 4 <= len(word) <= LONGEST or not word.isalpha():
        return (word,)
    known = lexicon()
    if known.knows(word):
        return (word,)
    ways = _ways(word, known)
    if not ways or len(ways[0][1]) < 2:
        return (word,)
    best, parts = ways[0]
    mean = (best + _PART_COST * len(parts)) / len(parts)
    rival = ways[1][0] if len(ways) > 1 else -1e9
    if mean < _LEAST_LIKELY or best - rival < _MARGIN or not _holds(parts, known, surely):
        return (word,)
    return parts


def _holds(parts: tuple[str, ...], known: Lexicon, surely: bool) -> bool:
    """Whether parts without marks were joined for a reason: often said in a row, or common."""
    if not all(part.isascii() for part in parts):
        return True
    return all(
        pair in known.pairs or (not surely and min(map(known.count, pair)) >= _SURE_ALONE)
        for pair in pairwise(parts)
    )


def _ways(word: str, known: Lexicon) -> list[_Way]:
    """Return the likeliest ways to cut a word, the best first."""
    bare = strip_marks(word)
    best: list[list[_Way]] = [[] for _ in range(len(word) + 1)]
    best[0] = [(0.0, ())]
    for end in range(1, len(word) + 1):
        found: list[_Way] = []
        for start in range(max(0, end - _LONGEST_PART), end):
            if not best[start] or not _is_part(word[start:end], bare[start:end], known):
                continue
            for score, parts in best[start]:
                after = strip_marks(parts[-1]) if parts else ""
                chance = known.chance(bare[start:end], after) - _PART_COST
                found.append((score + chance, (*parts, word[start:end])))
        best[end] = sorted(found, reverse=True)[:_KEPT]
    return best[-1]


def _is_part(part: str, bare: str, known: Lexicon) -> bool:
    if len(part) == 1:
        return part in _LONE
    if part.isascii():
        return known.bare.get(bare, 0) >= _RARE_BARE
    return part in known.marked or known.bare.get(bare, 0) >= _RARE_BARE
