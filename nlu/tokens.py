"""Words and signs of a message as they stand (tách từ), before anything is undone.

Runs on Python 3.10.
"""

import re
from typing import NamedTuple

from nlu.letters import UNSPACED
from nlu.spelling import SPOKEN_EMOJI, held_briefly, spelled
from nlu.syllables import strip_marks

_TOKEN = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)|(?P<word>[^\W_{UNSPACED}]+)|(?P<stop>[.!?…\n;。]+)"
    rf"|(?P<comma>[,:]+)|(?P<picture>[{''.join(SPOKEN_EMOJI)}])"
)


class Word(NamedTuple):
    """One word, as it was written and as it is matched."""

    full: str
    """Lower case, with the marks the writer typed or clearly meant."""
    bare: str
    """The same without marks."""
    start: int
    """Where it starts in the original text."""
    end: int
    capital: bool = False
    """Written with a capital first letter."""


def word_of(full: str, first: Word, last: Word) -> Word:
    """Return the word that is meant by what stands from one word to another."""
    return Word(full, strip_marks(full), first.start, last.end, first.capital)


def tokens_of(letters: str, places: list[int]) -> list[Word]:
    """Split visible letters into words, signs, and pictures that are words."""
    tokens: list[Word] = []
    for match in _TOKEN.finditer(letters):
        start, end = match.span()
        said = match.group()
        at, until = places[start], places[end - 1] + 1
        if match.lastgroup == "stop":
            sign = "?" if "?" in said else "!" if "!" in said else "."
            tokens.append(Word(sign, sign, at, until))
        elif match.lastgroup == "comma":
            tokens.append(Word(",", ",", at, until))
        elif match.lastgroup == "picture":
            tokens.extend(_spoken(SPOKEN_EMOJI[said], tokens[-1:], at, until))
        else:
            full = said.lower() if match.lastgroup == "unspaced" else spelled(held_briefly(said))
            tokens.append(Word(full, strip_marks(full), at, until, said[:1].isupper()))
    return tokens


def _spoken(words: str, before: list[Word], at: int, until: int) -> list[Word]:
    """Say a picture; one behind the word it shows (`nhà 🏠`) says nothing new."""
    spoken = [Word(word, strip_marks(word), at, until) for word in words.split()]
    return [] if before and before[0].bare == spoken[-1].bare else spoken
