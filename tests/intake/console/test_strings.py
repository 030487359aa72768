"""The words, icons and vendored files of the console are complete and as they are said to be."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml

from intake.console.render import STATIC_FOLDER, make_environment
from intake.console.strings import ConsoleLanguage, flatten, words_of
from intake.permissions import Role
from nlu.labels import Danger, Intent, Urgency
from storage.rows import OutboxState, TicketState

CONSOLE = STATIC_FOLDER.parent
TEMPLATES = sorted((CONSOLE / "templates").glob("*.html"))
SOURCES = [*TEMPLATES, *CONSOLE.rglob("*.py")]
ASKED = re.compile(r"""\b(?:t|words|words_for\(request\))\(\s*["']([a-z_]+\.[a-z0-9_]+)["']""")
VIETNAMESE = words_of(ConsoleLanguage.VIETNAMESE)
ENGLISH = words_of(ConsoleLanguage.ENGLISH)


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_both_languages_say_the_same_things() -> None:
    assert VIETNAMESE.entries.keys() == ENGLISH.entries.keys()


def test_no_two_parts_of_a_language_give_the_same_key() -> None:
    for language in ConsoleLanguage:
        parts = sorted((CONSOLE / "languages" / language).glob("*.yml"))

        told = [key for path in parts for key in flatten(yaml.safe_load(path.read_text("utf-8")))]

        assert len(told) == len(set(told))


def test_a_translation_has_the_same_placeholders() -> None:
    for key, text in VIETNAMESE.entries.items():
        assert _placeholders(text) == _placeholders(ENGLISH.entries[key]), key


def test_every_key_that_a_page_asks_for_exists() -> None:
    asked = {key for path in SOURCES for key in ASKED.findall(path.read_text(encoding="utf-8"))}

    assert len(asked) > 150
    assert asked <= VIETNAMESE.entries.keys()


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("kind", [each.value for each in Intent]),
        ("urgency", [each.value for each in Urgency]),
        ("danger", [each.value for each in Danger]),
        ("state", [each.value for each in TicketState]),
        ("delivery", [each.value for each in OutboxState]),
        ("role", [each.value for each in Role]),
    ],
)
def test_every_label_has_a_name_in_both_languages(group: str, names: list[str]) -> None:
    for words in (VIETNAMESE, ENGLISH):
        assert [name for name in names if f"{group}.{name}" not in words.entries] == []


def test_every_template_can_be_read() -> None:
    environment = make_environment()

    for path in TEMPLATES:
        environment.get_template(path.name)


def test_no_template_carries_a_script_a_style_or_a_handler() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path.name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text), path.name


def test_the_icons_of_the_sprite_are_those_in_use() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC_FOLDER / "icons.svg").read_text()))
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    quoted = set(re.findall(r"""["']([a-z0-9-]+)["']""", text))

    assert sprite <= quoted
    assert set(re.findall(r"""icon\(["']([a-z0-9-]+)["']\)""", text)) <= sprite


def test_vendored_files_are_what_the_list_says() -> None:
    folder = STATIC_FOLDER / "vendor"
    listed = json.loads((folder / "vendored.json").read_text())

    for entry in listed:
        for name, digest in entry["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        assert (folder / entry["licence_file"]).is_file()
    named = {name for entry in listed for name in (*entry["files"], entry["licence_file"])}
    assert {path.name for path in folder.iterdir()} - {"vendored.json"} == named


def test_scripts_and_style_are_light_on_the_line() -> None:
    files = [*Path(STATIC_FOLDER).rglob("*.js"), STATIC_FOLDER / "console.css"]
    total = sum(len(gzip.compress(path.read_bytes())) for path in files)

    assert total < 48_000
