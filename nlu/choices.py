"""Words of which one stands at a place in a message (lựa chọn), with their marks or without."""

import re
from collections.abc import Iterable
from functools import cache

from nlu.everyday import means
from nlu.letters import UNSPACED, visible_letters
from nlu.said import Said
from nlu.syllables import canonical, strip_marks

Choice = tuple[str, ...]

_UNSPACED = re.compile(f"[{UNSPACED}]")
UNSPACED_ANCHOR = "<unspaced>"
"""Khmer and its like have no spaces: their patterns are tried whenever there is such a script."""


class Choices:
    """Words of which one stands at a place; the same set of words is one object everywhere."""

    def __init__(self, spelled: Iterable[str]) -> None:
        self.by_first = _by_first(spelled)
        self.knows_unspaced = UNSPACED_ANCHOR in self.by_first

    def lengths(self, said: Said, at: int) -> tuple[int, ...]:
        """Return how many words each fitting choice takes up from a place on."""
        entries = self.by_first.get(said.bare[at], ())
        if self.knows_unspaced and said.is_unspaced:
            entries = (*entries, *self.by_first[UNSPACED_ANCHOR])
        if not entries:
            return ()
        known = said.remembered.get((self, at))
        if known is None:
            known = tuple({len(choice) for choice in entries if _fits(choice, said, at)})
            said.remembered[self, at] = known
        return known


@cache
def choices_of(spelled: tuple[str, ...]) -> Choices:
    """Return the one object for these words; patterns that share a set share what it remembers."""
    return Choices(spelled)


def _by_first(choices: Iterable[str]) -> dict[str, tuple[Choice, ...]]:
    found: dict[str, list[Choice]] = {}
    for choice in choices:
        words = tuple(_seen(word) for word in choice.split())
        found.setdefault(_anchor(words[0]), []).append(words)
    return {first: tuple(dict.fromkeys(entries)) for first, entries in found.items()}


def _anchor(word: str) -> str:
    return UNSPACED_ANCHOR if _UNSPACED.search(word) else strip_marks(word.removeprefix("="))


def _seen(word: str) -> str:
    """Spell a word as texts are read: letters that look Latin are (`nlu/letters.py`)."""
    exact = word.startswith("=")
    seen = canonical(visible_letters(word.removeprefix("="))[0].lower())
    return f"={seen}" if exact else seen


def _fits(choice: Choice, said: Said, at: int) -> bool:
    full, is_marked = said.full, said.is_marked
    if at + len(choice) > len(full):
        return False
    for wanted in choice:
        word = full[at]
        at += 1
        if word == wanted:
            continue
        if wanted[0] == "=":
            if word != wanted[1:]:
                return False
        elif said.is_unspaced and _UNSPACED.search(wanted):
            if wanted not in word:
                return False
        elif not means(word, wanted, is_marked=is_marked):
            return False
    return True
