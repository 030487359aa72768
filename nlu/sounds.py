"""Words spelled by ear (viết theo giọng miền Nam): `ga khỏi` is `ra khỏi`, `bắc cóc` is `bắt cóc`.

Runs on Python 3.10. Both spellings may be words, so neighbours decide: a word is read as its double
only when its double is far commoner and was seen far oftener, and beside both of these neighbours;
beside one is enough for what is no known word. Persons are never touched.
"""

from collections.abc import Iterator
from functools import lru_cache

from nlu.lexicon import lexicon
from nlu.syllables import is_syllable, place_tone, split_tone, strip_marks

_STARTS = (
    ("d", "v"), ("z", "v"), ("dz", "v"), ("d", "gi"), ("z", "d"), ("g", "r"), ("ch", "tr"),
    ("x", "s"),
)  # fmt: skip
_ENDS = (
    ("ng", "n"), ("n", "ng"), ("c", "t"), ("t", "c"), ("ch", "t"), ("nh", "n"),
)  # fmt: skip
_SPECIAL = {
    "hong": ("không",), "hỏng": ("không",), "chít": ("chết",), "bit": ("biết",), "mun": ("muốn",),
    "rui": ("rồi",), "goi": ("rồi",), "chien": ("chuyện",), "dia": ("về",), "oi": ("rồi",),
    "vớ": ("vớt",), "mấu": ("máu",), "nhải": ("nhảy",), "hổng": ("không",),
}  # fmt: skip
_VOWELS = frozenset("aeiouyăâêôơư")
_COMMON = 8
_OFTEN = 3
_RARER = 4
"""So much commoner has the double to be."""
_NEED_KNOWN, _NEED_UNKNOWN, _NEED_SIDE, _HABIT, _APART = 4.2, 0.5, 1.5, 2.5, 1.0
"""So much likelier (in logarithms) has the double to be, and than any other double."""
_PERSONS_SPELLED = (
    "cô chú bác ông bà má mẹ bố nó dượng cậu mợ dì thím mày tôi mình bạn cháu bé nhỏ thằng tụi "
    "con em anh chi co chu bac ong ba ma me cha bo no duong cau mo di thim tao may toi tui minh "
    "ban chau be nho thang tui bon ho ai trai gai họ gái"
)
_PERSONS = frozenset(_PERSONS_SPELLED.split())
_DANGERS_SPELLED = (
    "nuot truot dut lot dao dap dam dot duoi chay can ngat giet giat bat cat cut chem vot rot rach "
    "hut chet xong bong dim troi trot sot sat dien got"
)
_DANGERS = frozenset(_DANGERS_SPELLED.split())
"""Bare words of harm: what may be one of them is never read as a commoner word."""
_KEPT_SPELLED = (
    "khôn bánh banh còng cong xinh ôn chai vali bênh sún hạch canh chốn tiến sắc nhang lút"
)
_KEPT = frozenset(_KEPT_SPELLED.split())
"""Words that fit where their doubles do, and are meant."""
_OF_PLACES = frozenset({"chông"})
"""Parts of names (Hòn Chông) that are no words by themselves."""


def is_by_ear(word: str) -> bool:
    """Whether this is no word, and sounds like one: its writer writes as the South speaks."""
    return is_syllable(word) and not lexicon().knows(word) and bool(_doubles(word))


def sounded(word: str, before: str, after: str, *, by_ear: bool = False) -> str:
    """Return the word that was heard, between its bare neighbours; mostly the word itself.

    `by_ear`: other words of this message are spelled so.
    """
    doubles = _doubles(word)
    if not doubles:
        return word
    known = lexicon()
    itself = _score(word, before, after)
    scores = sorted(((_score(one, before, after), one) for one in doubles), reverse=True)
    best, double = scores[0]
    others = [score for score, one in scores[1:] if strip_marks(one) != strip_marks(double)]
    if others and best - others[0] < _APART:
        return word
    bare = strip_marks(double)
    sides = (_vouched(before, bare), _vouched(bare, after))
    if not any(sides):
        return word
    need = _NEED_KNOWN if known.knows(word) else _NEED_UNKNOWN
    need += _NEED_SIDE * (not all(sides)) - _HABIT * by_ear
    return double if best - itself >= need else word


def _score(word: str, before: str, after: str) -> float:
    known = lexicon()
    return known.fit(strip_marks(word), before, after) + known.spelling_chance(word)


def _vouched(one: str, other: str) -> bool:
    """Whether these two are often seen in a row."""
    return lexicon().pairs.get((one, other), 0) >= _OFTEN


@lru_cache(maxsize=8192)
def _doubles(word: str) -> tuple[str, ...]:
    """Return the common words that sound like this one in the South."""
    known = lexicon()
    if not 2 <= len(word) <= 7 or word in _PERSONS or word in _OF_PLACES:
        return ()
    if (word in _KEPT or strip_marks(word) in _DANGERS) and known.knows(word):
        return ()
    least = max(_COMMON, _RARER * known.count(word))
    found = {one for one in _alike(word) if known.count(one) >= least}
    found |= {one for one in _SPECIAL.get(word, ())}
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
