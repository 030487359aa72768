"""The handbook of the telephone names every setting and every prompt, and no other."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "telephone.md").read_text("utf-8")


def names_in(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text("utf-8")))


def test_every_setting_of_the_watch_is_told() -> None:
    names = names_in("intake/watch/settings.py", r"\"(LANGNGHE_WATCH_[A-Z_]+)\"")

    assert names
    assert sorted(name for name in names if f"`{name}`" not in PAGE) == []


def test_every_setting_of_the_telephone_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    names = names_in("intake/telephone/settings.py", r"\"((?:LANGNGHE|TWILIO)_[A-Z_]+)\"")

    assert names
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_every_prompt_is_told_and_no_other() -> None:
    cards = yaml.safe_load((ROOT / "bot/content/vi/telephone.yml").read_text("utf-8"))["cards"]

    assert set(re.findall(r"`(tel_\w+)`", PAGE)) == {card["id"] for card in cards}
