"""What docs/operators.md is made of besides its words: a few pictures, and the table of keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from intake.console.keymap import LISTED
from intake.console.strings import Words

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = DOCS / "operators.md"
FOLDER: Final = DOCS / "pictures"
LARGEST_BYTES: Final = 120_000
PICTURES: Final[Mapping[str, int]] = {
    "desk": 1440,
    "tickets-number": 1440,
    "calls-call": 1440,
    "handover": 1440,
    "now": 390,
    "rota": 1440,
}
"""Pages and the width at which the handbook shows them, in the light theme, one screen high."""
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"


def keys_table(words: Words) -> str:
    """Return the table of keys, from the one map that the console obeys."""
    rows = (f"| `{key.keys}` | {words(f'help.{key.name}')} |" for key in LISTED)
    return "\n".join(("| Phím | Việc |", "|---|---|", *rows))


def with_keys(text: str, words: Words) -> str:
    """Return the page with its table written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{keys_table(words)}\n{END}{after}"
