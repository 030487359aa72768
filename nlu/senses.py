"""Which senses occur in a message (nghĩa của từ): a few dozen groups of words that mean alike.

The model learns from thousands of messages, not millions; that `dượng` and `cha ghẻ` are one sort
of person, or `kinh` and `mương` one sort of place, it need not learn again for every word.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlu.ages import CHILD_UNTIL, sure_ages
from nlu.everyday import means
from nlu.said import Said
from nlu.syllables import canonical, strip_marks

SENSES_FILE = Path(__file__).with_name("senses.yml")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_WORDS = 400

_OF_DANGER_SPELLED = (
    "hit weapon sex_touch sex_act undress in_water pulled lifeless water fall choke burn electric "
    "poison bite accident missing death_wish self_harm farewell high_place pills grab locked "
    "border threat left_alone infant punish marks bed witness body_private boat lure vehicle "
    "age_small"
)
OF_DANGER = frozenset(_OF_DANGER_SPELLED.split())
"""The senses that a message of danger is made of, and many a harmless one too."""


class _Entry(NamedTuple):
    number: int
    """Its place in the file: of senses of one word the earlier is told first."""
    words: tuple[str, ...]
    sense: str


class Senses:
    """The groups, by the bare words of each entry."""

    def __init__(self, groups: dict[str, str]) -> None:
        self._by_bare: dict[tuple[str, ...], list[_Entry]] = {}
        lengths: dict[str, set[int]] = {}
        listed = [(sense, x) for sense, group in groups.items() for x in str(group).split("|")]
        for number, (sense, spelled) in enumerate(listed):
            words = tuple(canonical(word) for word in spelled.strip().lower().split())
            bare = tuple(map(strip_marks, words))
            self._by_bare.setdefault(bare, []).append(_Entry(number, words, sense))
            lengths.setdefault(bare[0], set()).add(len(bare))
        self._lengths = {first: tuple(sizes) for first, sizes in lengths.items()}

    def find(self, said: Said) -> list[str]:
        """Return the senses in the order in which they occur; ages are senses of their own."""
        bare, is_marked = said.bare[:_MOST_WORDS], said.reading.is_marked
        senses: list[str] = []
        for index, word in enumerate(bare):
            found: list[_Entry] = []
            for size in self._lengths.get(word, ()):
                end = index + size
                entries = self._by_bare.get(bare[index:end], ()) if end <= len(bare) else ()
                if entries:
                    spoken = said.full[index:end]
                    found += [x for x in entries if _is_meant(spoken, x.words, is_marked)]
            senses += [entry.sense for entry in sorted(found)]
        return [*senses, *_of_ages(sure_ages(said))]


@lru_cache(maxsize=32768)
def _is_meant(spoken: tuple[str, ...], wanted: tuple[str, ...], is_marked: bool) -> bool:
    words = zip(spoken, wanted, strict=True)
    return all(means(said, word, is_marked=is_marked) for said, word in words)


def _of_ages(ages: Sequence[int]) -> Iterator[str]:
    """Say how old the first child is, or that only grown-ups are spoken of."""
    child = next((age for age in ages if age < CHILD_UNTIL), None)
    if child is not None:
        yield "age_small" if child <= 7 else "age_middle" if child <= 12 else "age_teen"
    elif any(ages):
        yield "age_grown"


def load_senses(path: Path = SENSES_FILE) -> Senses:
    """Read the groups that ship with the program."""
    with path.open(encoding="utf-8") as file:
        groups: dict[str, str] = yaml.load(file, Loader=_LOADER)  # noqa: S506 - the safe loader
    return Senses(groups)
