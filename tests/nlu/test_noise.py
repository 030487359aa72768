"""Noise as people make it: repeatable, of many kinds, and it says the same thing."""

import unicodedata
from random import Random

import pytest

from nlu.augment import variants
from nlu.noise.kinds import KINDS, noised
from nlu.syllables import strip_marks

_SAID = "Cô ơi cứu em con với, nó 12 tuổi bị dượng đánh, giờ không về nhà! Nước sâu lắm"
_SHORT = "Em bị ba đánh, cứu"
_EVERY_KIND_CHANGES = [kind for kind in KINDS if kind != "joined_all"]


def _seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a repeatable draw, nothing secret


def _draws(text: str, kind: str) -> set[str]:
    return {noised(text, kind, _seeded(seed)) for seed in range(60)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_draw_gives_the_same_noise(kind: str) -> None:
    assert noised(_SAID, kind, _seeded(7)) == noised(_SAID, kind, _seeded(7))


@pytest.mark.parametrize("kind", _EVERY_KIND_CHANGES)
def test_every_kind_changes_an_ordinary_message(kind: str) -> None:
    assert _draws(_SAID, kind) != {_SAID}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", " ", "ok", "?", "🆘", "12", "a b", "\ud800", "ជួយ"])
def test_no_kind_fails_on_a_text_it_has_nothing_to_do_with(kind: str, text: str) -> None:
    for seed in range(5):
        assert isinstance(noised(text, kind, _seeded(seed)), str)


@pytest.mark.parametrize(
    ("kind", "text", "typed"),
    [
        ("telex", "vớt", {"vowst", "vowts"}),
        ("telex", "đánh", {"ddasnh", "ddanhs", "dasnhd", "danhsd"}),
        ("telex", "nước", {"nuowcs", "nuwowcs", "nuowsc", "nuwowsc"}),
        ("vni", "đánh", {"d9a1nh", "d9anh1", "danh91"}),
        ("vni", "nước", {"nu7o7c1", "nuo7c1", "nu7o71c", "nuo71c", "nuoc771", "nuoc71"}),
        (
            "teencode",
            "không",
            {"không", "k", "ko", "hk", "kh", "hok", "hong", "hem", "k0", "khum", "kg"},
        ),
        ("capitals", "cứu con", {"CỨU CON"}),
        ("joined_all", "em bị đánh", {"embịđánh"}),
        ("no_punctuation", "dạ, chưa!", {"dạ chưa"}),
        ("decomposed", "cứu", {unicodedata.normalize("NFD", "cứu")}),
    ],
)
def test_a_kind_types_as_people_do(kind: str, text: str, typed: set[str]) -> None:
    assert _draws(text, kind) <= typed
    assert len(_draws(text, kind)) >= len(typed) / 2


def test_a_long_message_never_loses_all_its_spaces() -> None:
    assert noised(_SAID, "joined_all", _seeded(1)) == _SAID


@pytest.mark.parametrize("kind", ["teencode", "dialect", "dictated"])
def test_who_did_what_to_whom_survives(kind: str) -> None:
    said = "con nó ba má ông bà dượng chú tao mày mình con"
    letters = {"m", "t", "n", "c", "b", "d", "o", "ck", "cc"}

    for drawn in _draws(said, kind):
        assert not letters & set(drawn.split())
        assert {"con", "nó", "ba", "má", "ông", "bà", "chú"} <= set(drawn.split())


def test_copies_of_a_message_are_few_distinct_and_repeatable() -> None:
    copies = variants(_SAID, _seeded(20))

    assert copies == variants(_SAID, _seeded(20))
    assert copies[0] == strip_marks(_SAID)
    assert len(copies) == 2
    assert len(set(copies)) == len(copies)
    assert _SAID not in copies


def test_a_bare_message_has_copies_too_but_not_itself() -> None:
    said = strip_marks(_SAID)

    copies = variants(said, _seeded(4))

    assert copies
    assert said not in copies
    assert _SHORT not in variants(_SHORT, _seeded(4))
