"""Labelled messages as they stand in a file (dữ liệu đã viết), each with its line.

Unlike `nlu/examples.py` it takes any label: what is wrong with one is for the reader to say.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAG = "tag:yaml.org,2002:str"


class FileUnreadable(ValueError):
    """The file holds no labelled messages, neither in Rasa's YAML nor as JSON lines."""


@dataclass(frozen=True)
class Written:
    """One message of a file, nothing checked."""

    text: str = field(repr=False)
    intent: str
    about: Mapping[str, Any]
    """Its metadata."""
    path: Path
    line: int
    is_string: bool = True
    """False where YAML or JSON reads another type (`111`, `no`); `text` is what stands there."""

    @property
    def place(self) -> str:
        """Return where it stands, short enough for a list: `train/bullying.yml:12`."""
        return f"{self.path.parent.name}/{self.path.name}:{self.line}"


def written(path: Path) -> Iterator[Written]:
    """Read one file; raises `FileUnreadable` with the path and line of what is no Rasa YAML."""
    try:
        with path.open(encoding="utf-8") as file:
            page = yaml.compose(file, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FileUnreadable(f"{path}:{mark.line + 1 if mark else 1}: not YAML") from error
    for block in _items(_part(page, "nlu", path), path):
        intent = _part(block, "intent", path)
        shared = _about(block, path)
        examples = _part(block, "examples", path)
        if isinstance(examples, ScalarNode):
            yield from _lines(examples, str(intent.value), shared, path)
            continue
        for item in _items(examples, path):
            text = _part(item, "text", path)
            yield Written(
                text=str(text.value).strip(),
                intent=str(intent.value),
                about={**shared, **_about(item, path)},
                path=path,
                line=text.start_mark.line + 1,
                is_string=text.tag == _TEXT_TAG,
            )


def written_lines(path: Path) -> Iterator[Written]:
    """Read JSON lines with `text`, `intent` (empty: unlabelled), and the rest as metadata.

    Raises `FileUnreadable` with the path and line of what is no JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"{path}:1: not UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FileUnreadable(f"{path}:{number}: not JSON") from error
        if not isinstance(row, dict):
            raise FileUnreadable(f"{path}:{number}: not a JSON object")
        text = row.pop("text", None)
        yield Written(
            text=str(text or "").strip(),
            intent=str(row.pop("intent", "")),
            about=row,
            path=path,
            line=number,
            is_string=isinstance(text, str),
        )


def _lines(
    examples: ScalarNode, intent: str, about: Mapping[str, Any], path: Path
) -> Iterator[Written]:
    """Read Rasa's short form: one string with a message a line, each after a dash."""
    first = examples.start_mark.line + 2
    for offset, line in enumerate(str(examples.value).splitlines()):
        if line.startswith("- "):
            yield Written(line[2:].strip(), intent, about, path, first + offset)


def _items(node: Node, path: Path) -> list[Node]:
    if not isinstance(node, SequenceNode):
        raise FileUnreadable(f"{path}:{node.start_mark.line + 1}: a list is missing")
    return list(node.value)


def _part(node: Node | None, name: str, path: Path) -> Node:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == name:
                found: Node = value
                return found
    line = node.start_mark.line + 1 if node else 1
    raise FileUnreadable(f"{path}:{line}: `{name}` is missing")


def _about(node: Node, path: Path) -> dict[str, Any]:
    if not isinstance(node, MappingNode):
        return {}
    for key, value in node.value:
        if key.value == "metadata" and isinstance(value, MappingNode):
            try:
                found = SafeConstructor().construct_mapping(value, deep=True)
            except yaml.YAMLError as error:
                line = value.start_mark.line + 1
                raise FileUnreadable(f"{path}:{line}: metadata is no plain YAML") from error
            return {str(name): said for name, said in found.items()}
    return {}
