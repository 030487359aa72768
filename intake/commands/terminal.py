"""What a talk in the terminal (dòng lệnh) reads and prints, and the files it is played from."""

import sys
from pathlib import Path

_MARKS = {"reporter": "> ", "bot": "  ", "operator": "  (cán bộ) ", "side": "    "}


def files_of(named: list[str], folder: Path | None = None) -> list[Path]:
    """Return the files that are meant: files, all of a folder, or names of scripts in `folder`."""
    files = []
    for path in map(Path, named):
        if folder is not None and not path.exists():
            path = folder / f"{path}.yml"
        files += sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return files


def ask() -> str:
    """Read a line; raises `EOFError` at the end."""
    if sys.stdin.isatty():
        sys.stdout.write("> ")
        sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def tell(who: str, words: str) -> None:
    """Print what somebody says."""
    mark = _MARKS[who]
    write(mark + words.replace("\n", "\n" + " " * len(mark)))


def tell_but_me(who: str, words: str) -> None:
    """Print what others say: who typed sees it already."""
    if who != "reporter" or not sys.stdin.isatty():
        tell(who, words)


def hush(_who: str, _words: str) -> None:
    """Say nothing: only the verdicts are wanted."""


def write(words: str) -> None:
    """Print a line."""
    sys.stdout.write(words + "\n")
