"""`langnghe backup` and `restore` as an administrator types them."""

from pathlib import Path

import pytest

from intake.cli import main


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LANGNGHE_BACKUP_PASSPHRASE", "mot cau dai kho doan")
    for name in ("DATABASE_URL", "KEYS_URL", "MASTER_KEY_FILE"):
        monkeypatch.delenv(f"LANGNGHE_{name}", raising=False)
    assert main(["migrate"]) == 0
    assert main(["user", "add", "lan"]) == 0
    return tmp_path


def test_a_copy_is_written_proved_and_restored(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = str(installed / "copies")

    assert main(["backup", copies]) == 0
    assert "two places" in capsys.readouterr().out
    assert main(["restore", "--check", copies]) == 0
    assert "users 1" in capsys.readouterr().out
    assert main(["restore", copies, "--into", str(installed / "new")]) == 0

    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(installed / "new"))
    capsys.readouterr()
    assert main(["user", "list"]) == 0
    assert "lan" in capsys.readouterr().out


def test_what_is_wrong_is_said_in_a_sentence(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = str(installed / "copies")
    assert main(["restore", "--check", copies]) == 2
    assert main(["backup", copies]) == 0
    assert main(["restore", copies]) == 2  # the settings point at a place that is in use
    monkeypatch.setenv("LANGNGHE_BACKUP_PASSPHRASE", "mot cau khac hoan toan")
    assert main(["restore", "--check", copies]) == 2

    said = capsys.readouterr().err
    assert "both files" in said
    assert "has a master key already" in said
    assert "another passphrase" in said
    assert "Traceback" not in said
