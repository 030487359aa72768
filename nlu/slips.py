"""Slips of the finger (lỗi gõ): the one known word that was meant.

Runs on Python 3.10. A word that can be one as it stands is never touched. An impossible one is read
as another only when a single known word lies one slip away and fits between its neighbours.
"""

from collections.abc import Iterator
from functools import lru_cache

from nlu.lexicon import Lexicon, lexicon
from nlu.syllables import is_syllable, strip_marks

_LONGEST = 9
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouyăâêôơư")
_COMMON = 3
_MARGIN, _MARGIN_DOUBTFUL = 0.9, 1.2
"""What could be a word, or an abbreviation, needs a surer reading."""
_KEPT_SPELLED = (
    "vop vọp die vip pay she one train bug chip reup boss gym thk ngy ex coach "
    "dcm đcm vcl clm clmm tks đắk lắk"
)
_KEPT = frozenset(_KEPT_SPELLED.split())
"""Words too rare to be known, or parts of names, and one slip from common ones."""
_DEAR = 9.9
_SURE_ALONE = 40
"""A word so common needs no neighbour to vouch for it."""


def _neighbours() -> frozenset[tuple[str, str]]:
    found = set()
    for number, row in enumerate(_ROWS):
        for at, key in enumerate(row):
            near = set(row[max(at - 1, 0) : at + 2])
            if number:
                near.update(_ROWS[number - 1][at : at + 2])
            for other in near - {key}:
                found |= {(key, other), (other, key)}
    return frozenset(found)


_NEIGHBOURS = _neighbours()


@lru_cache(maxsize=8192)
def mended(word: str, before: str, after: str) -> str:
    """Return the known word of which this unknown one is a slip, between its neighbours."""
    known = lexicon()
    scores = {one: known.fit(one, before, after) - cost for one, cost in _meant_by(word).items()}
    if not scores:
        return word
    best, *others = sorted(scores, key=lambda one: (-scores[one], one))
    doubtful = is_syllable(word) or _VOWELS.isdisjoint(strip_marks(word))
    margin = _MARGIN_DOUBTFUL if doubtful else _MARGIN
    if others and scores[best] - scores[others[0]] < margin:
        return word
    vouched = ((before, best) in known.pairs) + ((best, after) in known.pairs)
    if not vouched and (doubtful or known.bare[best] < _SURE_ALONE):
        return word
    return _with_marks(best, word, known)


@lru_cache(maxsize=8192)
def _meant_by(word: str) -> dict[str, float]:
    """Return the known bare words that lie one slip away, with what it costs to believe so."""
    known = lexicon()
    bare = strip_marks(word)
    if not 3 <= len(word) <= _LONGEST or known.knows(word) or word in _KEPT:
        return {}
    if not bare.isascii() or not bare.isalpha() or (is_syllable(word) and bare in known.bare):
        return {}
    marks = {letter for letter in word if not letter.isascii()}
    found: dict[str, float] = {}
    for one, cost in _near(bare):
        if known.bare.get(one, 0) >= _COMMON and cost < found.get(one, _DEAR):
            found[one] = cost
    fitting = {
        one: cost
        for one, cost in found.items()
        if any(marks <= set(spelling) for spelling in known.spellings[one])
    }
    return fitting or found


def _near(bare: str) -> Iterator[tuple[str, float]]:
    """Return what the finger may have meant, each with what it costs to believe so."""
    for at in range(len(bare)):
        head, letter, tail = bare[:at], bare[at], bare[at + 1 :]
        yield head + tail, 0.3 if letter in {bare[at - 1 : at], tail[:1]} else 1.2
        if tail:
            yield head + tail[0] + letter + tail[1:], 0.3
        for near in "abcdeghiklmnopqrstuvxy":
            if (letter, near) in _NEIGHBOURS:
                yield head + near + tail, 0.8
            yield head + near + letter + tail, 1.2
    for near in "aeiouycghmnpt":
        yield bare + near, 1.2


def _with_marks(bare: str, word: str, known: Lexicon) -> str:
    """Return the only spelling with marks that agrees with those the writer typed."""
    marks = {letter for letter in word if not letter.isascii()}
    if not marks:
        return bare
    fitting = [one for one in known.spellings.get(bare, ()) if marks <= set(one)]
    return fitting[0] if len(fitting) == 1 else bare
