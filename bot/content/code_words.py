"""The list of words that return codes are made of (mã quay lại), and how a word is found again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.content.cards import FOLDER, ContentError
from bot.content.words import fold, is_slip

SYLLABLES = 2
"""Of every word: so it is known where one ends, however it is written."""
_STARTS = (
    ("ngh", "ng"), ("gh", "g"), ("gi", "d"), ("tr", "ch"), ("z", "d"), ("v", "d"), ("s", "x"),
    ("r", "g"),
)  # fmt: skip
_ENDS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWords:
    """The words, and the ways in which one of them may come back."""

    words: tuple[str, ...]
    """As they are shown, with their marks."""
    folded: frozenset[str]
    sounds: Mapping[str, str] = field(repr=False)
    """Sound -> folded word."""

    def find(self, said: str) -> tuple[str, int] | None:
        """Return the folded word that folded syllables are, and its slips: none, or one at most.

        A word spelled by ear is that word; a slip counts only where one word alone is near.
        """
        if said in self.folded:
            return said, 0
        if heard := self.sounds.get(sound(said)):
            return heard, 0
        near = {one for one in self.folded if _is_near(said, one)}
        return (near.pop(), 1) if len(near) == 1 else None


def _is_near(said: str, word: str) -> bool:
    """Whether one syllable of five letters or more has one slip, and the other has none."""
    pairs = list(zip(said.split(), word.split(), strict=True))
    slipped = [pair for pair in pairs if pair[0] != pair[1]]
    return len(slipped) == 1 and is_slip(*slipped[0])


def sound(word: str) -> str:
    """Return how a folded word sounds in the South: s is x, tr is ch, v and gi are d, no end is
    told from its neighbour (nghe sao viết vậy)."""
    return " ".join(map(_sound, word.split()))


def _sound(syllable: str) -> str:
    for start, heard in _STARTS:
        rest = syllable.removeprefix(start)
        if rest != syllable and rest[:1] in "aeiouy":
            syllable = heard + (rest or "i")
            break
    for end, heard in _ENDS:
        if syllable.endswith(end) and len(syllable) > len(end):
            syllable = syllable.removesuffix(end) + heard
            break
    return syllable.replace("y", "i")


@cache
def code_words(folder: Path = FOLDER) -> CodeWords:
    """Read code_words.txt, once; raises `ContentError`."""
    try:
        lines = (folder / "code_words.txt").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ContentError(f"code_words.txt: {type(error).__name__}") from error
    return make_code_words(line for line in lines if line and not line.startswith("#"))


def make_code_words(lines: Iterable[str]) -> CodeWords:
    """Make the list from words with their marks."""
    words = tuple(lines)
    folded = tuple(map(fold, words))
    return CodeWords(
        words=words,
        folded=frozenset(folded),
        sounds={sound(one): one for one in folded},
    )
