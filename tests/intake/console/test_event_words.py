"""Every kind of event is told in plain words, in both languages, on the audit page."""

import re
from pathlib import Path

import pytest

from intake.console.strings import ConsoleLanguage, words_of
from intake.permissions import Permission

ROOT = Path(__file__).resolve().parents[3]
_KIND = re.compile(
    r"""(?:\b(?:kind=|kind\s=\s)|(?:_note|record|_record|_tell)\([^()"]*?)"([a-z]+_[a-z_]+)\""""
)
"""How an event is appended: `kind="…"`, or by a function of the module's own."""


def _kinds() -> set[str]:
    paths = [
        path
        for folder in ("storage", "intake")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]
    return {kind for path in paths for kind in _KIND.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", list(ConsoleLanguage))
def test_every_kind_of_event_has_words(language: ConsoleLanguage) -> None:
    kinds = _kinds()

    assert {"ticket_read", "user_signed_in", "second_factor_reset", "role_changed"} <= kinds
    assert [kind for kind in kinds if f"event.{kind}" not in words_of(language).entries] == []


@pytest.mark.parametrize("language", list(ConsoleLanguage))
def test_every_permission_has_words_for_the_role_editor(language: ConsoleLanguage) -> None:
    entries = words_of(language).entries

    assert [each for each in Permission if f"permission.{each.value}" not in entries] == []
