"""Names of several words found in a message (tra tên): with marks, without, or as raw keys.

A name written without marks may be several (`phu thanh` is Phú Thành or Phú Thạnh): all that
fit are handed back, never the first one.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from nlu.everyday import means
from nlu.keystrokes import undo_telex
from nlu.syllables import canonical, strip_marks
from nlu.text import Reading, Word

_DATA = Path(__file__).with_name("data")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Spelled(Generic[_T]):
    """One spelling, and what it stands for."""

    words: tuple[str, ...]
    means: _T


@dataclass(frozen=True)
class Found(Generic[_T]):
    """What stands at a word of a message."""

    first: int
    last: int
    all: tuple[_T, ...]
    """Everything that is spelled so; more than one only where marks are missing."""
    is_exact: bool
    """Every mark of the name was written, by somebody who writes marks."""


class Lookup(Generic[_T]):
    """Spellings by their bare words: one look at a word of a message costs a few dictionaries."""

    def __init__(self, spellings: Iterable[Spelled[_T]]) -> None:
        self._by_bare: dict[str, list[Spelled[_T]]] = {}
        lengths: dict[str, set[int]] = {}
        for spelled in spellings:
            bare = [strip_marks(word) for word in spelled.words]
            self._by_bare.setdefault(" ".join(bare), []).append(spelled)
            lengths.setdefault(bare[0], set()).add(len(bare))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}
        self.firsts = frozenset(lengths)
        """The bare words with which something begins."""

    def __iter__(self) -> Iterator[Spelled[_T]]:
        return (spelled for group in self._by_bare.values() for spelled in group)

    def at(self, reading: Reading, index: int) -> Found[_T] | None:
        """Return the longest name that begins at a word."""
        words = reading.words
        for size in self._lengths.get(words[index].bare, ()):
            part = words[index : index + size]
            group = self._by_bare.get(" ".join(word.bare for word in part))
            if group is None or len(part) < size:
                continue
            exact = tuple(
                spelled.means
                for spelled in group
                if all(a.full == b for a, b in zip(part, spelled.words, strict=True))
            )
            fitting = exact or tuple(
                spelled.means for spelled in group if _fits(part, spelled.words, reading)
            )
            if fitting:
                is_marked = reading.is_marked or any(word.full != word.bare for word in part)
                is_exact = bool(exact) and is_marked
                return Found(index, index + size - 1, fitting, is_exact)
        return None


def _fits(part: tuple[Word, ...], wanted: tuple[str, ...], reading: Reading) -> bool:
    if len(part) == 1:
        return False  # `lao` is not Lào
    is_bare_name = all(word.capital for word in part[1:]) and all(
        word.full == word.bare for word in part
    )
    is_marked = reading.is_marked and not is_bare_name
    return all(
        means(word.full, one, is_marked=is_marked) or _is_typed(word, one, reading)
        for word, one in zip(part, wanted, strict=True)
    )


def _is_typed(word: Word, wanted: str, reading: Reading) -> bool:
    """Whether these are the raw keys of a word that the reading took for another (`Lee` Lê)."""
    typed = reading.original[word.start : word.end].lower()
    return typed.isascii() and canonical(undo_telex(typed)) == wanted


def listed(spelled: str) -> frozenset[str]:
    """Return the words of a list, or what stands between its bars."""
    return frozenset(spelled.split("|") if "|" in spelled else spelled.split())


def rows(file_name: str) -> Iterator[dict[str, str]]:
    """Read a table of `nlu/data`, line by line."""
    with (_DATA / file_name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
