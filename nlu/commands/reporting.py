"""`langnghe nlu report`: measures the shipped model, writes manifest figures and report tables."""

import json
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.engine import load_engine
from nlu.evaluation.cases import Case, read_cases
from nlu.evaluation.measurement import measured
from nlu.evaluation.noise import KINDS
from nlu.evaluation.tables import comments_table, data_table, detail_tables, filled, summary_table
from nlu.examples import DATA, DEV, STRESS, TEST, file_hash
from nlu.lint.linting import lint
from nlu.model import MANIFEST_FILE, MODEL_FILE, load_manifest
from nlu.written import FileUnreadable

REPORT = Path(__file__).parents[2] / "docs" / "nlu-report.md"
MEASURED_ON = {"held_out": TEST, "dev": DEV, "stress": STRESS}
"""The sets of the manifest, by the names it has for them."""
_IN_FULL = "held_out"
"""The set that the page shows in all its parts, noise included."""
_TIMES = frozenset({"median_ms", "p99_ms"})


def report(args: Namespace) -> int:
    """Measure on every set; put the figures into the manifest and between the report's markers.

    `--comments FILE` also measures real comments, which are not part of the project; without it
    their table stays as it is.
    """
    page = Path(args.file) if args.file else REPORT
    try:
        comments = read_cases(Path(args.comments)) if args.comments else ()
        cases = {name: read_cases(folder) for name, folder in MEASURED_ON.items()}
    except FileUnreadable as error:
        sys.stderr.write(f"langnghe: {error}\n")
        return 2
    written = write_report(page, MANIFEST_FILE, cases, comments)
    sys.stdout.write(f"{page}: {', '.join(written)}\n")
    return 0


def write_report(
    page: Path,
    manifest_file: Path,
    cases: Mapping[str, Sequence[Case]],
    comments: Sequence[Case] = (),
) -> list[str]:
    """Measure the shipped model; write manifest and page; return the names of the tables."""
    understand = load_engine().understand
    found = {
        name: measured(understand, some, noise_kinds=KINDS if name == _IN_FULL else ())
        for name, some in cases.items()
    }
    figures = {name: manifest_figures(one) for name, one in found.items()}
    manifest = {**load_manifest(manifest_file), **figures}
    tables = {
        "summary": summary_table(manifest, file_hash(MODEL_FILE)),
        "data": data_table(lint(DATA).counts),
        **detail_tables(found[_IN_FULL]),
    }
    if comments:
        tables["comments"] = comments_table(measured(understand, comments))
    page.write_text(filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    manifest_file.write_text(text, encoding="utf-8")
    return sorted(tables)


def manifest_figures(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that a manifest keeps: single numbers and bounds, no times."""
    return {
        name: value
        for name, value in found.items()
        if name not in _TIMES
        and (value is None or isinstance(value, int | float) or name.endswith("_bounds"))
    }
