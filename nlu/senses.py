"""Which senses occur in a message (nghĩa của từ): a few dozen groups of words that mean alike.

The model learns from thousands of messages, not millions; that `dượng` and `cha ghẻ` are one sort
of person, or `kinh` and `mương` one sort of place, it need not learn again for every word.
"""

from pathlib import Path
from typing import Any

import yaml

from nlu.ages import child_age, grown_age
from nlu.everyday import means
from nlu.syllables import canonical, strip_marks
from nlu.text import Reading

SENSES_FILE = Path(__file__).with_name("senses.yml")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_WORDS = 400


class Senses:
    """The groups, by the bare first word of each entry."""

    def __init__(self, groups: dict[str, str]) -> None:
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for sense, entries in groups.items():
            for entry in str(entries).split("|"):
                words = tuple(canonical(word) for word in entry.strip().lower().split())
                found.setdefault(strip_marks(words[0]), []).append((words, sense))
        self._by_first = {first: tuple(group) for first, group in found.items()}

    def find(self, reading: Reading) -> list[str]:
        """Return the senses in the order in which they occur; ages are senses of their own."""
        words = reading.words[:_MOST_WORDS]
        senses: list[str] = []
        for index, word in enumerate(words):
            for entry, sense in self._by_first.get(word.bare, ()):
                end = index + len(entry)
                if end <= len(words) and all(
                    means(said.full, wanted, is_marked=reading.is_marked)
                    for said, wanted in zip(words[index:end], entry, strict=True)
                ):
                    senses.append(sense)
        age = child_age(reading)
        if age is not None:
            senses.append("age_small" if age <= 7 else "age_middle" if age <= 12 else "age_teen")
        elif grown_age(reading):
            senses.append("age_grown")
        return senses


def load_senses(path: Path = SENSES_FILE) -> Senses:
    """Read the groups that ship with the program."""
    with path.open(encoding="utf-8") as file:
        groups: dict[str, str] = yaml.load(file, Loader=_LOADER)  # noqa: S506 - the safe loader
    return Senses(groups)
