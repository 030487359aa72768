"""The labelled messages that are measured on: a folder, a Rasa YAML file, or JSON lines."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.examples import Example
from nlu.labels import Intent, Language, Urgency
from nlu.written import FileUnreadable, written


@dataclass(frozen=True)
class Case:
    """One message with what is true of it (mẫu đánh giá)."""

    example: Example
    facts: Mapping[str, Any] = field(default_factory=dict)
    """True facts by their name in `Facts`, where somebody labelled them."""
    is_labelled: bool = True
    """False for a line of bare text, which counts as out of scope and low."""

    @property
    def is_khmer(self) -> bool:
        """Khmer was not reviewed by a native speaker; it is out of every figure."""
        return self.example.lang == Language.KHMER.value

    @property
    def is_critical(self) -> bool:
        """Whether somebody has to be called at once."""
        return self.example.urgency is Urgency.CRITICAL

    @property
    def is_non_report(self) -> bool:
        """Whether nobody has to be called, nor a ticket opened for its kind."""
        return not self.is_critical and not self.example.intent.is_report


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read what there is to measure on; raises `FileUnreadable` naming file and line."""
    if path.is_dir():
        cases = tuple(case for file in sorted(path.glob("*.yml")) for case in _from_yaml(file))
    elif not path.is_file():
        raise FileUnreadable(f"{path}: no such file or folder")
    elif path.suffix in {".yml", ".yaml"}:
        cases = tuple(_from_yaml(path))
    else:
        cases = tuple(_from_lines(path))
    if not cases:
        raise FileUnreadable(f"{path}: no messages")
    return cases


def _from_yaml(path: Path) -> Iterator[Case]:
    for one in written(path):
        row = {**one.about, "text": one.text, "intent": one.intent}
        if "urgency" not in row:
            raise FileUnreadable(f"{path}:{one.line}: `urgency` is missing")
        yield _case(row, f"{path}:{one.line}")


def _from_lines(path: Path) -> Iterator[Case]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"{path}: not UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FileUnreadable(f"{path}:{number}: not JSON") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise FileUnreadable(f"{path}:{number}: no `text`")
        yield _case(row, f"{path}:{number}")


def _case(row: Mapping[str, Any], place: str) -> Case:
    try:
        example = Example(
            text=row["text"],
            intent=Intent(row.get("intent", "out_of_scope")),
            urgency=Urgency(row.get("urgency", "low")),
            lang=str(row.get("lang", "vi")),
            style=str(row.get("style", "standard")),
            author_role=str(row.get("author_role", "adult")),
            author=str(row.get("author", "")),
        )
    except ValueError as error:
        raise FileUnreadable(f"{place}: {error}") from error
    facts = row.get("facts")
    return Case(
        example=example,
        facts=facts if isinstance(facts, dict) else {},
        is_labelled="intent" in row,
    )
