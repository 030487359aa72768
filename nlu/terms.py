"""Lists of terms (danh mục từ), found in a message word by word: the longest entry at a place wins.

Entries are written with full marks and matched as the floor's patterns are (nlu/everyday.py).
An entry with `!` is another, commoner word without its marks (`chú` – chủ, `má` – mà): without
marks it counts only where a sentence starts or right after a word that people follow; with `!!`
only right after bị, do, của, bởi, với or right before tôi.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from nlu.everyday import means
from nlu.said import Said, Span
from nlu.syllables import canonical, split_tone, strip_marks


def word_set(spelled: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(spelled.split())


_PEOPLE_FOLLOW = word_set("bi do cua boi thay la tai khong oi a mà thi roi")


def is_sign(said: Said, at: int) -> bool:
    """Whether punctuation stands there."""
    return said.full[at] in ".,!?"


@dataclass(frozen=True)
class Term:
    """One entry found (từ tìm thấy)."""

    groups: frozenset[str]
    span: Span
    is_doubtful: bool = False
    """It stands without marks where another word is commoner."""

    @property
    def group(self) -> str:
        """The group where an entry is in one only."""
        return min(self.groups)


@dataclass(frozen=True)
class _Entry:
    words: tuple[str, ...]
    bare: tuple[str, ...]
    groups: frozenset[str]
    strictness: int
    """How many `!` stand behind it."""


class Terms:
    """Groups of entries, by the bare first word of each; an entry may be in several groups."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        listed: dict[str, set[str]] = {}
        for group, entries in groups.items():
            for spelled in entries.split("|"):
                listed.setdefault(spelled.strip().lower(), set()).add(group)
        found: dict[str, list[_Entry]] = {}
        for spelled, names in listed.items():
            words = tuple(canonical(word) for word in spelled.rstrip("!").split())
            bare = tuple(map(strip_marks, words))
            entry = _Entry(words, bare, frozenset(names), spelled.count("!"))
            found.setdefault(bare[0], []).append(entry)
        self._by_first = {
            first: tuple(sorted(entries, key=lambda one: -len(one.words)))
            for first, entries in found.items()
        }
        self._firsts = frozenset(found)

    def find(self, said: Said, among: frozenset[str] | None = None) -> list[Term]:
        """Return the entries (of these groups) in order; none within another."""
        found: list[Term] = []
        free_from = 0
        for at in said.places_of(self._firsts, 0, len(said.full)):
            if at < free_from:
                continue
            term = self._at(said, at, among)
            if term is not None:
                found.append(term)
                free_from = term.span.end
        return found

    def _at(self, said: Said, at: int, among: frozenset[str] | None) -> Term | None:
        """Return the longest entry that begins at a word."""
        for entry in self._by_first[said.bare[at]]:
            end = at + len(entry.bare)
            if said.bare[at:end] != entry.bare:
                continue
            groups = entry.groups if among is None else entry.groups & among
            if not groups or not _fits(entry, said, at, end):
                continue
            is_plain = entry.strictness > 0 and said.full[at] == said.bare[at]
            if not is_plain or _may_be_person(said, at, end, entry.strictness):
                return Term(groups, Span(at, end), is_doubtful=is_plain)
        return None


def _fits(entry: _Entry, said: Said, at: int, end: int) -> bool:
    return all(
        word == wanted or _may_mean(word, wanted, said.is_marked)
        for word, wanted in zip(said.full[at:end], entry.words, strict=True)
    )


@lru_cache(maxsize=16384)
def _may_mean(word: str, wanted: str, is_marked: bool) -> bool:
    """Whether a word may be this one: without any marks, or hỏi for ngã; `câu` is no `cậu`."""
    return _is_open(word, wanted) and means(word, wanted, is_marked=is_marked)


def _is_open(word: str, wanted: str) -> bool:
    if word.isascii():
        return True
    return split_tone(word)[0] == split_tone(wanted)[0] and split_tone(word)[1] in _ALIKE


_ALIKE = ("\u0309", "\u0303")


def _may_be_person(said: Said, at: int, end: int, strictness: int) -> bool:
    if said.is_marked:
        return False
    before = said.bare[at - 1] if at else ""
    if strictness > 1:
        return before in _BY or said.bare[end : end + 1] == ("toi",)
    return at == 0 or is_sign(said, at - 1) or before in _PEOPLE_FOLLOW


_BY = word_set("bi do cua boi voi")
