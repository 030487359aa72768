"""The committed report and manifest tell the truth about the committed model (cổng chất lượng)."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nlu.commands.measuring import figures
from nlu.commands.reporting import MEASURED_ON, REPORT, write_report
from nlu.engine import load_engine
from nlu.evaluation.cases import Case
from nlu.evaluation.marks import Marks, failures, load_marks
from nlu.evaluation.tables import blocks, filled, summary_table
from nlu.examples import file_hash, load_examples
from nlu.model import MANIFEST_FILE, MODEL_FILE, load_manifest

_ADVICE = "run `langnghe nlu report` and commit docs/nlu-report.md with nlu/data/model.json"
_TOLERANCE = 0.005
"""Another machine's arithmetic may turn a message that stands on an edge."""


@cache
def _found(name: str) -> dict[str, Any]:
    return figures(load_engine(), load_examples(MEASURED_ON[name]))


def test_the_reports_figures_are_those_of_the_manifest() -> None:
    shown = blocks(REPORT.read_text(encoding="utf-8"))

    assert shown["summary"] == summary_table(load_manifest(), file_hash(MODEL_FILE)), _ADVICE


@pytest.mark.parametrize("name", MEASURED_ON)
def test_the_manifests_figures_are_those_of_the_model(name: str) -> None:
    kept = load_manifest()[name]

    for key, value in _found(name).items():
        if isinstance(value, float) and not key.endswith(("_ms", "_per_1000")):
            assert kept.get(key) == pytest.approx(value, abs=_TOLERANCE), f"{key}: {_ADVICE}"


@pytest.mark.parametrize("name", MEASURED_ON)
def test_no_figure_falls_below_its_mark(name: str) -> None:
    assert failures(_found(name), load_marks()[name]) == ()


def test_a_new_report_and_its_manifest_agree(tmp_path: Path) -> None:
    page, manifest = tmp_path / "report.md", tmp_path / "model.json"
    page.write_text("<!-- figures:summary -->\n<!-- /figures -->\n", encoding="utf-8")
    manifest.write_bytes(MANIFEST_FILE.read_bytes())
    some = [Case(one) for one in load_examples(MEASURED_ON["held_out"])[:5]]

    write_report(page, manifest, dict.fromkeys(MEASURED_ON, some), some)

    kept = load_manifest(manifest)
    shown = blocks(page.read_text(encoding="utf-8"))
    assert kept["held_out"]["messages"] + kept["held_out"]["khmer_left_out"] == 5
    assert shown == {"summary": summary_table(kept, file_hash(MODEL_FILE))}


def test_a_figure_on_the_wrong_side_of_its_mark_is_named() -> None:
    marks = Marks(at_least={"a": 0.5, "b": 0.5}, at_most={"c": 0.1, "d": 0.1})

    assert failures({"a": 0.4, "b": 0.5, "c": 0.2, "d": None}, marks) == (
        "a is 0.4, at least 0.5 wanted",
        "c is 0.2, at most 0.1 wanted",
        "d is None, at most 0.1 wanted",
    )


def test_only_what_stands_between_known_markers_is_replaced() -> None:
    page = (
        "a\n<!-- figures:x -->\nold\n<!-- /figures -->\nb\n"
        "<!-- figures:y -->\nkept\n<!-- /figures -->"
    )

    found = filled(page, {"x": "new\n", "z": "nowhere\n"})

    assert blocks(found) == {"x": "new\n", "y": "kept\n"}
    assert found.startswith("a\n")


def test_the_model_card_points_to_the_report_for_its_figures() -> None:
    card = (REPORT.parent / "model-card.md").read_text(encoding="utf-8")

    assert "nlu-report.md" in card
    assert " %" not in card, "figures belong in the report, where they are measured"


def test_every_block_of_the_report_is_filled() -> None:
    shown = blocks(Path(REPORT).read_text(encoding="utf-8"))

    assert {"summary", "intents", "urgency", "calibration", "slices", "noise", "alarms"} <= set(
        shown
    )
    assert all(body.strip() for body in shown.values())
