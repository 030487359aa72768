"""Hamlet, canal, market, school, road: kept as said; a commune only where the list knows it."""

import csv
from pathlib import Path

import pytest

from nlu import places as module
from nlu.assessment import Landmark
from nlu.assessment import LandmarkKind as Kind
from nlu.places import load_places
from nlu.text import read

_PLACES = load_places()
_DATA = Path(module.__file__).with_name("data")


def _marks(text: str) -> tuple[Landmark, ...]:
    return _PLACES.look(read(text)).landmarks


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("ấp 3 xã Lê Trì", Kind.HAMLET, "ấp 3"),
        ("o khom 3 phuong my binh", Kind.HAMLET, "khom 3"),
        ("ấp Phú Hiệp", Kind.HAMLET, "ấp Phú Hiệp"),
        ("khóm Châu Long 1", Kind.HAMLET, "khóm Châu Long 1"),
        ("tui ở ấp vĩnh hòa 2", Kind.HAMLET, "ấp vĩnh hòa 2"),
        ("tổ mười hai đó cô", Kind.HAMLET, "tổ mười hai"),
        ("số nhà 12/3", Kind.ADDRESS, "số nhà 12/3"),
        ("hẻm 12", Kind.ADDRESS, "hẻm 12"),
        ("kinh Vĩnh Tế nước xiết", Kind.CANAL, "kinh Vĩnh Tế"),
        ("kenh Vinh Te", Kind.CANAL, "kenh Vinh Te"),
        ("kênh Rạch Giá–Hà Tiên", Kind.CANAL, "kênh Rạch Giá–Hà Tiên"),
        ("toi o kinh 5", Kind.CANAL, "kinh 5"),
        ("kênh H7", Kind.CANAL, "kênh H7"),
        ("cứu dùm kinh mười bốn á", Kind.CANAL, "kinh mười bốn"),
        ("sông Hậu", Kind.RIVER, "sông Hậu"),
        ("ở Búng Bình Thiên", Kind.LAKE, "Búng Bình Thiên"),
        ("cầu Nguyễn Thái Học", Kind.BRIDGE, "cầu Nguyễn Thái Học"),
        ("nhay cau Hoang Dieu", Kind.BRIDGE, "cau Hoang Dieu"),
        ("phà Vàm Cống", Kind.FERRY, "phà Vàm Cống"),
        ("ben pha vam cong", Kind.FERRY, "ben pha vam cong"),
        ("đối diện chợ", Kind.MARKET, "đối diện chợ"),
        ("doi dien cho", Kind.MARKET, "doi dien cho"),
        ("ao sâu sau trường", Kind.SCHOOL, "sau trường"),
        ("trường thcs trương gia mô", Kind.SCHOOL, "trường thcs trương gia mô"),
        ("trường tiểu học A Long Bình", Kind.SCHOOL, "trường tiểu học A Long Bình"),
        ("kế trạm y tế", Kind.HEALTH, "kế trạm y tế"),
        ("chùa Xà Tón", Kind.WORSHIP, "chùa Xà Tón"),
        ("trên núi Cấm", Kind.MOUNTAIN, "trên núi Cấm"),
        ("ngoài hòn Sơn", Kind.ISLAND, "hòn Sơn"),
        ("cồn Phó Ba", Kind.ISLAND, "cồn Phó Ba"),
        ("gần ủy ban", Kind.OFFICE, "gần ủy ban"),
        ("cửa khẩu Tịnh Biên", Kind.BORDER_GATE, "cửa khẩu Tịnh Biên"),
        ("ngã ba Lộ Tẻ", Kind.CROSSROADS, "ngã ba Lộ Tẻ"),
        ("vùng Bảy Núi", Kind.REGION, "Bảy Núi"),
        ("ĐT 943", Kind.ROAD, "ĐT 943"),
        ("đường Trần Hưng Đạo", Kind.ROAD, "đường Trần Hưng Đạo"),
        ("cách 2 km tới chợ Cái Dầu", Kind.MARKET, "cách 2 km tới chợ Cái Dầu"),
        ("cách chợ Ba Chúc 2 km", Kind.MARKET, "cách chợ Ba Chúc 2 km"),
        ("gan truong", Kind.SCHOOL, "gan truong"),
    ],
)
def test_a_landmark_is_kept_as_it_was_said(text: str, kind: Kind, said: str) -> None:
    (mark,) = (mark for mark in _marks(text) if mark.kind is kind)

    assert mark.said == said
    assert text[slice(*mark.span)] == said


def test_a_road_and_its_kilometre_are_two_marks() -> None:
    road, kilometre = _marks("xe lật QL91 km 25+300")

    assert (road.kind, road.name) == (Kind.ROAD, "QL91")
    assert (kilometre.kind, kilometre.name) == (Kind.KILOMETRE, "25+300")


@pytest.mark.parametrize(
    "text",
    [
        "đt 0900000123",
        "kinh nguyệt 7 ngày",
        "kinh 7 ngày chưa hết",
        "em to 5 tuổi",
        "chạy 2 km 5 phút",
        "cầu trời cho con sống",
        "trường hợp này",
        "mất cái răng",
        "anh đường nét quá",
        "vứt rác ra sông bình thường mà",
        "cho Minh Anh cái áo",
        "ấp úng không nói",
        "té xuống kinh",
        "nó rạch tay hoài",
    ],
)
def test_words_that_look_like_landmarks_are_none(text: str) -> None:
    assert _marks(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "kinh Vĩnh Tế nước xiết",
        "kênh Rạch Giá–Hà Tiên",
        "cầu Rạch Giá",
        "ấp Hòa Bình",
        "đường Châu Phú",
        "phà An Hòa",
        "tứ giác Long Xuyên",
        "kinh Tri Tôn",
        "Bắc Mỹ Thuận hồi xưa đông lắm",
    ],
)
def test_what_is_only_called_after_a_commune_lies_anywhere(text: str) -> None:
    assert _PLACES.find(text) == ()
    assert all(mark.code == "" for mark in _marks(text))


@pytest.mark.parametrize("text", ["trường THPT An Châu", "chợ Long Bình", "bệnh viện Vĩnh Tế"])
def test_what_mostly_lies_in_the_commune_of_its_name_is_offered_only(text: str) -> None:
    (place,) = _PLACES.find(text)

    assert place.confidence < 0.5
    assert not place.is_certain


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lạc ở núi Sam", "Phường Vĩnh Tế"),
        ("hồ Tà Pạ", "Xã Tri Tôn"),
        ("ở hòn Sơn", "Đặc khu Kiên Hải"),
        ("rung tram Tra Su", "Xã An Cư"),
        ("chợ Cái Dầu", "Xã Châu Phú"),
    ],
)
def test_a_landmark_of_the_reviewed_list_says_its_commune(text: str, name: str) -> None:
    (place,) = _PLACES.find(text)

    assert place.name == name
    assert place.is_certain


def test_every_commune_in_the_list_exists_and_every_line_has_its_source() -> None:
    codes = {code for code, _ in _PLACES.communes}
    for file_name in ("landmarks.csv", "place_aliases.csv", "outside.csv", "commune_points.csv"):
        with (_DATA / file_name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["source"], row
                assert set((row.get("code") or row.get("codes") or "").split()) <= codes, row


def test_every_landmark_of_the_list_is_found_by_its_own_name() -> None:
    with (_DATA / "landmarks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = _PLACES.look(read(f"ở {row['name']}"))

            assert row["kind"] in {mark.kind.value for mark in found.landmarks}, row
            if row["code"]:
                assert [place.code for place in found.places] == [row["code"]], row
