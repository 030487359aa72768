"""Settings: defaults that work, and a plain sentence for what is wrong."""

from pathlib import Path

import pytest

from intake.errors import SettingsError
from intake.settings import Mode, read_settings
from storage.sqlite import UNDURABLE


def test_the_defaults_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read_settings({})

    assert settings.mode is Mode.TRIAL
    assert settings.web.host == "127.0.0.1"
    assert settings.web.public_url == "http://127.0.0.1:8080"
    assert settings.data.database_url == f"sqlite:///{tmp_path / 'var' / 'langnghe.db'}"
    assert settings.data.master_key_file == tmp_path / "var" / "keys" / "master.key"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGNGHE_PORT", "http"),
        ("LANGNGHE_PORT", "70000"),
        ("LANGNGHE_PORT", "-1"),
        ("LANGNGHE_MODE", "prod"),
        ("LANGNGHE_BEHIND_PROXY", "yes"),
        ("LANGNGHE_LOG_LEVEL", "loud"),
        ("LANGNGHE_TELEGRAM_WEBHOOK_SECRET", "with spaces"),
        ("LANGNGHE_TELEGRAM_WEBHOOK_SECRET", "x" * 257),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_an_empty_value_is_the_default() -> None:
    assert read_settings({"LANGNGHE_PORT": " "}).web.port == 8080


@pytest.mark.parametrize("name", ["LANGNGHE_DATABASE_URL", "LANGNGHE_KEYS_URL"])
def test_nobody_can_turn_off_that_a_message_is_on_the_disk(name: str) -> None:
    with pytest.raises(SettingsError, match="without options"):
        read_settings({name: "sqlite:///var/langnghe.db" + UNDURABLE})


def test_no_secret_is_printed() -> None:
    settings = read_settings(
        {
            "TELEGRAM_BOT_TOKEN": "123456:secret-token",
            "LANGNGHE_DATABASE_URL": "postgresql://langnghe:secret-password@127.0.0.1/x",
            "LANGNGHE_ALARM_WEBHOOK_SECRET": "secret-alarm",
            "LANGNGHE_TELEGRAM_STAFF_CHAT": "-100900000001",
        }
    )

    printed = repr(settings)

    assert "secret" not in printed.replace("webhook_secret", "")
    assert "-100900000001" not in printed
