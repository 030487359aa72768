"""Which senses occur in a message (nghĩa của từ): a few dozen groups of words that mean alike.

The model learns from thousands of messages, not millions; that `dượng` and `cha ghẻ` are one sort
of person, or `kinh` and `mương` one sort of place, it need not learn again for every word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.ages import CHILD_UNTIL, sure_ages
from nlu.everyday import means
from nlu.said import Said
from nlu.syllables import canonical, strip_marks

SENSES_FILE = Path(__file__).with_name("senses.yml")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_WORDS = 400


@dataclass(frozen=True, eq=False)
class _Entry:
    words: tuple[str, ...]
    bare: tuple[str, ...]
    sense: str


class Senses:
    """The groups, by the bare first word of each entry."""

    def __init__(self, groups: dict[str, str]) -> None:
        found: dict[str, list[_Entry]] = {}
        for sense, entries in groups.items():
            for spelled in str(entries).split("|"):
                words = tuple(canonical(word) for word in spelled.strip().lower().split())
                entry = _Entry(words, tuple(map(strip_marks, words)), sense)
                found.setdefault(entry.bare[0], []).append(entry)
        self._by_first = {first: tuple(group) for first, group in found.items()}

    def find(self, said: Said) -> list[str]:
        """Return the senses in the order in which they occur; ages are senses of their own."""
        bare, full = said.bare[:_MOST_WORDS], said.full[:_MOST_WORDS]
        is_marked = said.reading.is_marked
        senses: list[str] = []
        for index, word in enumerate(bare):
            for entry in self._by_first.get(word, ()):
                end = index + len(entry.bare)
                if bare[index:end] == entry.bare and all(
                    means(spoken, wanted, is_marked=is_marked)
                    for spoken, wanted in zip(full[index:end], entry.words, strict=True)
                ):
                    senses.append(entry.sense)
        return [*senses, *_of_ages(sure_ages(said))]


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
