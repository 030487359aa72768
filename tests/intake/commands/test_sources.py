"""`langnghe sources` as the communication staff types it."""

from pathlib import Path

import pytest

from intake.cli import main


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LANGNGHE_PUBLIC_URL", "https://tin.example")
    for name in ("DATABASE_URL", "KEYS_URL", "MASTER_KEY_FILE"):
        monkeypatch.delenv(f"LANGNGHE_{name}", raising=False)
    assert main(["migrate"]) == 0


@pytest.mark.usefixtures("installed")
def test_an_empty_house_counts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "--days", "7"]) == 0

    said = capsys.readouterr().out
    assert "critical" in said
    assert "last 7 days" in said


@pytest.mark.usefixtures("installed")
def test_the_links_of_a_poster_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "--link", "truong-12"]) == 0

    said = capsys.readouterr().out
    assert "https://tin.example/chat/?src=truong-12\n" in said
    assert "?start=truong-12" in said


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("tag", ["Truong", "0900000123", "a b", "x" * 41])
def test_a_tag_that_would_not_be_kept_is_not_printed(
    capsys: pytest.CaptureFixture[str], tag: str
) -> None:
    assert main(["sources", "--link", tag]) == 2

    assert "A tag is 1 to 40" in capsys.readouterr().err
