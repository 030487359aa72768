"""Who must show a second factor: everybody, unless only this machine reaches the service."""

from pathlib import Path

import pytest

from intake.errors import SettingsError
from intake.settings import read_settings


def requires(tmp_path: Path, **environment: str) -> bool:
    named = {f"LANGNGHE_{name}": value for name, value in environment.items()}
    settings = read_settings({"LANGNGHE_DATA_DIR": str(tmp_path), **named})
    return settings.web.requires_second_factor


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_on_loopback_a_password_is_enough(tmp_path: Path, host: str) -> None:
    assert not requires(tmp_path, HOST=host)
    assert requires(tmp_path, HOST=host, SECOND_FACTOR="1")


@pytest.mark.parametrize(
    "reached",
    [
        {"HOST": "0.0.0.0"},  # noqa: S104 - what must be noticed
        {"HOST": "::"},
        {"HOST": "10.0.0.4"},
        {"HOST": "console.example"},
        {"BEHIND_PROXY": "1"},
        {"PUBLIC_URL": "https://langnghe.example"},
    ],
)
def test_whatever_others_can_reach_needs_one_and_cannot_do_without(
    tmp_path: Path, reached: dict[str, str]
) -> None:
    assert requires(tmp_path, **reached)
    with pytest.raises(SettingsError, match="only its own machine"):
        requires(tmp_path, SECOND_FACTOR="0", **reached)


def test_another_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must be 0 or 1"):
        requires(tmp_path, SECOND_FACTOR="yes")
