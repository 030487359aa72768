"""Places: old names, missing marks, and no silent guess where a name means several communes."""

import pytest

from nlu.places import load_places

_PLACES = load_places()


def _names(text: str) -> list[str]:
    return [place.name for place in _PLACES.find(text)]


def test_there_are_102_communes() -> None:
    assert len(_PLACES.communes) == 102
    assert len({code for code, _ in _PLACES.communes}) == 102


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("xa van giao, tinh bien, an giang", "Xã An Cư"),
        ("Xã Văn Giáo", "Xã An Cư"),
        ("p. my long lx", "Phường Long Xuyên"),
        ("TT. Núi Sập", "Xã Thoại Sơn"),
        ("thị trấn Thứ Ba", "Xã An Biên"),
        ("em o nui cam", "Xã Núi Cấm"),
        ("ấp 3 xã Lê Trì", "Xã Ba Chúc"),
        ("dac khu phu quoc", "Đặc khu Phú Quốc"),
        ("Hoà Lạc", "Xã Hòa Lạc"),
        ("Hòa Lạc", "Xã Hòa Lạc"),
        ("xã Tri Tôn", "Xã Tri Tôn"),
        ("con o xa o lam", "Xã Ô Lâm"),
        ("tỉnh An Giang, xã Phú Thọ", "Xã Phú An"),
        ("Vĩnh Hội Đông", "Xã An Phú"),
    ],
)
def test_a_place_with_one_meaning_is_found_surely(text: str, name: str) -> None:
    places = _PLACES.find(text)

    assert places[0].name == name
    assert places[0].confidence >= 0.8


_NAMESAKES = [
    "Long Xuyên", "Châu Đốc", "An Phú", "Tân Châu", "Phú Tân", "Châu Phú", "Tịnh Biên", "Tri Tôn",
    "Chợ Mới", "Thoại Sơn", "Hà Tiên", "Rạch Giá", "Kiên Lương", "Hòn Đất", "Tân Hiệp",
    "Giồng Riềng", "Gò Quao", "An Biên", "An Minh", "Vĩnh Thuận", "Giang Thành", "Phú Quốc",
]  # fmt: skip


@pytest.mark.parametrize("name", _NAMESAKES)
def test_a_bare_old_district_name_is_never_one_commune_only(name: str) -> None:
    places = _PLACES.find(f"con ở {name}")

    assert len(places) > 1
    assert places[0].confidence < 0.7


def test_a_district_that_was_said_offers_all_its_communes_alike() -> None:
    places = _PLACES.find("huyện Tri Tôn")

    assert {place.name for place in places} == {
        "Xã Tri Tôn", "Xã Ba Chúc", "Xã Vĩnh Gia", "Xã Ô Lâm", "Xã Cô Tô",
    }  # fmt: skip
    assert max(place.confidence for place in places) < 0.3


def test_chau_thanh_may_be_in_either_old_province() -> None:
    names = set(_names("huyện Châu Thành"))

    assert {"Xã Châu Thành", "Xã An Châu", "Xã Bình Hòa"} <= names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xã Vĩnh Châu", {"Phường Châu Đốc", "Phường Vĩnh Tế"}),
        ("xã Phú Hội", {"Xã An Phú", "Xã Nhơn Hội"}),
        ("xã Phước Hưng", {"Xã An Phú", "Xã Nhơn Hội", "Xã Phú Hữu"}),
    ],
)
def test_a_commune_that_was_split_is_asked_back(text: str, names: set[str]) -> None:
    places = _PLACES.find(text)

    assert {place.name for place in places} == names
    assert max(place.confidence for place in places) <= 0.5


@pytest.mark.parametrize(
    ("bare", "narrowed", "old", "new"),
    [
        ("Long Thạnh", "Long Thạnh, Tân Châu", "Phường Tân Châu", "Xã Long Thạnh"),
        ("Vĩnh Hòa", "Vĩnh Hòa, Tân Châu", "Xã Vĩnh Xương", "Xã Vĩnh Hòa"),
        ("An Phú", "phường An Phú, Tịnh Biên", "Phường Tịnh Biên", "Xã An Phú"),
        ("Vĩnh Bình", "thị trấn Vĩnh Bình", "Xã Vĩnh An", "Xã Vĩnh Bình"),
        ("Mỹ Đức", "phường Mỹ Đức, Hà Tiên", "Phường Hà Tiên", "Xã Mỹ Đức"),
        ("Tân Thạnh", "Tân Thạnh, Tân Châu", "Xã Tân An", "Xã Tân Thạnh"),
        ("Bình An", "Bình An, Kiên Lương", "Xã Kiên Lương", "Xã Bình An"),
        ("Thạnh Lộc", "Thạnh Lộc, Giồng Riềng", "Xã Thạnh Hưng", "Xã Thạnh Lộc"),
        ("Vĩnh Thuận", "thị trấn Vĩnh Thuận", "Xã Vĩnh Phong", "Xã Vĩnh Thuận"),
    ],
)
def test_an_old_name_that_moved_keeps_both_meanings_until_more_is_said(
    bare: str, narrowed: str, old: str, new: str
) -> None:
    both = set(_names(f"ở {bare}"))

    assert {old, new} <= both
    assert _names(narrowed)[0] == old


def test_a_district_that_holds_both_meanings_decides_nothing() -> None:
    assert set(_names("Đông Hưng, An Minh")) == {"Xã Đông Hưng", "Xã An Minh"}


def test_a_name_used_three_times_gives_three_candidates() -> None:
    assert len(_names("Vĩnh Phú")) == 3
    assert _names("xã Vĩnh Phú, Thoại Sơn") == ["Xã Định Mỹ"]


@pytest.mark.parametrize(
    "text",
    [
        "ba chuc ngan dong",
        "có ba chục người",
        "thứ ba tuần rồi con đi học",
        "chúc bình an vô sự",
        "cho mới được đi chơi",
        "em o lam duoi do",
        "con muốn sống hòa thuận",
        "nha con an com hoa binh cam hoa",
        "con bị ba đánh",
    ],
)
def test_common_words_are_no_places(text: str) -> None:
    assert _names(text) == []


def test_the_answer_to_which_commune_needs_no_preposition() -> None:
    assert _names("my duc")[0] == "Xã Mỹ Đức"
    assert "Xã Hội An" in _names("hoi an")


def test_candidates_of_one_phrase_add_up_to_at_most_one() -> None:
    for text in ("Tri Tôn", "huyện Châu Thành", "Long Xuyên", "xã Phước Hưng"):
        assert sum(place.confidence for place in _PLACES.find(text)) <= 1


def test_the_nearest_commune_is_found_and_the_far_world_is_not() -> None:
    found = _PLACES.nearest(10.559, 105.012)

    assert found is not None
    place, kilometres = found
    assert place.name == "Xã An Cư"
    assert kilometres < 4
    assert _PLACES.nearest(21.03, 105.85) is None
    assert _PLACES.nearest(float("nan"), 105.0) is None


def test_names_are_official_and_unknown_codes_are_refused() -> None:
    assert _PLACES.name("30526") == "Xã An Cư"
    with pytest.raises(KeyError):
        _PLACES.name("99999")
