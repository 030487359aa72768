"""The small pattern language of the reviewed YAML files (mẫu câu), compiled to regular expressions.

    word            the word, with its marks, with some of them, or with none
    (a|b c)         one of these
    [a|b]           maybe one of these
    <set>           one of a named set
    ~3              up to three words of the same sentence
    ^  $            the sentence starts or ends here; (a|$): one of these, or it ends
    one & other     both, anywhere in the message

A reviewer writes Vietnamese; what people type instead (no marks, half of them, hỏi for ngã) matches
without being written down. Marks that contradict the pattern do not match: `cừu` is not `cứu`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from nlu.everyday import rivals_of
from nlu.letters import UNSPACED, visible_letters
from nlu.syllables import canonical, split_tone, strip_marks

Sets = Mapping[str, tuple[str, ...]]

_ELEMENT = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|<(\w+)>|~(\d)|(\S+)")
_SEPARATOR = " (?:, )?"
_WORD_START = r"(?<![^ ])"
_WORD_END = r"(?![^ ])"
_SENTENCE_END = r"(?= ?[.!?]| ?$)"
_UNSPACED = re.compile(f"[{UNSPACED}]")
UNSPACED_ANCHOR = "<unspaced>"
"""Khmer and its like have no spaces: their patterns are tried whenever there is such a script."""

_HOOK, _TILDE = "\u0309", "\u0303"


@dataclass(frozen=True)
class Span:
    """Where a pattern matched in `Reading.full`."""

    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Phrase:
    """One pattern. Its expressions are built when first needed: most never wake in a day."""

    source: str
    sets: Sets
    needs: tuple[frozenset[str], ...]
    """Of each of these sets one bare word must occur, or nothing can match."""

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The words that wake this pattern: the smallest of the needed sets."""
        return min(self.needs, key=lambda words: (len(words), -max(map(len, words))))

    @cached_property
    def _loose(self) -> tuple[re.Pattern[str], ...]:
        """For texts without marks: every word may have lost its marks."""
        return self._compiled(_loose_word)

    @cached_property
    def _strict(self) -> tuple[re.Pattern[str], ...]:
        """For texts with marks: `con` stays `con` and is no `cồn` that lost its marks."""
        return self._compiled(_strict_word)

    def _compiled(self, spell: Callable[[str], str]) -> tuple[re.Pattern[str], ...]:
        parts = self.source.split(" & ")
        return tuple(re.compile(_expression(part, self.sets, spell)) for part in parts)

    def find(self, full: str, *, is_marked: bool) -> Span | None:
        """Return the span of the first part, when all parts match."""
        first: re.Match[str] | None = None
        for pattern in self._strict if is_marked else self._loose:
            match = pattern.search(full)
            if match is None:
                return None
            first = first or match
        return Span(*first.span()) if first else None

    def find_all(self, full: str, *, is_marked: bool) -> list[Span]:
        """Return every span of the first part, when all parts match."""
        if self.find(full, is_marked=is_marked) is None:
            return []
        first = self._strict[0] if is_marked else self._loose[0]
        return [Span(*match.span()) for match in first.finditer(full)]


def compile_phrase(source: str, sets: Sets) -> Phrase:
    """Check one pattern of a YAML file; raises `ValueError` for one that cannot be read."""
    if re.search(r"\([^)]*\(", source):
        raise ValueError(f"a choice within a choice is not read: {source}")
    needs = [
        frozenset(map(_anchor, choices))
        for part in source.split(" & ")
        for group, maybe, name, gap, word in _ELEMENT.findall(part)
        if not (maybe or gap or word in {"^", "$"})
        and "$" not in (choices := _choices(group, name, word, sets))
    ]
    if not needs:
        raise ValueError(f"a pattern needs a word: {source}")
    return Phrase(source, sets, tuple(needs))


def _expression(part: str, sets: Sets, spell: Callable[[str], str]) -> str:
    expression = ""
    starts, ends = _WORD_START, _WORD_END
    for group, maybe, name, gap, word in _ELEMENT.findall(part.strip()):
        begun = bool(expression)
        if word == "^":
            starts = r"(?:^|(?<=[.!?] ))"
        elif word == "$":
            ends = _SENTENCE_END
        elif gap:
            expression += f"(?:{_SEPARATOR}[^ .!?,]+){{0,{gap}}}" if begun else ""
        elif maybe:
            either = _any_of(maybe.split("|"), spell)
            expression += f"(?:{_SEPARATOR}{either})?" if begun else ""
            starts += "" if begun else f"(?:{either}{_SEPARATOR})?"
        else:
            choices = _choices(group, name, word, sets)
            either = _any_of([choice for choice in choices if choice != "$"], spell)
            either = _SEPARATOR + either if begun else either
            expression += f"(?:{either}|{_SENTENCE_END})" if "$" in choices else either
    return starts + expression + ends


def _choices(group: str, name: str, word: str, sets: Sets) -> list[str]:
    if name:
        if name not in sets:
            raise ValueError(f"unknown set: {name}")
        return list(sets[name])
    if group:
        found: list[str] = []
        for choice in group.split("|"):
            inner = choice.strip()
            found.extend(sets[inner[1:-1]] if inner.startswith("<") else [inner])
        return found
    return [word]


def _any_of(choices: list[str], spell: Callable[[str], str]) -> str:
    ordered = sorted((choice.strip() for choice in choices), key=len, reverse=True)
    return "(?:" + "|".join(" ".join(map(spell, choice.split())) for choice in ordered) + ")"


@lru_cache(maxsize=8192)
def _loose_word(word: str) -> str:
    if word.startswith("="):
        return re.escape(word[1:])
    if _UNSPACED.search(word):
        return f"[^ ]*{re.escape(word)}[^ ]*"
    return "".join(_letter(letter) for letter in canonical(_seen(word)))


@lru_cache(maxsize=8192)
def _strict_word(word: str) -> str:
    loose = _loose_word(word)
    spelled = canonical(_seen(word))
    rivals = rivals_of(spelled)
    barred = [rival for rival in rivals if rival != spelled and re.fullmatch(loose, rival)]
    return "".join(f"(?!{rival}(?![^ ]))" for rival in barred) + loose


@lru_cache(maxsize=512)
def _letter(letter: str) -> str:
    """Return what may stand for one letter: itself, or itself with marks missing."""
    bare = strip_marks(letter)
    if bare == letter:
        return re.escape(letter)
    toneless, tone = split_tone(letter)
    tones = {tone, "", _HOOK if tone == _TILDE else tone, _TILDE if tone == _HOOK else tone}
    forms = {_compose(base, one) for base in (toneless, bare) for one in tones}
    return "[" + "".join(sorted(forms)) + "]"


def _compose(base: str, tone: str) -> str:
    return unicodedata.normalize("NFC", base + tone)


def _anchor(choice: str) -> str:
    first = choice.split()[0].removeprefix("=")
    if _UNSPACED.search(first):
        return UNSPACED_ANCHOR
    return strip_marks(_seen(first))


def _seen(word: str) -> str:
    """Spell a word as texts are read: letters that look Latin are (`nlu/letters.py`)."""
    return visible_letters(word)[0].lower()
