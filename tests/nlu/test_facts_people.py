"""The children: sex and number; who writes, and about whom."""

import pytest

from nlu.labels import AuthorRole, Intent
from tests.nlu.told import facts_of, value, values

CHILD, ADULT, EVEN = 0.1, 0.9, 0.5


@pytest.mark.parametrize(
    ("text", "sexes"),
    [
        ("con gái tôi bị đánh", ["girl"]),
        ("con gai toi bi danh", ["girl"]),
        ("bé gái bị bỏ rơi", ["girl"]),
        ("cháu gái tôi bị dụ đi", ["girl"]),
        ("em gái con bị má đánh", ["girl"]),
        ("con nhỏ kế nhà bị nhốt", ["girl"]),
        ("con bé bị bắt nghỉ học", ["girl"]),
        ("nữ sinh bị chặn đường", ["girl"]),
        ("cháu ngoại gái tui bị bỏ đói", ["girl"]),
        ("con trai tôi bị đánh", ["boy"]),
        ("bé trai bị xích chân", ["boy"]),
        ("be trai bi bo ngoai cho", ["boy"]),
        ("thằng nhỏ bị cha nó đánh", ["boy"]),
        ("thang nho bi cha no danh", ["boy"]),
        ("thằng bé té xuống kinh", ["boy"]),
        ("thằng cu mới 3 tuổi lọt ao", ["boy"]),
        ("cháu nội trai tôi bị bỏ đói", ["boy"]),
        ("em trai con bị té", ["boy"]),
        ("cậu bé bị bắt đi xin ăn", ["boy"]),
        ("con gái với con trai tôi bị ba nó nhốt", ["girl", "boy"]),
        ("my daughter was hurt at school", ["girl"]),
        ("a small boy is missing", ["boy"]),
        ("con bị đánh", []),
        ("con tôi bị đánh", []),
        ("bé bị bỏ rơi", []),
        ("đứa nhỏ bị nhốt", []),
        ("học sinh bị đánh", []),
        ("bạn trai em đánh em", []),
        ("thằng đó đánh con", []),
        ("tụi con trai lớp trên chọc con", []),
        ("thằng nhóc hàng xóm đánh con tôi", []),
    ],
)
def test_the_sex_of_a_child_is_told_by_words_only(text: str, sexes: list[str]) -> None:
    assert values(facts_of(text, adult=ADULT).child_sexes) == sexes


@pytest.mark.parametrize(
    ("text", "sexes"),
    [
        ("em là con gái, em bị chú sờ", ["girl"]),
        ("con la con trai ma cung bi so", ["boy"]),
        ("em là nữ", ["girl"]),
        ("con bị ba đánh", []),
    ],
)
def test_a_child_may_tell_its_own_sex(text: str, sexes: list[str]) -> None:
    assert values(facts_of(text, Intent.SEXUAL_ABUSE, adult=CHILD).child_sexes) == sexes


def test_a_sister_who_is_to_marry_is_a_girl() -> None:
    found = facts_of("chị con bị ép lấy chồng", Intent.CHILD_MARRIAGE, adult=CHILD)

    assert values(found.child_sexes) == ["girl"]
    assert not found.child_sexes[0].is_certain


@pytest.mark.parametrize(
    ("text", "how_many", "is_certain"),
    [
        ("hai đứa con tôi bị nhốt", 2, True),
        ("hai dua nho o nha mot minh", 2, True),
        ("3 đứa nhỏ bị bỏ đói", 3, True),
        ("ba đứa nhỏ bị bỏ đói", 3, True),
        ("năm đứa học sinh rớt xuống kinh", 5, True),
        ("hai anh em con bị ba đánh", 2, True),
        ("hai chị em bị nhốt trong nhà", 2, True),
        ("2 bé gái bị dụ đi", 2, True),
        ("mười đứa trẻ bị bắt đi xin ăn", 10, True),
        ("một bé trai bị bỏ rơi", 1, True),
        ("tụi con bị nhốt dưới ghe", 2, False),
        ("mấy đứa nhỏ bị bắt bán vé số", 2, False),
        ("các em bị cô giáo phạt", 2, False),
        ("con bị ba đánh", None, None),
        ("con tôi bị đánh", None, None),
        ("ba con đánh con", None, None),
        ("năm em học lớp 5", None, None),
        ("anh Hai con bị đánh", None, None),
        ("lớp 3 con bị bạn chọc", None, None),
        ("hai thằng lớp trên đánh em", None, None),
    ],
)
def test_how_many_children(text: str, how_many: int | None, is_certain: bool | None) -> None:
    found = facts_of(text, Intent.PHYSICAL_VIOLENCE).children

    assert value(found) == how_many
    assert (found.is_certain if found else None) == is_certain


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("con bị ba đánh", AuthorRole.CHILD),
        ("con bi ba danh", AuthorRole.CHILD),
        ("ba con đánh con hoài", AuthorRole.CHILD),
        ("má em chửi em tối ngày", AuthorRole.CHILD),
        ("em con bị má đánh", AuthorRole.CHILD),
        ("bạn con bị ba nó đuổi", AuthorRole.CHILD),
        ("thầy con sờ con", AuthorRole.CHILD),
        ("tụi con bị nhốt", AuthorRole.CHILD),
        ("cô ơi con sợ quá", AuthorRole.CHILD),
        ("Con sợ về nhà", AuthorRole.CHILD),
        ("my dad hits me", AuthorRole.CHILD),
        ("my mom locks me out", AuthorRole.CHILD),
        ("con tôi bị đánh", AuthorRole.ADULT),
        ("con toi bi danh", AuthorRole.ADULT),
        ("Cháu tôi bị ba nó đánh", AuthorRole.ADULT),
        ("cháu nội tui bị bỏ đói", AuthorRole.ADULT),
        ("chồng tôi đánh con", AuthorRole.ADULT),
        ("chong toi danh con", AuthorRole.ADULT),
        ("Tôi là hàng xóm, nghe thằng nhỏ la khóc", AuthorRole.ADULT),
        ("học sinh của tôi bị bầm", AuthorRole.ADULT),
        ("thằng nhỏ kế nhà bị cha nó đánh", AuthorRole.ADULT),
        ("vợ chồng tôi nhận nuôi một bé", AuthorRole.ADULT),
        ("my daughter was touched by her teacher", AuthorRole.ADULT),
        ("chưa", None),
        ("ở Vĩnh Tế", None),
        ("dạ rồi", None),
    ],
)
def test_the_owner_of_the_words_tells_who_writes(text: str, role: AuthorRole | None) -> None:
    assert facts_of(text, adult=EVEN).author_role is role


def test_where_no_word_tells_the_model_may() -> None:
    assert facts_of("bị bầm tay", adult=0.95).author_role is AuthorRole.ADULT
    assert facts_of("bị bầm tay", adult=0.05).author_role is AuthorRole.CHILD
    assert facts_of("bị bầm tay", adult=0.5).author_role is None


def test_a_clear_word_outweighs_the_model() -> None:
    assert facts_of("con tôi bị đánh", adult=0.05).author_role is AuthorRole.ADULT


@pytest.mark.parametrize(
    ("text", "adult", "about"),
    [
        ("con bị ba đánh", CHILD, "self"),
        ("ba đánh con", CHILD, "self"),
        ("em bị tụi nó chặn đường", CHILD, "self"),
        ("tụi con bị nhốt dưới ghe", CHILD, "self"),
        ("my dad hits me", CHILD, "self"),
        ("em con bị má đánh", CHILD, "other_child"),
        ("bạn con bị ba nó đánh", CHILD, "other_child"),
        ("má đánh em gái con", CHILD, "other_child"),
        ("má con bị ba đánh", CHILD, "other"),
        ("con tôi bị bạn đánh", ADULT, "own_child"),
        ("con toi bi ban danh", ADULT, "own_child"),
        ("thầy đánh con gái tôi", ADULT, "own_child"),
        ("cháu nội tôi bị mẹ kế bỏ đói", ADULT, "own_child"),
        ("chồng tôi đánh con hoài", ADULT, "own_child"),
        ("thằng nhỏ kế nhà bị cha nó đánh", ADULT, "other_child"),
        ("bé gái bị bỏ rơi ngoài chợ", ADULT, "other_child"),
        ("học trò của tôi bị đánh", ADULT, "other_child"),
        ("chồng tôi đánh tôi", ADULT, "self"),
        ("tôi bị chồng đánh", ADULT, "self"),
        ("mẹ tôi bị ba tôi đánh", ADULT, "other"),
        ("có chuyện muốn nói", ADULT, None),
    ],
)
def test_about_whom_the_message_is(text: str, adult: float, about: str | None) -> None:
    assert value(facts_of(text, adult=adult).about) == about
