"""`langnghe classify`: one line in, one JSON object out, whatever the line."""

import io
import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from nlu.commands import classify, evaluate

_KEYS = {"intent", "also", "urgency", "confidence", "ask", "lang", "danger", "places", "reasons"}


def _run(text: str) -> list[dict[str, object]]:
    out = io.StringIO()

    assert classify(io.StringIO(text), out) == 0

    return [json.loads(line) for line in out.getvalue().splitlines()]


def _asked(*files: Path, **options: object) -> Namespace:
    defaults = {"engine": "embedded", "noise": False, "worst": 10, "json": False}
    return Namespace(files=[str(file) for file in files], **{**defaults, **options})


def test_each_line_gets_one_object() -> None:
    lines = [
        "con toi rot xuong kinh roi cuu voi",
        '{"text": "xã Văn Giáo có cái hố không rào"}',
        "",
        '{"text": 5}',
        "{bad json",
        "[1, 2]",
        "111",
        '{"text": "\\ud800 lẻ"}',
        "{" * 5000,
    ]

    answers = _run("\n".join(lines) + "\n")

    assert len(answers) == len(lines)
    assert all(set(answer) >= _KEYS for answer in answers)
    assert answers[0]["intent"] == "drowning_emergency"
    assert answers[0]["urgency"] == "critical"
    assert answers[1]["places"] == [{"code": "30526", "name": "Xã An Cư", "confidence": 0.92}]
    assert "error" in answers[3]
    assert answers[6]["intent"] == "talk_to_human"


def test_bytes_that_are_no_text_are_read_too() -> None:
    out = io.StringIO()
    raw = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00cuu\n\x80\n"), encoding="utf-8")

    assert classify(raw, out) == 0

    assert len(out.getvalue().splitlines()) == 2


def test_figures_are_printed_for_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.jsonl"
    row = {"text": "cứu em với, em té sông", "intent": "drowning_emergency", "urgency": "critical"}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")

    assert evaluate(_asked(path, json=True)) == 0

    assert json.loads(capsys.readouterr().out)[str(path)]["critical_recall"] == 1.0


def test_figures_are_printed_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"text": "trời nóng quá"}\n', encoding="utf-8")

    assert evaluate(_asked(path)) == 0

    assert "false_critical_per_1000   0.0" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["evaluate", "classify"])
def test_a_reader_that_leaves_early_ends_it_quietly(command: str, tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"text": "trời nóng quá"}\n' * 3, encoding="utf-8")
    program = (
        "import sys; from argparse import Namespace; from nlu.commands import classify, evaluate\n"
        f"evaluate(Namespace(files=[{str(path)!r}], json=False, engine='embedded', noise=False,"
        f" worst=1)) if {command!r} == 'evaluate' "
        "else classify(sys.stdin, sys.stdout)"
    )

    with path.open("rb") as lines:
        running = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        with running.stderr as complaints:
            said = complaints.read()

    assert running.wait() == 0
    assert said == b""


def test_latency_is_a_figure_of_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"text": "trời nóng quá"}\n', encoding="utf-8")

    assert evaluate(_asked(path, json=True)) == 0

    assert {"median_ms", "p99_ms"} <= set(json.loads(capsys.readouterr().out)[str(path)])


def test_noise_is_measured_in_pairs_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.jsonl"
    row = {"text": "cứu em với, em té sông", "intent": "drowning_emergency", "urgency": "critical"}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")

    assert evaluate(_asked(path, json=True, noise=True)) == 0

    noise = json.loads(capsys.readouterr().out)[str(path)]["noise"]
    assert noise["no_diacritics"]["pairs"] == 1
    assert noise["no_diacritics"]["critical_recall"]["drop_points"] == 0


@pytest.mark.parametrize(
    "engine", ["rasa", "rasa:http://127.0.0.1:5005", "both", "embedded:x", "x"]
)
def test_an_engine_that_is_not_there_is_named(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"text": "trời nóng quá"}\n', encoding="utf-8")

    assert evaluate(_asked(path, engine=engine)) == 2

    assert engine.partition(":")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", "{bad"),
        ("a.jsonl", "[1]"),
        ("a.jsonl", '{"text": "a", "intent": "boredom"}'),
        ("a.jsonl", ""),
        ("a.yml", "nlu: 5"),
        ("a.yml", "nlu: [{intent: smalltalk, examples: [{text: a}]}]"),
        ("a.yml", "nlu: [{intent: x, examples: [{text: a, metadata: {urgency: low}}]}]"),
    ],
)
def test_a_file_that_cannot_be_measured_is_named(
    name: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert evaluate(_asked(path)) == 2

    assert str(path) in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(_asked(tmp_path / "nothing")) == 2

    assert "no such file" in capsys.readouterr().err
