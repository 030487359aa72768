"""The master key file: made once, readable by its owner alone, refused with a sentence."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.keys.masterkey import MasterKeyError, derive, read, read_or_make


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.key"


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(file: Path) -> None:
    made = read_or_make(file)

    assert len(made) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_or_make(file) == made
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]


def test_processes_that_start_together_agree_on_one_key(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_or_make(file), range(8)))

    assert len(keys) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused_with_the_command_that_mends_it(
    file: Path, mode: int
) -> None:
    read_or_make(file)
    file.chmod(mode)

    with pytest.raises(MasterKeyError, match="chmod 600"):
        read_or_make(file)


@pytest.mark.parametrize(
    "text", ["", "x", "langnghe-master-key-1:", "langnghe-master-key-1:!!!!",
             "langnghe-master-key-1:AAAA", "langnghe-master-key-2:" + "A" * 44]
)  # fmt: skip
def test_a_malformed_file_is_refused_and_not_replaced(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)

    with pytest.raises(MasterKeyError, match="not a master key file"):
        read_or_make(file)
    assert file.read_text() == text


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(MasterKeyError, match="missing"):
        read(file)


def test_each_purpose_has_a_key_of_its_own(file: Path) -> None:
    master = read_or_make(file)

    assert len({derive(master, "wrap"), derive(master, "staff"), master}) == 3
    assert derive(master, "wrap") == derive(master, "wrap")
