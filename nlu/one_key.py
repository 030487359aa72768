"""YAML in which no key stands twice in a mapping: the usual loader keeps the last, in silence."""

from pathlib import Path
from typing import Any

import yaml

_SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class OneKeyLoader(_SAFE_LOADER):  # type: ignore[misc]  # with libyaml or without
    """A safe loader; raises `ValueError` with file and line for a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Return the mapping of a node, as the loader beneath does."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                where = f"{Path(key.start_mark.name).name}, line {key.start_mark.line + 1}"
                raise ValueError(f"{where}: `{key.value}` stands twice in one mapping")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_page(path: Path) -> Any:
    """Read a file; raises `OSError`, `yaml.YAMLError`, or `ValueError` for a key that is twice."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=OneKeyLoader)  # noqa: S506 - a safe one
