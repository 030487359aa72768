"""Staff whom a report names: found by name and role, not by every Lan of the province."""

from dataclasses import dataclass

import pytest

from intake.named_staff import named_in


@dataclass(frozen=True)
class Person:
    """As much of a user as the search looks at."""

    id: str
    login: str
    display_name: str


STAFF = (
    Person("ba", "ba", "Nguyễn Văn Ba"),
    Person("lan", "lan.nguyen", "Nguyễn Thị Lan"),
    Person("minh", "minhtran", "Trần Minh"),
)


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("chú Ba trực tổng đài rủ con đi chơi", ("ba",)),
        ("chu ba truc tong dai ru con di choi", ("ba",)),
        ("con bị Nguyễn Thị Lan la", ("lan",)),
        ("nguyen thi lan nhan tin cho con hoai", ("lan",)),
        ("tài khoản lan.nguyen hỏi nhà con", ("lan",)),
        ("người tên minhtran đó", ("minh",)),
        ("anh Minh ở trung tâm", ("minh",)),
        ("chú Ba sau nhà đánh con", ()),
        ("ba con đánh con", ()),
        ("cô Lan hàng xóm", ()),
        ("con gọi tổng đài không ai nghe", ()),
        ("", ()),
    ],
)
def test_who_is_named(words: str, who: tuple[str, ...]) -> None:
    assert named_in(words, STAFF).user_ids == who


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("chú trực tổng đài rủ con ra ngoài", True),
        ("cán bộ trung tâm hỏi nhà con", True),
        ("chú Ba trực tổng đài rủ con", False),
        ("gọi tổng đài không ai nghe", False),
    ],
)
def test_a_role_without_a_name_is_said_to_supervisors(words: str, says: bool) -> None:
    assert named_in(words, STAFF).says_role is says
