"""The labelled messages that are measured on: a folder, a Rasa YAML file, or JSON lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.examples import Example
from nlu.labels import Intent, Language, Urgency
from nlu.written import FileUnreadable, Written, written, written_lines


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
        if "urgency" not in one.about:
            raise FileUnreadable(f"{path}:{one.line}: `urgency` is missing")
        yield _case(one)


def _from_lines(path: Path) -> Iterator[Case]:
    for one in written_lines(path):
        if not one.is_string:
            raise FileUnreadable(f"{path}:{one.line}: no `text`")
        yield _case(one)


def _case(one: Written) -> Case:
    about = one.about
    try:
        example = Example(
            text=one.text,
            intent=Intent(one.intent or "out_of_scope"),
            urgency=Urgency(about.get("urgency", "low")),
            lang=str(about.get("lang", "vi")),
            style=str(about.get("style", "standard")),
            author_role=str(about.get("author_role", "adult")),
            author=str(about.get("author", "")),
            hard=bool(about.get("hard")),
        )
    except ValueError as error:
        raise FileUnreadable(f"{one.path}:{one.line}: {error}") from error
    facts = about.get("facts")
    return Case(
        example=example,
        facts=facts if isinstance(facts, dict) else {},
        is_labelled=bool(one.intent),
    )
