"""The operators' handbook says what the console does: its keys, and pictures that are there."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest

from intake import measures
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


_SAID = {
    "AT_ONCE": (timedelta(minutes=60), "60 phút từ tin đầu tiên"),
    "ANSWERED_LIFE_IN_MINUTES": (timedelta(seconds=30), "30 giây"),
    "ANSWERED_CRITICAL": (timedelta(minutes=2), "2 phút"),
    "TAKEN_HIGH": (timedelta(hours=1), "1 giờ"),
    "TAKEN_NORMAL": (timedelta(hours=3), "3 giờ"),
    "AMBER_LEFT": (Fraction(1, 3), "khi còn một phần ba thời hạn"),
    "RED_LEFT": (Fraction(1, 10), "khi còn một phần mười thời hạn"),
}


def test_what_the_centre_has_to_confirm_is_listed_as_it_is_measured() -> None:
    """Whoever changes a measure comes by here: the handbook and the console's words say it too."""
    _, listed = PAGE.read_text(encoding="utf-8").split("**Còn chờ Trung tâm xác nhận.**")
    cells = {line.rsplit("|", 2)[1].strip() for line in listed.splitlines() if "|" in line}

    assert {name for name in vars(measures) if name.isupper()} == set(_SAID)
    assert {name: getattr(measures, name) for name in _SAID} == {
        name: value for name, (value, _) in _SAID.items()
    }
    assert {said for _, said in _SAID.values()} <= cells


@pytest.mark.parametrize("picture", sorted(PICTURES))
def test_a_picture_is_a_png(picture: str) -> None:
    assert (FOLDER / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
