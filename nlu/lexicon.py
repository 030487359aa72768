"""How often words and pairs of words occur (từ vựng): what joined or mistyped words may have been.

Runs on Python 3.10 with the standard library only. Counted from the training messages by
`nlu/word_counts.py`; it changes rarely, and a model is trained anew when it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

from nlu.syllables import strip_marks

WORDS_FILE = Path(__file__).with_name("data") / "words.txt"

WORD, PAIR, STRANGER = "w", "p", "x"
"""The sorts of lines: a Vietnamese word with its marks, two bare words in a row, any other word."""


@dataclass(frozen=True)
class Lexicon:
    """What is known to be a word."""

    marked: Mapping[str, int]
    """Vietnamese words in their full spelling."""
    bare: Mapping[str, int]
    """The same without marks."""
    spellings: Mapping[str, tuple[str, ...]]
    """For each bare word what it may be with its marks."""
    pairs: Mapping[tuple[str, str], int]
    """Bare words that follow one another."""
    strangers: frozenset[str]
    """Words of other tongues and abbreviations, which mean themselves."""
    total: int

    def knows(self, word: str) -> bool:
        """Whether this spelling is a word, with its marks or with none."""
        return word in self.marked or word in self.bare or word in self.strangers

    def count(self, word: str) -> int:
        """Return how often the word occurs; of a bare spelling, under any marks."""
        return self.bare.get(word, 0) if word.isascii() else self.marked.get(word, 0)

    def chance(self, word: str, after: str) -> float:
        """Return the logarithm of how likely a bare word is after another (or none)."""
        alone = (self.bare.get(word, 0) + 0.1) / self.total
        before = self.bare.get(after, 0)
        together = self.pairs.get((after, word), 0) / before if before else 0.0
        return log(0.6 * together + 0.4 * alone)

    def fit(self, bare: str, before: str, after: str) -> float:
        """Return the logarithm of how well a bare word stands between two others (or none)."""
        return self.chance(bare, before) + (self.chance(after, bare) if after else 0.0)

    def spelling_chance(self, word: str) -> float:
        """Return the logarithm of how often its bare word bears these marks; 0 without marks."""
        if word.isascii():
            return 0.0
        alike = self.bare.get(strip_marks(word), 0)
        return log((self.marked.get(word, 0) + 0.3) / (alike + 1.0))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read the counts that ship with the program, once."""
    marked: dict[str, int] = {}
    bare: dict[str, int] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], int] = {}
    strangers: set[str] = set()
    for line in WORDS_FILE.read_text(encoding="utf-8").splitlines():
        sort, said, count = line.split("\t")
        if sort == WORD:
            marked[said] = int(count)
            plain = strip_marks(said)
            bare[plain] = bare.get(plain, 0) + int(count)
            spellings[plain] = (*spellings.get(plain, ()), said)
        elif sort == PAIR:
            one, two = said.split(" ")
            pairs[one, two] = int(count)
        else:
            strangers.add(said)
    return Lexicon(marked, bare, spellings, pairs, frozenset(strangers), sum(bare.values()))
