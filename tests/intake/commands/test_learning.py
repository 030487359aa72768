"""The commands of versions and lessons, where something is missing or wrong."""

from pathlib import Path

import pytest

from intake.cli import main
from nlu import model_store


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty service."""
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "var"))
    for name in ("LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL", "LANGNGHE_MASTER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["migrate"]) == 0
    return tmp_path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nlu", "lessons", "export", "--to", "new.yml"], "no lesson is written yet"),
        (["nlu", "use", "20260101-00000000"], "there is no model in"),
        (["nlu", "use", "/etc"], "copy the folder there first"),
        (["nlu", "use", "../secret"], "copy the folder there first"),
        (["nlu", "shadow", "--model", "20260101-00000000"], "there is no model in"),
        (["nlu", "roll-back"], "nothing was before it"),
        (["nlu", "train", "--with", "missing.yml"], "missing.yml unreadable"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(installed)
    capsys.readouterr()

    assert main(words) == 2

    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said
    assert list(installed.iterdir()) == [installed / "var"]


def test_a_bad_label_stops_the_training_with_its_line(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installed / "own.jsonl"
    path.write_text(
        '{"text": "x y", "intent": "bulying", "urgency": "normal", "style": "standard",'
        ' "author_role": "child", "author": "desk", "lang": "vi"}\n',
        encoding="utf-8",
    )

    assert main(["nlu", "train", "--with", str(path)]) == 2

    assert "own.jsonl:1 unknown_intent: bulying" in capsys.readouterr().err
    assert not (installed / "var" / "models").exists()


def test_tables_that_are_not_ready_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))

    assert main(["nlu", "use", "shipped"]) == 2

    assert "langnghe migrate" in capsys.readouterr().err


def test_the_list_of_versions_begins_with_the_shipped_one(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    assert main(["nlu", "versions"]) == 0

    assert capsys.readouterr().out.startswith(f"* {model_store.shipped_version()}")


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_a_number_of_messages_that_is_none_is_refused(installed: Path, number: str) -> None:
    with pytest.raises(SystemExit):
        main(["nlu", "shadow", "--model", "x", "--most", number])
