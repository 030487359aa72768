"""The labelled messages (dữ liệu huấn luyện) in Rasa's YAML format: one source for every engine."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nlu.labels import Intent, Urgency

DATA = Path(__file__).with_name("data")
TRAIN, DEV, TEST = DATA / "train", DATA / "dev", DATA / "test"
STRESS = DATA / "stress"
"""Twins made to mislead, never trained on nor tuned on: how far it can be led astray."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Example:
    """One message with what it means. All persons and numbers in it are invented."""

    text: str = field(repr=False)
    intent: Intent
    urgency: Urgency
    lang: str = "vi"
    style: str = "standard"
    author_role: str = "adult"
    author: str = ""
    hard: bool = False
    """Written to mislead who reads words only (khó): danger without its words, or the reverse."""


def load_examples(folder: Path) -> tuple[Example, ...]:
    """Read every file of a folder, in the order of names; raises `ValueError` for a bad label."""
    return read_examples(sorted(folder.glob("*.yml")))


def read_examples(paths: Iterable[Path]) -> tuple[Example, ...]:
    """Read these files, in their order; raises `ValueError` for a bad label."""
    examples: list[Example] = []
    for path in paths:
        with path.open(encoding="utf-8") as file:
            page = yaml.load(file, Loader=_LOADER)  # noqa: S506 - the safe loader
        for block in page["nlu"]:
            intent = Intent(block["intent"])
            examples.extend(_example(intent, item) for item in block["examples"])
    return tuple(examples)


def _example(intent: Intent, item: dict[str, Any]) -> Example:
    about = item["metadata"]
    return Example(
        text=item["text"].strip(),
        intent=intent,
        urgency=Urgency(about["urgency"]),
        lang=about.get("lang", "vi"),
        style=about.get("style", "standard"),
        author_role=about.get("author_role", "adult"),
        author=about.get("author", ""),
        hard=bool(about.get("hard")),
    )


def fingerprint(examples: Iterable[Example]) -> str:
    """Return a hash over texts and labels: a model and its data are in step when it agrees."""
    digest = hashlib.sha256()
    for one in examples:
        digest.update(
            "\x1f".join((one.text, one.intent, one.urgency, one.author_role, "\x1e")).encode()
        )
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """Return the hash of one file that the model was made with."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_examples(folder: Path, examples: Iterable[Example]) -> None:
    """Write one file an intent, as the files in `nlu/data` are."""
    folder.mkdir(parents=True, exist_ok=True)
    by_intent: dict[Intent, list[Example]] = {}
    for one in examples:
        by_intent.setdefault(one.intent, []).append(one)
    for intent, group in by_intent.items():
        block = {"intent": intent.value, "examples": [_item(one) for one in group]}
        page = {"version": "3.1", "nlu": [block]}
        with (folder / f"{intent.value}.yml").open("w", encoding="utf-8") as file:
            yaml.safe_dump(page, file, allow_unicode=True, sort_keys=False, width=10_000)


def _item(one: Example) -> dict[str, Any]:
    return {
        "text": one.text,
        "metadata": {
            "urgency": one.urgency.value,
            "style": one.style,
            "author_role": one.author_role,
            "author": one.author,
            "lang": one.lang,
            **({"hard": True} if one.hard else {}),
        },
    }
