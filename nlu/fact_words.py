"""The reviewed words of facts (nlu/facts.yml), read into values once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlu.fact_kinds import When
from nlu.phrases import Phrase, Sayings, compile_phrase
from nlu.said import Said, Span
from nlu.terms import Terms

FACTS_FILE = Path(__file__).with_name("facts.yml")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LISTS = ("by", "is_who", "with_child", "lives_with", "cares", "not", "states")
QUESTIONS = ("injured", "weapon", "alone", "present")
"""What words may answer with yes or no (có, không, không rõ)."""
_HITS = 6
"""So many places a pattern are looked at; more would say the same again."""


Heard = Mapping[str, Sequence[Span]]
"""Where each name of a group of patterns was said; names that were not said are missing."""


class NamedSayings:
    """Groups of patterns, each of which says one thing: all of them are looked for at once."""

    def __init__(self, groups: Mapping[str, Iterable[Phrase]]) -> None:
        named = [(name, phrase) for name, phrases in groups.items() for phrase in phrases]
        self._names = tuple(name for name, _ in named)
        self._sayings = Sayings(phrase for _, phrase in named)

    def find(self, said: Said) -> Heard:
        """Return for each name where one of its patterns stands, in the order of the text."""
        heard: dict[str, list[Span]] = {}
        for number, phrase in self._sayings.awake(said):
            spans = phrase.find(said, _HITS)
            if spans:
                heard.setdefault(self._names[number], []).extend(spans)
        for spans in heard.values():
            spans.sort(key=lambda span: (span.start, -span.end))
        return heard


@dataclass(frozen=True)
class FactWords:
    """All of `facts.yml`."""

    harm: Terms
    """By kind of report; `any` counts in all of them, `none` hides words that are no harm."""
    lists: Terms
    sayings: NamedSayings
    """Of time (`when now`) and in answer to questions (`injured yes`). What is `not` hides words
    that would say so elsewhere."""


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether a place shares a word with one of the others."""
    return any(span.start < one.end and one.start < span.end for one in others)


@cache
def load_fact_words(path: Path = FACTS_FILE) -> FactWords:
    """Read and check the file; raises `ValueError` or `KeyError` for a broken one."""
    with path.open(encoding="utf-8") as file:
        page = yaml.load(file, Loader=_LOADER)  # noqa: S506 - the safe loader
    sets = {name: tuple(words.split("|")) for name, words in page["sets"].items()}

    sayings = {f"when {when}": page["when"][when] for when in (*When, "not")}
    for question in QUESTIONS:
        sayings |= {f"{question} {x}": page[question].get(x, ()) for x in ("yes", "no", "not")}
    return FactWords(
        harm=Terms(page["harm"]),
        lists=Terms({name: page[name] for name in _LISTS}),
        sayings=NamedSayings(
            {
                name: [compile_phrase(source, sets) for source in sources]
                for name, sources in sayings.items()
            }
        ),
    )
