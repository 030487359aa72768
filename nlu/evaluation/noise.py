"""The kinds of noise that pairs are measured under."""

import unicodedata
from random import Random

from nlu.augment import variants
from nlu.syllables import strip_marks

KINDS = ("no_diacritics", "decomposed", "any_typing")


def noised(text: str, kind: str, random: Random) -> str:
    """Return the text under one kind of noise; unchanged where it has nothing to change."""
    match kind:
        case "no_diacritics":
            return strip_marks(text)
        case "decomposed":
            return unicodedata.normalize("NFD", text)
        case _:
            return random.choice(variants(text, random) or [text])
