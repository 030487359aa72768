"""Words of which one stands at a place in a message (lựa chọn), with their marks or without."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from nlu.everyday import means
from nlu.letters import UNSPACED, visible_letters
from nlu.said import UNSPACED_ANCHOR, Said
from nlu.syllables import canonical, strip_marks

Choice = tuple[str, ...]

_UNSPACED = re.compile(f"[{UNSPACED}]")


class Choices:
    """Words of which one stands at a place; the same set of words is one object everywhere."""

    def __init__(self, spelled: Iterable[str]) -> None:
        self.by_first = _by_first(spelled)
        self.firsts = frozenset(self.by_first)
        self.knows_unspaced = UNSPACED_ANCHOR in self.by_first

    def ends(self, said: Said) -> Mapping[int, Sequence[int]]:
        """Return where they stand in a message, in order, and where each that fits there ends.

        Found once a message: most words of a pattern stand in many others too.
        """
        known = said.ends.get(self)
        if known is None:
            known = said.ends[self] = self._found_in(said)
        return known

    def _found_in(self, said: Said) -> dict[int, list[int]]:
        size = len(said.full)
        is_anywhere = self.knows_unspaced and said.is_unspaced
        found: dict[int, list[int]] = {}
        for at in range(size) if is_anywhere else said.places_of(self.firsts, 0, size):
            lengths = self.lengths(said, at)
            if lengths:
                found[at] = [at + length for length in lengths]
        return found

    def may_begin(self, word: str, bare: str, is_marked: bool) -> bool:
        """Whether one of them may begin with this word, given whether its writer uses marks."""
        return bare == UNSPACED_ANCHOR or any(_beginnings(self, word, bare, is_marked))

    def lengths(self, said: Said, at: int) -> Collection[int]:
        """Return how many words each fitting choice takes up from a place on."""
        bare = said.bare[at]
        if said.is_unspaced:
            entries = (*self.by_first.get(bare, ()), *self.by_first.get(UNSPACED_ANCHOR, ()))
            return [len(choice) for choice in entries if _fits(choice, said, at)]
        if bare not in self.by_first:
            return ()
        alone, longer = _beginnings(self, said.full[at], bare, said.is_marked)
        if not longer or at + 1 == len(said.full):
            return alone
        rests = longer.get(said.bare[at + 1], ())
        return (*alone, *(1 + len(rest) for rest in rests if _fits(rest, said, at + 1)))


_Rests = dict[str, list[Choice]]


@lru_cache(maxsize=65536)
def _beginnings(
    choices: Choices, word: str, bare: str, is_marked: bool
) -> tuple[tuple[int, ...], _Rests]:
    """Return how long the choices are which this word is by itself, and what has to follow in
    the others that may begin with it, by the bare word that comes next."""
    fitting = [x for x in choices.by_first[bare] if _is_word(word, x[0], is_marked)]
    longer: _Rests = {}
    for choice in fitting:
        if len(choice) > 1:
            longer.setdefault(_anchor(choice[1]), []).append(choice[1:])
    return ((1,) if any(len(choice) == 1 for choice in fitting) else ()), longer


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
        if said.is_unspaced and wanted[0] != "=" and _UNSPACED.search(wanted):
            if wanted not in word:
                return False
        elif not _is_word(word, wanted, is_marked):
            return False
    return True


def _is_word(word: str, wanted: str, is_marked: bool) -> bool:
    if wanted[0] == "=":
        return word == wanted[1:]
    return word == wanted or means(word, wanted, is_marked=is_marked)
