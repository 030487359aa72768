"""Words typed without the space between them (chữ dính liền): `embidanh` is `em bị đánh`.

Runs on Python 3.10. A run of letters is taken apart only when it is no word as it stands. A short
one needs a single likely cut; a whole sentence in one run is cut in the likeliest way, because any
way tells more than none. Parts may be teencode and raw Telex keys.
"""

from functools import lru_cache
from itertools import pairwise

from nlu.keystrokes import undo_telex
from nlu.lexicon import Lexicon, lexicon
from nlu.spelling import LONGEST, ONE_READING
from nlu.syllables import canonical, strip_marks

_LONGEST_PART, _LONGEST_KEYS = 7, 9
_KEPT = 4
_RARE_BARE = 4
"""A part without marks has to be a commoner word than one that shows its marks."""
_LONE = frozenset("ởạừờàơýao")
_SHORT = {
    "e": "em", "t": "toi", "r": "roi", "k": "khong", "h": "gio", "m": "may", "v": "vay",
    "a": "a", "o": "o", "ô": "ong",
}  # fmt: skip
"""Letters that stand for a word about as likely as this one, when the rest of a run is words."""
_SURELY_SHORT = frozenset("etrkhaoô")
_ALSO = frozenset({"ad", "fb", "ok", "help"})
_PART_COST = 1.2
_SHORT_COST, _SPELLED_COST, _KEYS_COST, _UNSEEN_COST = 2.5, 1.2, 2.0, 1.0
_STRANGE_COST, _STRANGE_LETTER = 6.0, 3.0
_LONGEST_STRANGE = 5
"""What a piece costs that is no word at all, in the midst of a sentence."""
_STRANGER_GAIN = 4.0
_MARGIN = 1.6
_SURE_ALONE = 15
_SENTENCE = 9
"""Letters; from here on a run is no single word, and need not have a single reading."""
_LEAST_ODD, _LEAST_BARE, _LEAST_MARKED = -2.35, -2.8, -3.3
"""For each letter of it, how likely a run has to be; what is of another tongue is less likely."""
_LEAST_PAIR, _LEAST_SPELLED = -9.7, -8.6
"""For each word of it, how likely a short run has to be; more so with teencode in it."""

_Way = tuple[float, str, tuple[str, ...]]
"""How likely, the bare word it ends with, the parts as they were typed."""


@lru_cache(maxsize=4096)
def parted(word: str, *, surely: bool = False, keys: bool = False) -> tuple[str, ...]:
    """Return the words that were joined, or the word alone when it is better left alone.

    `surely`: a short run only into words that were seen in a row. `keys`: among raw Telex keys.
    """
    if not (3 if not word.isascii() else 4) <= len(word) <= LONGEST or not word.isalpha():
        return (word,)
    known = lexicon()
    if known.knows(word):
        return (word,)
    ways = _ways(word, known)
    if not ways or len(ways[0][2]) < 2:
        return (word,)
    best, _, parts = ways[0]
    plain = _is_plain(parts)
    likely = best >= _least(word, plain, keys) * len(word)
    if likely and len(word) >= _SENTENCE:
        return parts
    rival = next((way[0] for way in ways[1:] if not plain or _is_plain(way[2])), -1e9)
    least = _LEAST_PAIR if plain else _LEAST_SPELLED
    if best - rival < _MARGIN or not (likely or best >= least * len(parts)):
        return (word,)
    return parts if keys or _holds(word, parts, surely) else (word,)


def _least(word: str, plain: bool, keys: bool) -> float:
    if keys or not word.isascii():
        return _LEAST_MARKED
    return _LEAST_BARE if plain else _LEAST_ODD


@lru_cache(maxsize=16384)
def part_meant(part: str) -> str:
    """Return the word, or the words, that one part of a run stands for."""
    if part in ONE_READING:
        return ONE_READING[part]
    return canonical(undo_telex(part)) if part.isascii() else canonical(part)


def _is_plain(parts: tuple[str, ...]) -> bool:
    """Whether every part is a word as it stands, without teencode, keys and single letters."""
    known = lexicon()
    return all(part in _LONE or (len(part) > 1 and known.knows(part)) for part in parts)


def _holds(word: str, parts: tuple[str, ...], surely: bool) -> bool:
    """Whether a short word falls into these parts for a reason: often in a row, or common ones."""
    if not surely and not word.isascii():
        return True
    known = lexicon()
    return _is_plain(parts) and all(
        pair in known.pairs or (not surely and min(map(known.count, pair)) >= _SURE_ALONE)
        for pair in pairwise(map(strip_marks, parts))
    )


def _ways(word: str, known: Lexicon) -> list[_Way]:
    """Return the likeliest ways to cut a word, the best first."""
    best: list[list[_Way]] = [[] for _ in range(len(word) + 1)]
    best[0] = [(0.0, "", ())]
    for end in range(1, len(word) + 1):
        found: list[_Way] = []
        for start in range(max(0, end - _LONGEST_KEYS), end):
            part = word[start:end]
            reading = _as_part(part) if best[start] else None
            if reading is None:
                continue
            first, last, cost = reading
            for score, after, parts in best[start]:
                chance = known.chance(first, after) - cost
                found.append((score + chance, last, (*parts, part)))
        best[end] = sorted(found, reverse=True)[:_KEPT]
    return best[-1]


@lru_cache(maxsize=16384)
def _as_part(part: str) -> tuple[str, str, float] | None:
    """Return the first and the last bare word that a part says and its cost; None for no part."""
    known = lexicon()
    bare = strip_marks(part)
    if len(part) == 1 and (part not in _LONE or part.isascii()):
        said = _SHORT.get(part)
        dear = 0.0 if part in _SURELY_SHORT else _SHORT_COST
        return (said, said, _PART_COST + _SHORT_COST + dear) if said else None
    if part in ONE_READING:
        words = strip_marks(ONE_READING[part]).split()
        return words[0], words[-1], _PART_COST + _SPELLED_COST
    if len(part) <= _LONGEST_PART and _is_word(part, bare, known):
        return bare, bare, _PART_COST + _rareness(part, bare, known)
    if part in _ALSO or part in known.strangers:
        return bare, bare, _PART_COST - _STRANGER_GAIN
    undone = undo_telex(part) if part.isascii() else part
    if undone != part and undone in known.marked:
        bare = strip_marks(undone)
        return bare, bare, _PART_COST + _KEYS_COST
    if 2 <= len(part) <= _LONGEST_STRANGE:
        return (
            "",
            "",
            _PART_COST + _STRANGE_COST + _STRANGE_LETTER * len(part) + known.chance("", ""),
        )
    return None


def _is_word(part: str, bare: str, known: Lexicon) -> bool:
    if len(part) == 1:
        return True
    if part.isascii():
        return known.bare.get(bare, 0) >= _RARE_BARE
    return part in known.marked or known.bare.get(bare, 0) >= _RARE_BARE


def _rareness(part: str, bare: str, known: Lexicon) -> float:
    """Return what a spelling costs that is seldom seen with these marks."""
    return 0.0 if part.isascii() or part in known.marked else _UNSEEN_COST
