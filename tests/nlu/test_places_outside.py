"""Beyond An Giang: 63 provinces of before, 34 of today, Campuchia; by name and by point."""

import math

import pytest

from nlu.assessment import Assessment, Landmark, LandmarkKind, Place
from nlu.labels import Intent, Language, Urgency
from nlu.places import load_places
from nlu.text import read

_PLACES = load_places()


@pytest.mark.parametrize(
    ("text", "kind", "where"),
    [
        ("dẫn con qua Campuchia", LandmarkKind.COUNTRY, "Campuchia"),
        ("nó rủ đi Nam Vang", LandmarkKind.COUNTRY, "Campuchia"),
        ("co ba kia ru con di lam o campuchia", LandmarkKind.COUNTRY, "Campuchia"),
        ("rủ em sang cam làm", LandmarkKind.COUNTRY, "Campuchia"),
        ("bên đất Miên", LandmarkKind.COUNTRY, "Campuchia"),
        ("gần tới Bavet rồi", LandmarkKind.COUNTRY, "Campuchia"),
        ("bán qua Trung Quốc", LandmarkKind.COUNTRY, "Trung Quốc"),
        ("lên Sài Gòn", LandmarkKind.PROVINCE, "Hồ Chí Minh"),
        ("đi TP HCM", LandmarkKind.PROVINCE, "Hồ Chí Minh"),
        ("di binh duong lam", LandmarkKind.PROVINCE, "Hồ Chí Minh"),
        ("nhà ở Thốt Nốt", LandmarkKind.PROVINCE, "Cần Thơ"),
        ("ở Lấp Vò", LandmarkKind.PROVINCE, "Đồng Tháp"),
        ("tỉnh Lâm Đồng", LandmarkKind.PROVINCE, "Lâm Đồng"),
    ],
)
def test_a_place_beyond_an_giang_is_told(text: str, kind: LandmarkKind, where: str) -> None:
    found = _PLACES.look(read(text))

    assert found.places == ()
    assert [(mark.kind, mark.name) for mark in found.landmarks] == [(kind, where)]


_PROVINCES = (
    "Hà Nội|Hà Giang|Cao Bằng|Bắc Kạn|Tuyên Quang|Lào Cai|Điện Biên|Lai Châu|Sơn La|Yên Bái|"
    "Hòa Bình|Thái Nguyên|Lạng Sơn|Quảng Ninh|Bắc Giang|Phú Thọ|Vĩnh Phúc|Bắc Ninh|Hải Dương|"
    "Hải Phòng|Hưng Yên|Thái Bình|Hà Nam|Nam Định|Ninh Bình|Thanh Hóa|Nghệ An|Hà Tĩnh|Quảng Bình|"
    "Quảng Trị|Huế|Đà Nẵng|Quảng Nam|Quảng Ngãi|Bình Định|Phú Yên|Khánh Hòa|Ninh Thuận|"
    "Bình Thuận|Kon Tum|Gia Lai|Đắk Lắk|Đắk Nông|Lâm Đồng|Bình Phước|Tây Ninh|Bình Dương|Đồng Nai|"
    "Vũng Tàu|Hồ Chí Minh|Long An|Tiền Giang|Bến Tre|Trà Vinh|Vĩnh Long|Đồng Tháp|Cần Thơ|"
    "Hậu Giang|Sóc Trăng|Bạc Liêu|Cà Mau"
)


@pytest.mark.parametrize("name", _PROVINCES.split("|"))
def test_every_other_province_of_before_is_known(name: str) -> None:
    for text in (f"em ở {name}", f"tỉnh {name}", f"nhà con ở tỉnh {name} lận"):
        kinds = {mark.kind for mark in _PLACES.look(read(text)).landmarks}

        assert LandmarkKind.PROVINCE in kinds, text


@pytest.mark.parametrize(
    "text",
    [
        "chị Huế chửi con",
        "lao động",
        "nhà lao",
        "mà lại đánh con",
        "hong ngủ được",
        "cái răng con đau",
        "diễn biến tâm lý",
        "láo cãi với má",
        "An Giang",
        "tỉnh Kiên Giang",
        "trái cam",
    ],
)
def test_words_that_only_look_like_provinces_are_none(text: str) -> None:
    assert not any(mark.kind.is_outside for mark in _PLACES.look(read(text)).landmarks)


def test_an_assessment_is_outside_only_when_nothing_here_was_named() -> None:
    away = _PLACES.look(read("con đang ở Cần Thơ")).landmarks
    here = _PLACES.find("xã An Cư")

    assert _assessed((), away).is_outside
    assert not _assessed(here, away).is_outside
    assert not _assessed((), ()).is_outside


def _assessed(places: tuple[Place, ...], landmarks: tuple[Landmark, ...]) -> Assessment:
    return Assessment(
        intent=Intent.OUT_OF_SCOPE,
        urgency=Urgency.LOW,
        confidence=1.0,
        ask=False,
        lang=Language.VIETNAMESE,
        places=places,
        landmarks=landmarks,
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (10.386, 105.436, "Phường Long Xuyên"),
        (10.012, 105.081, "Phường Rạch Giá"),
        (10.217, 103.960, "Đặc khu Phú Quốc"),
        (9.800, 104.630, "Đặc khu Kiên Hải"),
        (9.304, 103.476, "Đặc khu Thổ Châu"),
        (10.141, 104.330, "Xã Tiên Hải"),
        (10.559, 105.012, "Xã An Cư"),
    ],
)
def test_a_point_well_inside_is_found(latitude: float, longitude: float, name: str) -> None:
    around = _PLACES.around(latitude, longitude)

    assert around.places[0].name == name
    assert not around.is_outside
    assert around.kilometres < 5
    assert sum(place.confidence for place in around.places) <= 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "where"),
    [
        (10.034, 105.785, "Cần Thơ"),
        (10.460, 105.633, "Đồng Tháp"),
        (11.560, 104.920, "Campuchia"),
        (10.990, 104.780, "Campuchia"),
        (21.030, 105.850, ""),
        (8.500, 103.000, ""),
        (0.0, 0.0, ""),
    ],
)
def test_a_point_beyond_an_giang_is_outside(latitude: float, longitude: float, where: str) -> None:
    around = _PLACES.around(latitude, longitude)

    assert around.is_outside
    assert around.where == where
    assert _PLACES.nearest(latitude, longitude) is None


def test_a_point_between_two_communes_is_doubted() -> None:
    around = _PLACES.around(10.40, 105.415)

    assert len(around.places) > 1
    assert around.places[0].confidence < 0.75


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_no_number_is_too_strange(value: float) -> None:
    assert _PLACES.around(value, 105.0).is_outside
    assert _PLACES.around(10.5, value).is_outside
