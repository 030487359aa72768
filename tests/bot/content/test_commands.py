"""`langnghe content`: check, list and sign, as a doctor's assistant would use it."""

from argparse import Namespace
from pathlib import Path

import pytest

from bot.content.commands import check, list_cards, sign
from bot.content.shelf import load_shelf
from bot.content.signoffs import read_signoffs
from nlu.labels import Language


def signing(**changed: str) -> Namespace:
    options = {
        "card": "rescue_drowning",
        "lang": "vi",
        "register": "any",
        "name": "Trần Thị Thử",
        "role": "bác sĩ",
        "date": "2026-11-24",
    }
    return Namespace(**(options | changed))


def test_check_says_what_is_well_and_what_is_still_needed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check(Namespace()) == 0

    said = capsys.readouterr().out
    assert "well formed" in said
    assert "rescue_poisoning" in said


def test_check_fails_on_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "vi" / "talk.yml"
    file.write_text(file.read_text("utf-8").replace("Không có chi.", "Bí mật."), encoding="utf-8")

    assert check(Namespace(), folder=folder) == 1
    assert "thanks" in capsys.readouterr().out


def test_list_shows_every_text_and_what_a_reviewer_must_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list_cards(Namespace()) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any("rescue_poisoning" in line and "text needed" in line for line in lines)
    assert any("native speaker" in line for line in lines)
    assert all("unsigned" in line for line in lines)


def test_a_signature_makes_the_text_fit_for_production(folder: Path) -> None:
    assert sign(signing(), folder=folder) == 0

    shelf = load_shelf(mode_is_production=True, folder=folder)
    message = shelf.card("rescue_drowning", lang=Language.VIETNAMESE, register=None)
    assert message.card == "rescue_drowning"


def test_signing_twice_leaves_one_signature(folder: Path) -> None:
    sign(signing(), folder=folder)

    assert sign(signing(), folder=folder) == 0
    assert len(read_signoffs(folder / "signoffs.yml")) == 1


def test_a_second_signature_leaves_the_first_and_the_heading_in_place(folder: Path) -> None:
    sign(signing(), folder=folder)
    sign(signing(card="rescue_attack", register="child"), folder=folder)

    file = folder / "signoffs.yml"
    assert [one.card for one in read_signoffs(file)] == ["rescue_drowning", "rescue_attack"]
    assert file.read_text("utf-8").startswith("#")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"card": "nothing"}, "there is no card"),
        ({"register": "adult"}, "has these texts"),
        ({"lang": "fr"}, "has these texts"),
        ({"name": " "}, "name and a role"),
        ({"date": "24/11/2026"}, "2026-11-24"),
    ],
)
def test_a_faulty_signature_is_refused_with_a_reason(
    folder: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str], why: str
) -> None:
    assert sign(signing(**changed), folder=folder) == 1

    assert why in capsys.readouterr().err
    assert read_signoffs(folder / "signoffs.yml") == ()


def test_content_with_problems_cannot_be_signed(folder: Path) -> None:
    file = folder / "vi" / "talk.yml"
    file.write_text(file.read_text("utf-8").replace("Không có chi.", "Bí mật."), encoding="utf-8")

    assert sign(signing(), folder=folder) == 1
