"""For any text: no exception, at most one in all; every name leads where it belongs."""

import csv
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import places as module
from nlu.places import load_places
from nlu.syllables import strip_marks
from nlu.text import read

_PLACES = load_places()
with (Path(module.__file__).with_name("data") / "old_communes.csv").open(encoding="utf-8") as _file:
    _OLD = list(csv.DictReader(_file))
_SUCCESSORS: dict[tuple[str, str, str], set[str]] = {}
for _row in _OLD:
    _key = (_row["old_name"], _row["old_district"], _row["old_province"])
    _SUCCESSORS.setdefault(_key, set()).add(_row["code"])

_PIECES = st.sampled_from(
    [name for _, name in _PLACES.communes]
    + [row["old_name"].split(" ", 1)[1] for row in _OLD[:80]]
    + ["ở", "gần", "xã", "huyện", ",", ".", "cũ", "tỉnh", "ấp", "3", "kinh", "chợ", "trường"]
    + ["cách", "2 km", "Cần Thơ", "không phải", "qua Cam"]
    + ["Hội An", "Long An", "núi Sam", "QL91", "Kiên Giang", "xax", "Lee", "–", "\n", "👶"]
)
_ADDRESSES = st.lists(_PIECES, max_size=14).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.text() | _ADDRESSES | _ADDRESSES.map(strip_marks) | _ADDRESSES.map(str.upper))
def test_whatever_is_written_candidates_add_up_to_at_most_one(text: str) -> None:
    found = _PLACES.look(read(text))

    assert sum(place.confidence for place in found.places) <= 1
    assert len({place.code for place in found.places}) == len(found.places)
    assert all(text[slice(*place.span)] == place.said for place in found.places)
    assert all(text[slice(*mark.span)] == mark.said for mark in found.landmarks)
    if any(place.is_certain for place in found.places):
        assert len(found.places) == 1


@settings(max_examples=150, deadline=None)
@given(_ADDRESSES, st.text(max_size=40) | _ADDRESSES)
def test_an_answer_never_adds_up_to_more_than_one_either(text: str, answer: str) -> None:
    narrowed = _PLACES.narrow(_PLACES.find(text), answer)

    assert sum(place.confidence for place in narrowed) <= 1.001
    assert [x.confidence for x in narrowed] == sorted(
        (x.confidence for x in narrowed), reverse=True
    )


@settings(max_examples=200, deadline=None)
@given(st.floats(), st.floats())
def test_any_point_is_answered(latitude: float, longitude: float) -> None:
    around = _PLACES.around(latitude, longitude)

    assert sum(place.confidence for place in around.places) <= 1
    assert around.places or around.is_outside


def test_every_official_name_without_marks_leads_to_itself() -> None:
    for code, name in _PLACES.communes:
        for text in (
            name,
            strip_marks(name),
            strip_marks(name).lower(),
            f"em o {strip_marks(name)}",
        ):
            places = _PLACES.find(text)

            assert places, text
            best = [x.code for x in places if x.confidence == places[0].confidence]
            assert code in best, text


def test_every_old_name_with_its_district_leads_to_its_successors() -> None:
    for (name, district, _), codes in _SUCCESSORS.items():
        for text in (f"{name}, {district}", strip_marks(f"{name}, {district}").lower()):
            found = {place.code for place in _PLACES.find(text)}

            assert codes <= found, text


def test_every_old_name_alone_leads_to_its_successors_among_others() -> None:
    for (name, _, _), codes in _SUCCESSORS.items():
        assert codes <= {place.code for place in _PLACES.find(name)}, name


def test_a_hundred_thousand_characters_are_answered_from_their_ends() -> None:
    text = "xã An Cư " + "a " * 50_000 + " ấp 3 xã An Cư"

    found = _PLACES.look(read(text))

    assert [place.name for place in found.places] == ["Xã An Cư"]
    assert len(_PLACES.look(read("Tri Tôn Ba Chúc ấp 3 Cần Thơ " * 4_000)).landmarks) <= 24
