"""Traps: names that moved, namesakes, people and words of every day that are no places."""

import pytest

from nlu.assessment import LandmarkKind
from nlu.places import load_places
from nlu.text import read

_PLACES = load_places()


def _names(text: str) -> list[str]:
    return [place.name for place in _PLACES.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "chị Mỹ An đánh con",
        "Trần Bình Minh đánh em",
        "Hồ Thị Mỹ Hòa dọa em",
        "cháu Ngọc Hòa bỏ nhà đi",
        "em bị anh Tân đánh",
        "chú Châu hay rờ con",
        "xã hội an toàn",
        "xa hoi an ninh",
        "cầu mong bình an",
        "con muốn hòa bình",
        "HÒA BÌNH CHO MỌI NGƯỜI",
        "chau doc sach cho em nghe",
        "chau phu ba nau com",
        "chau phong bong nang lam",
        "ba con nam yen khong nhuc nhich",
        "cua duong vo phong con",
        "duong to con qua",
        "no hon tre con ngoai duong",
        "mat no cu tron len",
        "con co to mau cho em",
        "em o lam bai",
        "dang o nha ban",
        "ra duong dong dan thay ghe",
        "trường hợp này xử sao",
        "bị rạch tay",
        "nó muốn ly hôn chồng",
        "thứ 3 tuần sau con thi",
        "không phải Tri Tôn",
        "con hổng ở Lê Trì",
    ],
)
def test_people_and_words_of_every_day_are_no_places(text: str) -> None:
    assert _names(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("xa An Chau cu", "Xã An Châu"),
        ("p My Binh", "Phường Long Xuyên"),
        ("TT Nui Sap", "Xã Thoại Sơn"),
        ("F. Mỹ Bình", "Phường Long Xuyên"),
        ("em o xax Lee Trif", "Xã Ba Chúc"),
        ("ow xax Vawn Giaso", "Xã An Cư"),
        ("xã Mỹ Đức huyện Châu Phú cũ", "Xã Mỹ Đức"),
        ("Châu Phú, Mỹ Đức", "Xã Mỹ Đức"),
        ("chợ Nhà Bàng, Tịnh Biên", "Phường Thới Sơn"),
        ("thị trấn Thứ 11", "Xã An Minh"),
        ("cau tom o Cho Vam", "Xã Chợ Vàm"),
        ("công an xã Vĩnh Tế", "Phường Vĩnh Tế"),
        ("không phải Tri Tôn đâu, Ba Chúc", "Xã Ba Chúc"),
        ("CON Ở XÃ AN CƯ", "Xã An Cư"),
        ("Vĩnh Phú Giang Thành", "Xã Vĩnh Điều"),
    ],
)
def test_a_place_said_in_any_way_is_certain_when_it_has_one_meaning(text: str, name: str) -> None:
    (place,) = _PLACES.find(text)

    assert place.name == name
    assert place.is_certain
    assert place.confidence >= 0.8


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("TX Tân Châu", 5),
        ("TX TC", 5),
        ("huyện AP", 5),
        ("TP RG", 2),
        ("TP LX", 4),
        ("H. Tri Tôn", 5),
        ("huyện Châu Phú cũ", 5),
        ("huyện Châu Thành tỉnh Kiên Giang cũ", 3),
    ],
)
def test_a_district_that_is_gone_offers_its_communes_alike(text: str, count: int) -> None:
    places = _PLACES.find(text)

    assert len(places) == count
    assert len({place.confidence for place in places}) == 1
    assert not any(place.is_certain for place in places)


def test_a_word_that_says_which_of_two_communes_may_lack_its_marks() -> None:
    assert set(_names("o phu thanh")) == {"Xã Chợ Vàm"}  # Phú Thành and Phú Thạnh
    assert {"Xã Thạnh Đông", "Xã Tân Thạnh"} & set(_names("xa tan thanh")) == {"Xã Tân Thạnh"}
    assert len(_names("xa tan thanh")) > 1  # Tân Thành too


@pytest.mark.parametrize("text", ["gần Ba Chúc", "cách Ba Chúc 2 km", "cách chợ Ba Chúc 2 km"])
def test_near_a_place_is_not_in_it(text: str) -> None:
    (place,) = _PLACES.find(text)

    assert place.name == "Xã Ba Chúc"
    assert place.confidence < 0.5
    assert not place.is_certain


@pytest.mark.parametrize(
    "text", ["nó đi Văn Giáo rồi", "quê Văn Giáo", "xe chạy về hướng Văn Giáo"]
)
def test_where_somebody_goes_or_comes_from_is_not_where_he_is(text: str) -> None:
    (place,) = _PLACES.find(text)

    assert place.confidence < 0.5


def test_two_places_of_one_message_share_what_is_sure() -> None:
    places = _PLACES.find("em ở Lê Trì, ông ngoại ở Văn Giáo")

    assert {place.name for place in places} == {"Xã Ba Chúc", "Xã An Cư"}
    assert all(place.confidence == 0.5 and not place.is_certain for place in places)


def test_a_friend_in_the_same_district_is_another_place() -> None:
    places = _PLACES.find("em ở Tri Tôn, bạn em ở Ba Chúc")

    assert len(places) == 5
    assert places[0].confidence < 0.75


@pytest.mark.parametrize(
    ("text", "here", "there"),
    [
        ("em ở Hội An", "Xã Hội An", "Đà Nẵng"),
        ("ở Phú Thọ", "Xã Phú An", "Phú Thọ"),
        ("con ở Hòa Bình", "Xã Hội An", "Phú Thọ"),
        ("Tân An, Long An", "Xã Tân An", "Tây Ninh"),
    ],
)
def test_of_namesakes_here_and_elsewhere_neither_is_taken_for_granted(
    text: str, here: str, there: str
) -> None:
    found = _PLACES.look(read(text))

    assert [place.name for place in found.places] == [here]
    assert found.places[0].confidence < 0.5
    assert there in {mark.name for mark in found.landmarks}


@pytest.mark.parametrize(
    "text",
    [
        "Châu Thành, Tiền Giang",
        "em ở Hội An Quảng Nam",
        "xã Tân An, tỉnh Long An",
        "Phú Tân Cà Mau",
        "tỉnh Phú Thọ",
    ],
)
def test_a_namesake_with_its_province_is_not_ours(text: str) -> None:
    found = _PLACES.look(read(text))

    assert found.places == ()
    assert all(mark.kind is LandmarkKind.PROVINCE for mark in found.landmarks)
    assert found.landmarks


def test_a_type_decides_between_a_commune_and_a_province() -> None:
    found = _PLACES.look(read("xã Phú Thọ"))

    assert [place.name for place in found.places] == ["Xã Phú An"]
    assert found.landmarks == ()


def test_the_province_of_before_decides_between_two_chau_thanh() -> None:
    assert set(_names("Châu Thành, Kiên Giang")) == {"Xã Châu Thành", "Xã Thạnh Lộc", "Xã Bình An"}


def test_tuesday_may_be_a_town_but_not_surely() -> None:
    assert _PLACES.find("thứ ba")[0].confidence < 0.5
    assert _PLACES.find("thị trấn Thứ Ba")[0].is_certain


def test_a_new_answer_narrows_earlier_candidates() -> None:
    district = _PLACES.find("huyện Châu Thành")
    split = _PLACES.find("xã Phước Hưng")
    bare = _PLACES.find("Long Xuyên")

    assert [x.name for x in _PLACES.narrow(district, "dạ An Hòa")] == ["Xã Bình Hòa"]
    assert [x.name for x in _PLACES.narrow(split, "chỗ Nhơn Hội")] == ["Xã Nhơn Hội"]
    assert [x.name for x in _PLACES.narrow(bare, "dạ xã")] == ["Xã Mỹ Hòa Hưng"]
    assert len(_PLACES.narrow(bare, "dạ phường")) == 3
    assert {x.name for x in _PLACES.narrow(district, "bên Kiên Giang")} == {
        "Xã Châu Thành", "Xã Thạnh Lộc", "Xã Bình An",
    }  # fmt: skip


def test_an_answer_that_says_nothing_changes_nothing_and_another_place_replaces() -> None:
    tri_ton = _PLACES.find("Tri Tôn")

    assert _PLACES.narrow(tri_ton, "dạ") == tri_ton
    assert [x.name for x in _PLACES.narrow(tri_ton, "lộn, xã Châu Phong")] == ["Xã Châu Phong"]
    assert [x.name for x in _PLACES.narrow((), "xã An Cư")] == ["Xã An Cư"]


def test_the_name_of_the_district_said_again_is_the_commune_of_that_name() -> None:
    answered = _PLACES.narrow(_PLACES.find("Tri Tôn"), "Tri Tôn")

    assert answered[0].name == "Xã Tri Tôn"
    assert answered[0].confidence >= 0.75


def test_what_was_said_can_be_found_again_in_the_message() -> None:
    text = "🆘 cứu, con em ở gần núi Sam nè"

    (place,) = _PLACES.find(text)

    assert place.said == "gần núi Sam"
    assert text[slice(*place.span)] == place.said
