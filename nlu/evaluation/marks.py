"""The marks below which no figure may fall (mức sàn), read from `nlu/data/marks.yml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.examples import DATA

MARKS_FILE = DATA / "marks.yml"


@dataclass(frozen=True)
class Marks:
    """What the figures of one set must keep to, by their names in `summary`."""

    at_least: Mapping[str, float]
    at_most: Mapping[str, float]


def load_marks(path: Path = MARKS_FILE) -> dict[str, Marks]:
    """Read the marks of each set: `held_out` and `dev`, as in the model's manifest."""
    page = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: Marks(at_least=one.get("at_least", {}), at_most=one.get("at_most", {}))
        for name, one in page.items()
    }


def failures(found: Mapping[str, Any], marks: Marks) -> tuple[str, ...]:
    """Say which figures break a mark; a figure that could not be taken breaks it too."""
    return tuple(_failures(found, marks))


def _failures(found: Mapping[str, Any], marks: Marks) -> Iterator[str]:
    for name, mark in marks.at_least.items():
        if found[name] is None or found[name] < mark:
            yield f"{name} is {found[name]}, at least {mark} wanted"
    for name, mark in marks.at_most.items():
        if found[name] is None or found[name] > mark:
            yield f"{name} is {found[name]}, at most {mark} wanted"
