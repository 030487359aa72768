"""Every word of the console, Vietnamese first: a file for each part in `languages/vi` and `/en`.

The two catalogues have the same keys and the same placeholders; a test holds them to it.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path

from nlu.one_key import read_page

_FOLDER = Path(__file__).parent / "languages"


class ConsoleLanguage(StrEnum):
    """The languages of the console."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language; call it with a key and the values of its placeholders."""

    language: ConsoleLanguage
    entries: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the words; an unknown key is a bug and raises `KeyError`."""
        return self.entries[key].format(**values)

    def named(self, group: str, name: str) -> str:
        """Return `group.name`, or the bare name where a newer part knows more names than we do."""
        plain = str(name.value) if isinstance(name, Enum) else name
        return self.entries.get(f"{group}.{plain}", plain)


@cache
def words_of(language: ConsoleLanguage) -> Words:
    """Load a catalogue once per process."""
    entries: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.yml")):
        entries |= flatten(read_page(path))
    return Words(language, entries)


def flatten(tree: dict[str, object], prefix: str = "") -> dict[str, str]:
    """Return a tree of words under dotted keys."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
