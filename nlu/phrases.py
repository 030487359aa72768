"""The small pattern language of the reviewed YAML files (mẫu câu), matched word by word.

    word            the word, with its marks, with some of them, or with none
    =word           exactly so, marks and all
    (a|b c)         one of these
    [a|b]           maybe one of these
    <set>           one of a named set
    ~3              up to three words of the same sentence
    ^  $            the sentence starts or ends here; (a|$): one of these, or it ends
    one & other     both, anywhere in the message

A reviewer writes Vietnamese; what people type instead (no marks, half of them, hỏi for ngã) matches
without being written down. Marks that contradict the pattern do not match: `cừu` is not `cứu`.

Work grows in step with the text: from each place where a pattern may begin, a few words onward.
There is nothing to compile and nothing that can backtrack.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_

from nlu.choices import Choices, choices_of
from nlu.everyday import rivals_of
from nlu.said import Said, Span

Sets = Mapping[str, tuple[str, ...]]

_ELEMENT = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|<(\w+)>|~(\d)|(\S+)")
_EVERYDAY_WEIGHT = 12
"""An everyday word wakes a pattern about as often as a dozen others."""


@dataclass(frozen=True, eq=False)
class _Step:
    """One element of a pattern: some words to skip, or one of several choices."""

    skip: int = 0
    choices: Choices | None = None
    """None for a step that only skips."""
    is_optional: bool = False
    may_end: bool = False
    """Instead of a choice the sentence may end here."""

    def onward(self, said: Said, places: set[int], until: int) -> set[int]:
        """Return where the next step may begin, from each place where this one may."""
        choices = self.choices
        if choices is None:
            return said.skipped(places, self.skip, until)
        ends = choices.ends(said)
        found = set(places) if self.is_optional else set()
        for place in places:
            if self.may_end and said.ends_at(place, until):
                found.add(place)
            begin = said.after_comma(place, until)
            found.update([end for end in ends.get(begin, ()) if end <= until])
        return found


@dataclass(frozen=True, eq=False)
class _Part:
    """What stands between two `&`."""

    begins_sentence: bool
    ends_sentence: bool
    steps: tuple[_Step, ...]

    def spans(self, said: Said, begin: int, until: int, most: int) -> list[Span]:
        """Return up to so many matches within a stretch of words, none within another."""
        found: list[Span] = []
        free_from = begin
        for start in self._starts(said, begin, until):
            if start < free_from:
                continue
            places = {start}
            for step in self.steps:
                places = step.onward(said, places, until)
                if not places:
                    break
            ends = [x for x in places if not self.ends_sentence or said.ends_at(x, until)]
            if ends:
                span = Span(start, max(min(ends), start + 1))
                found.append(span)
                free_from = span.end
                if len(found) >= most:
                    break
        return found

    def _starts(self, said: Said, begin: int, until: int) -> Iterable[int]:
        if self.begins_sentence:
            return said.sentence_starts(begin, until)
        first = self.steps[0]
        choices = first.choices
        if choices is None or (choices.knows_unspaced and said.is_unspaced):
            return range(begin, until)
        if first.may_end:
            return said.places_of(choices.firsts, begin, until)
        return [at for at in choices.ends(said) if begin <= at < until]


@dataclass(frozen=True, eq=False)
class Phrase:
    """One pattern."""

    source: str
    parts: tuple[_Part, ...]
    needs: tuple[Choices, ...]
    """Of each of these one must occur, or nothing can match."""

    @cached_property
    def is_one_word(self) -> bool:
        """Whether one word alone can match: without its marks it may be another word."""
        words = [step for part in self.parts for step in part.steps if step.choices]
        return len(words) == 1

    @cached_property
    def anchor(self) -> Choices:
        """What wakes this pattern: the needed choices that occur in the fewest messages."""
        return min(self.needs, key=lambda one: (sum(map(_commonness, one.firsts)), len(one.firsts)))

    def occurs(self, said: Said, begin: int, until: int) -> bool:
        """Whether all parts match within a stretch of words."""
        return all(part.spans(said, begin, until, 1) for part in self.parts)

    def find(self, said: Said, most: int = 4) -> list[Span]:
        """Return the first places of the first part, when all parts match."""
        end = len(said.full)
        spans = self.parts[0].spans(said, 0, end, most)
        others = self.parts[1:]
        return spans if spans and all(x.spans(said, 0, end, 1) for x in others) else []


_Waking = tuple[int, int]
"""The number of a pattern, and what it needs: one bit for each set of choices."""


class Sayings:
    """Patterns by the words that wake them: only those of which all words occur are tried."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        needed = dict.fromkeys(choices for phrase in self._phrases for choices in phrase.needs)
        bits = {choices: 1 << place for place, choices in enumerate(needed)}
        by_anchor: dict[Choices, list[_Waking]] = {}
        for number, phrase in enumerate(self._phrases):
            needs = reduce(or_, (bits[choices] for choices in phrase.needs))
            by_anchor.setdefault(phrase.anchor, []).append((number, needs))
        self._by_first: dict[str, list[tuple[Choices, int, list[_Waking]]]] = {}
        for choices, bit in bits.items():
            for word in choices.firsts:
                waking = (choices, bit, by_anchor.get(choices, []))
                self._by_first.setdefault(word, []).append(waking)
        self._firsts = frozenset(self._by_first)

    def awake(self, said: Said) -> list[tuple[int, Phrase]]:
        """Return the patterns that may match, each with its place in the list, in that order."""
        known = said.awake.get(self)
        if known is None:
            known = said.awake[self] = self._woken_by(said)
        return known

    def _woken_by(self, said: Said) -> list[tuple[int, Phrase]]:
        begun = [
            _begun_by(self, word, bare, said.is_marked)
            for bare in said.words & self._firsts
            for word in said.spellings[bare]
        ]
        met = reduce(or_, (bits for bits, _ in begun), 0)
        numbers = {number for _, woken in begun for number, needs in woken if needs & met == needs}
        return [(number, self._phrases[number]) for number in sorted(numbers)]

    def begun_by(self, word: str, bare: str, is_marked: bool) -> tuple[int, tuple[_Waking, ...]]:
        """Return which needs a word may meet, and the patterns that it wakes."""
        begun = [x for x in self._by_first[bare] if x[0].may_begin(word, bare, is_marked)]
        woken = tuple(waking for _, _, anchored in begun for waking in anchored)
        return reduce(or_, (bit for _, bit, _ in begun), 0), woken


@lru_cache(maxsize=16384)
def _begun_by(
    sayings: Sayings, word: str, bare: str, is_marked: bool
) -> tuple[int, tuple[_Waking, ...]]:
    return sayings.begun_by(word, bare, is_marked)


def _commonness(word: str) -> int:
    return _EVERYDAY_WEIGHT if rivals_of(word) else 1


def compile_phrase(source: str, sets: Sets) -> Phrase:
    """Check one pattern of a YAML file; raises `ValueError` for one that cannot be read."""
    if re.search(r"\([^)]*\(", source):
        raise ValueError(f"a choice within a choice is not read: {source}")
    parts = tuple(_part(part, sets) for part in source.split(" & "))
    needs = tuple(
        step.choices
        for part in parts
        for step in part.steps
        if step.choices and not step.is_optional and not step.may_end
    )
    if not needs or not all(part.steps for part in parts):
        raise ValueError(f"a pattern needs a word: {source}")
    return Phrase(source, parts, needs)


def _part(source: str, sets: Sets) -> _Part:
    begins = ends = False
    steps: list[_Step] = []
    for group, maybe, name, gap, word in _ELEMENT.findall(source.strip()):
        if word == "^":
            begins = True
        elif word == "$":
            ends = True
        elif gap:
            steps.extend([_Step(skip=int(gap))] if steps and gap != "0" else [])
        elif maybe:
            choices = choices_of(tuple(_listed(maybe, sets)))
            steps.extend([_Step(choices=choices, is_optional=True)] if steps or begins else [])
        else:
            listed = [*sets_named(name, sets)] if name else _listed(group or word, sets)
            spoken = tuple(choice for choice in listed if choice != "$")
            steps.append(_Step(choices=choices_of(spoken), may_end="$" in listed))
    return _Part(begins, ends, tuple(steps))


def sets_named(name: str, sets: Sets) -> tuple[str, ...]:
    """Return the entries of a named set; raises `ValueError` for an unknown one."""
    if name not in sets:
        raise ValueError(f"unknown set: {name}")
    return sets[name]


def _listed(group: str, sets: Sets) -> list[str]:
    found: list[str] = []
    for choice in group.split("|"):
        inner = choice.strip()
        found.extend(sets_named(inner[1:-1], sets) if inner.startswith("<") else [inner])
    return found
