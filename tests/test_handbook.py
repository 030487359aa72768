"""The operators' handbook says what the console does: its keys, and pictures that are there."""

import re

import pytest

from intake.console.strings import ConsoleLanguage, words_of
from tests.screenshots.handbook import DOCS, FOLDER, LARGEST_BYTES, PAGE, PICTURES, with_keys


def test_the_table_of_keys_is_the_one_that_the_console_obeys() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == with_keys(text, words_of(ConsoleLanguage.VIETNAMESE)), (
        "write it anew: python -m tests.screenshots handbook"
    )


def test_every_picture_is_there_and_small() -> None:
    shown = re.findall(r"!\[.+?\]\((pictures/[\w-]+\.png)\)", PAGE.read_text(encoding="utf-8"))

    assert {f"pictures/{name}.png" for name in PICTURES} == set(shown)
    assert all((DOCS / path).stat().st_size <= LARGEST_BYTES for path in shown)


@pytest.mark.parametrize("picture", sorted(PICTURES))
def test_a_picture_is_a_png(picture: str) -> None:
    assert (FOLDER / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
