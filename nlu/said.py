"""The words of a message as patterns walk over them (chuỗi từ)."""

from bisect import bisect_left
from copy import copy
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nlu.syllables import is_marked_syllable, is_syllable
from nlu.text import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nlu.choices import Choices
    from nlu.phrases import Phrase, Sayings

UNSPACED_ANCHOR = "<unspaced>"
"""Khmer and its like have no spaces: their patterns are tried whenever there is such a script."""

SENTENCE_ENDS = frozenset(".!?")
_SIGNS = frozenset(".!?,")


class Span(NamedTuple):
    """Where a pattern matched: from this word up to before that one."""

    start: int
    end: int


_STOPS = ("c", "ch", "p", "t")
_HALF_MARKED = 0.12
"""From this share of words on that lack a mark, no word without marks proves anything."""


@lru_cache(maxsize=16384)
def _lacks_marks(word: str) -> bool:
    """Whether a syllable cannot be complete as it stands: `nuoc`, `xuong`, `rot`."""
    if not word.isascii() or not is_syllable(word):
        return False
    return word.endswith(_STOPS) or not is_marked_syllable(word)


def _is_half_marked(words: tuple[str, ...]) -> bool:
    return sum(map(_lacks_marks, words)) > _HALF_MARKED * len(words)


class Said:
    """A reading, indexed: which bare word stands where."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.full = tuple(word.full for word in reading.words)
        self.bare = tuple(word.bare for word in reading.words)
        self.is_marked = reading.is_marked and not _is_half_marked(self.full)
        self.is_unspaced = reading.is_unspaced
        self.judged: dict[tuple[str, Span], bool] = {}
        """Which guards were already asked about which stretch."""
        self.ends: dict[Choices, Mapping[int, Sequence[int]]] = {}
        """Which words were already looked for: where they stand and end."""
        self.awake: dict[Sayings, list[tuple[int, Phrase]]] = {}
        """Which patterns were already found to be worth a try."""
        self._places: dict[str, list[int]] = {}
        for index, word in enumerate(self.bare):
            self._places.setdefault(word, []).append(index)

    @cached_property
    def narrowly(self) -> "Said":
        """Return the same words, everyday words taken for themselves even where nobody uses marks.

        Danger is read widely and what excuses it narrowly: `de` may be `đè`, but is no `dế`.
        """
        if self.is_marked:
            return self
        narrow = copy(self)
        narrow.is_marked = True
        narrow.ends, narrow.awake = {}, {}
        return narrow

    @cached_property
    def words(self) -> frozenset[str]:
        """Every bare word that occurs, and `UNSPACED_ANCHOR` where some are not set apart."""
        return frozenset((*self._places, UNSPACED_ANCHOR) if self.is_unspaced else self._places)

    @cached_property
    def spellings(self) -> dict[str, list[str]]:
        """How each bare word is written here; `UNSPACED_ANCHOR` stands for itself."""
        found = {UNSPACED_ANCHOR: [UNSPACED_ANCHOR]}
        for bare, full in dict.fromkeys(zip(self.bare, self.full, strict=True)):
            found.setdefault(bare, []).append(full)
        return found

    def places_of(self, words: frozenset[str], begin: int, until: int) -> list[int]:
        """Return in order where one of these bare words stands, within a stretch."""
        known = self._places
        places = [
            at for word in self.words & words for at in known.get(word, ()) if begin <= at < until
        ]
        places.sort()
        return places

    def after_comma(self, at: int, until: int) -> int:
        """Return where the next word stands: a comma between two words separates nothing."""
        return at + 1 if at < until and self.full[at] == "," else at

    def skipped(self, places: set[int], words: int, until: int) -> set[int]:
        """Return these places and those up to so many words further in the same sentence."""
        full = self.full
        found = set(places)
        for place in places:
            at = place
            for _ in range(words):
                if at < until and full[at] == ",":
                    at += 1
                if at >= until or full[at] in _SIGNS:
                    break
                at += 1
                found.add(at)
        return found

    def ends_at(self, at: int, until: int) -> bool:
        """Whether the sentence, or the stretch, ends before this place."""
        return at >= until or self.full[at] in SENTENCE_ENDS

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [at for at, word in enumerate(self.full) if word in SENTENCE_ENDS]

    def sentence_starts(self, begin: int, until: int) -> list[int]:
        """Return where sentences start within a stretch; the stretch itself starts one."""
        if begin >= until:
            return []
        ends = self._sentence_ends
        inner = ends[bisect_left(ends, begin) : bisect_left(ends, until - 1)]
        return [begin, *(at + 1 for at in inner)]

    def sentence(self, span: Span) -> Span:
        """Return the sentence, or the sentences, in which a match stands."""
        ends = self._sentence_ends
        before = bisect_left(ends, span.start)
        after = bisect_left(ends, span.end)
        begin = ends[before - 1] + 1 if before else 0
        return Span(begin, ends[after] if after < len(ends) else len(self.full))

    def written(self, span: Span) -> str:
        """Return the writer's own words for a match, in the writer's own spelling."""
        words = self.reading.words[span.start : span.end]
        if not words:
            return ""
        begin, end = words[0].start, words[-1].end
        return self.reading.original[begin:end] if begin < end else words[0].full
