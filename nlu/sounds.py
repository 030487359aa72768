"""Words spelled by ear (viết theo giọng miền Nam): `ga khỏi` is `ra khỏi`, `bắc cóc` is `bắt cóc`.

Runs on Python 3.10. Both spellings may be words, so neighbours decide: a word is read as its double
only when its double is far commoner and was seen far oftener, and beside both of these neighbours;
beside one is enough for what is no known word. Persons are never touched.
"""

from collections.abc import Iterator
from functools import lru_cache

from nlu.lexicon import lexicon
from nlu.syllables import place_tone, split_tone, strip_marks

_STARTS = (
    ("d", "v"), ("z", "v"), ("dz", "v"), ("d", "gi"), ("z", "d"), ("g", "r"), ("ch", "tr"),
    ("x", "s"),
)  # fmt: skip
_ENDS = (
    ("ng", "n"), ("n", "ng"), ("c", "t"), ("t", "c"), ("ch", "t"), ("nh", "n"),
)  # fmt: skip
_VOWELS = frozenset("aeiouyăâêôơư")
_COMMON = 8
_OFTEN = 3
_RARER, _FAR = 4, 12
"""So much commoner has the double to be, and so much oftener between these neighbours."""
_PERSONS_SPELLED = (
    "cô chú bác ông bà má mẹ bố nó dượng cậu mợ dì thím mày tôi mình bạn cháu bé nhỏ thằng tụi "
    "con em anh chi co chu bac ong ba ma me cha bo no duong cau mo di thim tao may toi tui minh "
    "ban chau be nho thang tui bon ho ai trai gai họ gái"
)
_PERSONS = frozenset(_PERSONS_SPELLED.split())


def sounded(word: str, before: str, after: str) -> str:
    """Return the word that was heard, between its bare neighbours; mostly the word itself."""
    doubles = _doubles(word)
    if not doubles:
        return word
    bare = strip_marks(word)
    sides = 2 if lexicon().knows(word) else 1
    fitting = [one for one in doubles if _vouched(strip_marks(one), before, after) >= sides]
    if len(fitting) != 1:
        return word
    itself, double = (_seen(one, before, after) for one in (bare, strip_marks(fitting[0])))
    return fitting[0] if itself * _FAR <= double else word


def _seen(bare: str, before: str, after: str) -> int:
    pairs = lexicon().pairs
    return pairs.get((before, bare), 0) + pairs.get((bare, after), 0)


def _vouched(bare: str, before: str, after: str) -> int:
    """Return how many of the two neighbours this word is often seen beside."""
    pairs = lexicon().pairs
    return (pairs.get((before, bare), 0) >= _OFTEN) + (pairs.get((bare, after), 0) >= _OFTEN)


@lru_cache(maxsize=8192)
def _doubles(word: str) -> tuple[str, ...]:
    """Return the common words that sound like this one in the South."""
    known = lexicon()
    if not 2 <= len(word) <= 7 or word in _PERSONS:
        return ()
    least = max(_COMMON, _RARER * known.count(word))
    found = {one for one in _alike(word) if known.count(one) >= least}
    return tuple(sorted(found - {word}))


def _alike(word: str) -> Iterator[str]:
    toneless, tone = split_tone(word)
    starts = [toneless]
    for start, meant in _STARTS:
        rest = toneless[len(start) :]
        if toneless.startswith(start) and rest[:1] in _VOWELS:
            starts.append(meant + rest)
    for begun in starts:
        yield place_tone(begun, tone)
        for end, meant in _ENDS:
            rest = begun[: -len(end)]
            if begun.endswith(end) and rest[-1:] in _VOWELS:
                yield place_tone(rest + meant, tone)
