"""The reviewed words of facts (nlu/facts.yml), read into values once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlu.fact_kinds import When
from nlu.phrases import Phrase, compile_phrase
from nlu.said import Said, Span
from nlu.terms import Terms

FACTS_FILE = Path(__file__).with_name("facts.yml")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LISTS = ("by", "is_who", "with_child", "lives_with", "cares", "not", "states")
_HITS = 6
"""So many places a pattern are looked at; more would say the same again."""


class Sayings:
    """Patterns that all say one thing, and those under which the same words say something else."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_anchor: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for word in phrase.anchors:
                self._by_anchor.setdefault(word, []).append(phrase)

    def find(self, said: Said) -> list[Span]:
        """Return where one of them stands, in the order of the text."""
        known = self._by_anchor
        awake = dict.fromkeys(x for word in known.keys() & said.words for x in known[word])
        spans = [span for phrase in awake for span in phrase.find(said, _HITS)]
        return sorted(spans, key=lambda span: (span.start, -span.end))


@dataclass(frozen=True)
class YesNo:
    """A question that words may answer (có, không, không rõ)."""

    yes: Sayings
    no: Sayings
    never: Sayings

    def find(self, said: Said) -> tuple[bool, Span] | None:
        """Return the answer and where it stands; what is denied counts before what is said."""
        hidden = self.never.find(said)
        for answer, sayings in ((False, self.no), (True, self.yes)):
            spans = [x for x in sayings.find(said) if not overlaps(x, hidden)]
            if spans:
                return answer, spans[0]
        return None


@dataclass(frozen=True)
class FactWords:
    """All of `facts.yml`."""

    harm: Terms
    """By kind of report; `any` counts in all of them, `none` hides words that are no harm."""
    lists: Terms
    when: Mapping[When, Sayings]
    never_when: Sayings
    questions: Mapping[str, YesNo]


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether a place shares a word with one of the others."""
    return any(span.start < one.end and one.start < span.end for one in others)


@cache
def load_fact_words(path: Path = FACTS_FILE) -> FactWords:
    """Read and check the file; raises `ValueError` or `KeyError` for a broken one."""
    with path.open(encoding="utf-8") as file:
        page = yaml.load(file, Loader=_LOADER)  # noqa: S506 - the safe loader
    sets = {name: tuple(words.split("|")) for name, words in page["sets"].items()}

    def sayings(sources: Iterable[str]) -> Sayings:
        return Sayings(compile_phrase(source, sets) for source in sources)

    return FactWords(
        harm=Terms(page["harm"]),
        lists=Terms({name: page[name] for name in _LISTS}),
        when={when: sayings(page["when"][when.value]) for when in When},
        never_when=sayings(page["when"]["not"]),
        questions={
            name: YesNo(*(sayings(page[name].get(key, ())) for key in ("yes", "no", "not")))
            for name in ("injured", "weapon", "alone", "present")
        },
    )
