"""Ages: of which child, of the writer, of the grown-ups; in every way that people type them."""

import pytest

from nlu.labels import AuthorRole, Intent
from tests.nlu.told import facts_of, value, values

CHILD, ADULT = 0.1, 0.9


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Bé gái 7 tuổi bị đánh", [7]),
        ("be gai 7 tuoi bi danh", [7]),
        ("bé trai bảy tuổi bị bỏ ngoài chợ", [7]),
        ("be trai bay tuoi bi bo ngoai cho", [7]),
        ("thằng nhỏ mười hai tuổi", [12]),
        ("thang nho muoi hai tuoi", [12]),
        ("con bé mười lăm tuổi bị gả", [15]),
        ("bé mới 3 tuổi hà", [3]),
        ("con nhỏ 9t", [9]),
        ("thằng nhóc 15 tủi", [15]),
        ("be 5 tuoi ruoi", [5]),
        ("cháu bé được 4 tuổi", [4]),
        ("Đứa lớn 10 tuổi, đứa nhỏ 6 tuổi ở nhà một mình", [10, 6]),
        ("hai đứa con gái sáu tuổi với bốn tuổi", [6, 4]),
        ("mấy đứa nhỏ 12, 13 tuổi vác lúa mướn", [(12, 13)]),
        ("mấy bé 12-13t bưng hủ tiếu tới khuya", [(12, 13)]),
        ("tụi nhỏ chừng 8 đến 10 tuổi tắm sông", [(8, 10)]),
        ("bé sơ sinh bị bỏ trước cổng chùa", [0]),
        ("be so sinh bi bo o bai rac", [0]),
        ("em bé mới sanh còn dây rốn", [0]),
        ("đứa nhỏ đỏ hỏn nằm trong thùng giấy", [0]),
        ("bé 10 ngày tuổi", [0]),
        ("bé tám tháng tuổi bị sặc sữa", [0]),
        ("bé 18 tháng bị phỏng nước sôi", [1]),
        ("be 18 thang bi phong", [1]),
        ("em bé chừng 20 tháng lọt mương", [1]),
        ("cháu hai mươi sáu tháng tuổi", [2]),
        ("18 tháng", [1]),
        ("dạ 10 tuổi", [10]),
        ("bé lên ba mà nhốt trong phòng", [3]),
        ("Bé học lớp 5 bị thầy đánh", [(10, 11)]),
        ("be hoc lop nam bi thay danh", [(10, 11)]),
        ("học sinh lớp 8A bị chặn đường", [(13, 14)]),
        ("em học sinh lớp mười bị ép", [(15, 16)]),
        ("bé lớp lá bị cô nhéo", [5]),
        ("bé học mẫu giáo bị bỏ đói", [(3, 5)]),
        ("học sinh tiểu học đi đò không áo phao", [(6, 11)]),
        ("a 9 year old girl is locked in the house", [9]),
        ("the boy is 6 years old", [6]),
        ("my son is seven years old", [7]),
        ("con gai toi 13 tuoi bi dua di", [13]),
        ("Con tôi tám tuổi bị bạn đánh", [8]),
        ("cháu nội tui mười một tuổi", [11]),
        ("coi bộ thằng nhỏ chưa tới 12.", [12]),
    ],
)
def test_an_age_of_a_child_is_read(text: str, ages: list[object]) -> None:
    assert values(facts_of(text, adult=ADULT).child_ages) == ages


@pytest.mark.parametrize(
    "text",
    [
        "thai 5 tháng rồi mà ba nó không nhận",
        "em có bầu 4 tháng",
        "chuyện này 3 tháng nay rồi",
        "ổng đánh mấy tháng rồi",
        "lương tháng 3 triệu",
        "nhà tôi ở tổ 7, ấp 5",
        "Quốc lộ 91 có hố sâu 3 mét",
        "hồi lớp 3 bị người ta ghẹo",
        "nghỉ học từ lớp 6",
        "tôi dạy lớp 5 trường làng",
        "nhà trẻ kế bên cái ao không rào",
        "trường tiểu học xã mình có bể bơi",
        "nó ăn cắp hai trăm ngàn",
        "gọi 111 mà chờ hoài",
        "biết nấu cơm từ năm tuổi",
        "bị tai nạn hồi ba tuổi",
        "tụi nó 5 đứa, có dao",
        "ba đánh con 3 roi",
        "năm nay mưa nhiều",
        "ba con không có nhà",
        "ngày 12 tháng 9 có lớp bơi",
        "đợi 15 phút chưa thấy ai",
    ],
)
def test_what_is_no_age_is_none(text: str) -> None:
    assert facts_of(text).child_ages == ()


@pytest.mark.parametrize(
    ("text", "writer", "children"),
    [
        ("con 11 tuổi, ba đánh con hoài", 11, [11]),
        ("em 14t bị chú sờ", 14, [14]),
        ("em mười bốn tuổi bị ép lấy chồng", 14, [14]),
        ("con moi 13 tuoi, con khong muon cuoi", 13, [13]),
        ("con học lớp 4, ba con hay nhậu rồi đánh con", (9, 10), [(9, 10)]),
        ("em 16 tuổi, em gái em 8 tuổi bị ông nội sờ", 16, [8]),
        ("con 12 tuổi, em con 3 tuổi té sông", 12, [3]),
        ("my stepdad hits me, I am 12", 12, [12]),
        ("họ đòi cưới, con 15", 15, [15]),
        ("em con 7 tuổi bị má đánh", None, [7]),
        ("em trai con 5 tuổi té xuống mương", None, [5]),
        ("con ở nhà giữ em 3 tuổi", None, [3]),
        ("bạn con 13 tuổi bị ba nó đuổi", None, [13]),
    ],
)
def test_the_age_of_a_child_who_writes_is_kept_apart(
    text: str, writer: object, children: list[object]
) -> None:
    found = facts_of(text, adult=CHILD)

    assert value(found.author_age) == writer
    assert values(found.child_ages) == children


@pytest.mark.parametrize(
    ("text", "writer", "adults", "children"),
    [
        ("tôi 35 tuổi, chồng tôi 40 tuổi đánh con tôi 5 tuổi", 35, [40], [5]),
        ("ông hàng xóm 50 tuổi rủ bé gái 7 tuổi vô nhà", None, [50], [7]),
        ("Tôi năm mươi hai tuổi bị con trai đánh", 52, [], []),
        ("em 24t bị chồng đánh, em chưa có con", 24, [], []),
        ("chi toi 30 tuoi bi bo cu quay clip", None, [30], []),
        ("bà ngoại 70 tuổi nuôi cháu 6 tuổi", None, [70], [6]),
        ("một ông chừng bốn mươi tuổi chở con bé 10 tuổi đi", None, [40], [10]),
        ("my daughter is 8, the man is about 45 years old", None, [45], [8]),
        ("thanh niên hai mươi mấy tuổi lôi bé gái 9 tuổi", None, [(20, 29)], [9]),
    ],
)
def test_the_age_of_a_grown_up_is_no_age_of_a_child(
    text: str, writer: object, adults: list[object], children: list[object]
) -> None:
    found = facts_of(text, adult=ADULT)

    assert value(found.author_age) == writer
    assert values(found.adult_ages) == adults
    assert values(found.child_ages) == children


@pytest.mark.parametrize(
    ("text", "adult", "child_age"),
    [
        ("con 7 tuổi bị đánh", CHILD, 7),
        ("con 7 tuổi bị đánh", ADULT, 7),
        ("con học lớp 5", CHILD, None),
        ("bé 12, 13 tuổi", ADULT, None),
        ("thằng bạn 15 tuổi đánh con", CHILD, None),
    ],
)
def test_one_sure_age_is_the_childs_age(text: str, adult: float, child_age: int | None) -> None:
    assert facts_of(text, adult=adult).child_age == child_age


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("em sinh năm 2012", [2012]),
        ("cháu sn 2015", [2015]),
        ("con sanh nam 2014", [2014]),
        ("em 2k12", [2012]),
        ("bé sinh 2019", [2019]),
        ("năm 2019 tòa xử rồi", []),
        ("số nhà 2012", []),
    ],
)
def test_a_year_of_birth_is_told_as_it_is(text: str, years: list[int]) -> None:
    assert values(facts_of(text).birth_years) == years


def test_an_age_keeps_the_words_of_the_writer() -> None:
    found = facts_of("Bé gái BẢY   Tuổi bị đánh")

    assert found.child_ages[0].words == "BẢY   Tuổi"
    assert found.child_ages[0].is_certain


def test_an_age_from_a_class_is_not_certain() -> None:
    assert not facts_of("bé học lớp 5").child_ages[0].is_certain


def test_ages_are_read_in_questions_too() -> None:
    found = facts_of("bé 4 tuổi học bơi được chưa", Intent.ASK_INFORMATION, adult=ADULT)

    assert found.child_age == 4
    assert found.author_role is AuthorRole.ADULT
