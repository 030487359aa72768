"""The kinds of noise (các kiểu gõ sai), by name; a seeded generator draws where they strike.

A noised message keeps its labels: marks, keys, spaces and spelling change, who did what to whom
never. Training draws copies from here, the evaluation measures pairs with it; nothing here is used
when a message is read.
"""

import unicodedata
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from nlu.noise.keys import slips, telex, vni
from nlu.noise.shapes import (
    emoji,
    joined,
    joined_all,
    lookalikes,
    plain_signs,
    spaced,
    stretched,
)
from nlu.noise.words import dialect, dictated, teencode
from nlu.syllables import strip_marks

_Noise = Callable[[str, Random], str]


def _bare(text: str, random: Random) -> str:
    return strip_marks(text)


def _half_bare(text: str, random: Random) -> str:
    share = random.uniform(0.25, 0.75)
    return " ".join(
        strip_marks(word) if random.random() < share else word for word in text.split(" ")
    )


def _telex_words(text: str, random: Random) -> str:
    return telex(text, random, share=0.35)


def _vni_words(text: str, random: Random) -> str:
    return vni(text, random, share=0.35)


def _decomposed(text: str, random: Random) -> str:
    return unicodedata.normalize("NFD", text)


def _capitals(text: str, random: Random) -> str:
    return text.upper()


_NOISES: Mapping[str, _Noise] = MappingProxyType(
    {
        "no_diacritics": _bare,
        "some_diacritics": _half_bare,
        "teencode": teencode,
        "telex": telex,
        "telex_words": _telex_words,
        "vni": vni,
        "vni_words": _vni_words,
        "typos": slips,
        "joined_words": joined,
        "joined_all": joined_all,
        "spaced": spaced,
        "stretched": stretched,
        "dialect": dialect,
        "dictated": dictated,
        "emoji": emoji,
        "capitals": _capitals,
        "no_punctuation": plain_signs,
        "decomposed": _decomposed,
        "lookalikes": lookalikes,
    }
)

KINDS: tuple[str, ...] = (*_NOISES, "any_typing")
"""Every kind; `any_typing` draws one or two of them, as a careless hand does."""

_TOGETHER = (
    ("no_diacritics",),
    ("no_diacritics", "typos"),
    ("teencode",),
    ("teencode", "no_diacritics"),
    ("some_diacritics", "typos"),
    ("telex_words",),
    ("dialect",),
    ("dialect", "no_diacritics"),
    ("stretched", "no_punctuation"),
    ("joined_words",),
    ("dictated",),
    ("typos",),
)


def noised(text: str, kind: str, random: Random) -> str:
    """Return the text under one kind of noise; unchanged where it has nothing to change."""
    if kind != "any_typing":
        return _NOISES[kind](unicodedata.normalize("NFC", text), random)
    for one in random.choice(_TOGETHER):
        text = noised(text, one, random)
    return text
