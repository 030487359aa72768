"""A message read without loss (chuẩn hoá): what the layers match, tied to what the writer wrote.

Runs on Python 3.10, because the Rasa components import it. Nothing is thrown away: every word keeps
its place in the original, so explanations can show the reporter's own spelling.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from nlu.english import is_english
from nlu.joints import join_split, join_struck
from nlu.letters import UNSPACED, visible_letters
from nlu.meanings import meant
from nlu.tokens import Word, tokens_of

__all__ = ["Reading", "Word", "read"]

_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class Reading:
    """A message as the layers see it (bản đọc)."""

    original: str = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    """Words and punctuation; punctuation is one of `.` `?` `!` `,`."""
    full: str = field(repr=False)
    """All `Word.full` joined by single spaces: what the floor's patterns run on."""
    bare: str = field(repr=False)
    emoji: tuple[str, ...] = ()
    is_english: bool = False
    is_khmer: bool = False
    is_unspaced: bool = False
    """Holds a script in which words are not set apart (nlu/letters.py)."""
    starts: tuple[int, ...] = field(default=(), repr=False)
    """Where each word starts in `full`."""

    is_marked: bool = False
    """The writer uses Vietnamese marks as a habit, not in one word."""

    def said(self, start: int, end: int) -> str:
        """Return the writer's own words for a span of `full`."""
        if not self.words or start >= end:
            return ""
        first = self.words[max(bisect_right(self.starts, start) - 1, 0)]
        last = self.words[max(bisect_right(self.starts, end - 1) - 1, 0)]
        return self.original[first.start : last.end]


def read(text: str) -> Reading:
    """Read a message. Never raises, for any text of any length."""
    letters, places = visible_letters(text)
    tokens = tokens_of(letters, places)
    english = is_english(tokens)
    words = join_split(join_struck(tokens), letters, places)
    words = words if english else meant(words)
    full = " ".join(word.full for word in words)
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word.full) + 1
    return Reading(
        original=text,
        words=tuple(words),
        full=full,
        bare=" ".join(word.bare for word in words),
        emoji=_emoji(letters),
        is_english=english,
        is_khmer=any("\u1780" <= letter <= "\u17ff" for letter in letters),
        is_unspaced=not letters.isascii() and _UNSPACED.search(letters) is not None,
        starts=tuple(starts),
        is_marked=sum(1 for word in words if word.full != word.bare) * 5 > len(words),
    )


def _emoji(letters: str) -> tuple[str, ...]:
    if letters.isascii():
        return ()
    found = [x for x in letters if x > "\u2190" and unicodedata.category(x) in {"So", "Sk"}]
    return tuple(found[:20])
