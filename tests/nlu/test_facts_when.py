"""When it happened, and what is answered by words: hurt, weapon, alone, still there."""

import pytest

from nlu.fact_kinds import Told
from nlu.labels import Intent
from tests.nlu.told import facts_of, value, values

CHILD = 0.1


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("ba đang đánh con", ["now"]),
        ("ba dang danh con", ["now"]),
        ("ba đánh con ngay bây giờ", ["now"]),
        ("nó bị đánh hồi nãy", ["now"]),
        ("mới nãy ba đánh con", ["now"]),
        ("he is hitting me right now", ["now"]),
        ("hôm nay ba đánh con", ["hours"]),
        ("tối qua dượng vô phòng con", ["hours"]),
        ("toi qua duong vo phong con", ["hours"]),
        ("đêm qua ba đuổi con ra đường", ["hours"]),
        ("sáng nay thầy đánh con", ["hours"]),
        ("bé mất tích 2 tiếng rồi", ["hours"]),
        ("last night my dad hit me", ["hours"]),
        ("hôm qua ba đánh", ["days"]),
        ("hom qua ba danh con", ["days"]),
        ("bữa hổm ổng rờ con", ["days"]),
        ("tuần rồi con bị bạn đánh", ["days"]),
        ("mấy bữa nay con không dám về", ["days"]),
        ("bé bị nhốt 3 ngày nay", ["days"]),
        ("năm ngoái chú sờ con", ["past"]),
        ("hồi nhỏ con bị sờ", ["past"]),
        ("hồi lớp 3 con bị ông đó sờ", ["past"]),
        ("5 năm trước tôi bị vậy", ["past"]),
        ("chuyện lâu rồi", ["past"]),
        ("ngày nào ba cũng đánh con", ["repeated"]),
        ("bữa nào má cũng chửi", ["repeated"]),
        ("mỗi lần nhậu là ba đập", ["repeated"]),
        ("ba đánh con hoài", ["repeated"]),
        ("ba danh con hoai", ["repeated"]),
        ("chú sờ con mấy lần rồi", ["repeated"]),
        ("ba hay đánh con", ["repeated"]),
        ("he hits me every day", ["repeated"]),
        ("ngày mai họ đưa con đi", ["planned"]),
        ("tuần sau đám cưới con", ["planned"]),
        ("ba tính gả con", ["planned"]),
        ("nó hẹn gặp con cuối tuần", ["planned"]),
        ("con sắp bị bán", ["planned"]),
        ("con bị đánh", []),
        ("con sợ", []),
        ("chào buổi sáng", []),
        ("ba con đang ở với vợ bé", []),
    ],
)
def test_when_it_is_told(text: str, when: list[str]) -> None:
    assert values(facts_of(text, adult=CHILD).when) == when


def test_the_most_urgent_time_comes_first() -> None:
    found = facts_of("ba hay đánh con, hôm qua cũng đánh, giờ đang đánh em con", adult=CHILD)

    assert values(found.when) == ["now", "days", "repeated"]
    assert [one.words for one in found.when] == ["đang đánh", "hôm qua", "hay đánh"]


@pytest.mark.parametrize(
    ("text", "injured"),
    [
        ("con chảy máu đầu", True),
        ("con chay mau nhieu lam", True),
        ("tay con bầm tím", True),
        ("lưng nó đầy lằn roi", True),
        ("bé gãy tay", True),
        ("bị phỏng nước sôi", True),
        ("nó bất tỉnh rồi", True),
        ("bé không sao", False),
        ("con không bị gì hết", False),
        ("khong bi thuong", False),
        ("bé chưa bị trầy xước gì", False),
        ("vết bầm lành rồi", False),
        ("she is bleeding", True),
        ("ba đánh con", None),
        ("ba đánh con có sao không", None),
        ("ba làm gãy cây", None),
        ("xé rách áo con", None),
        ("ba dọa đánh gãy chân", None),
    ],
)
def test_whether_somebody_is_hurt(text: str, injured: bool | None) -> None:
    assert value(facts_of(text).is_injured) is injured


@pytest.mark.parametrize(
    ("text", "weapon"),
    [
        ("ba cầm dao rượt con", True),
        ("ba cam dao ruot con", True),
        ("ổng xách mã tấu", True),
        ("má đánh con bằng dây điện", True),
        ("dượng lấy cây sắt đập", True),
        ("he has a knife", True),
        ("ổng không có dao", False),
        ("ba tát con bằng tay", False),
        ("ba đánh con", None),
        ("má cầm dao gọt xoài", None),
        ("tay con sung len", None),
        ("mua kéo cắt giấy", None),
    ],
)
def test_whether_there_is_a_weapon(text: str, weapon: bool | None) -> None:
    assert value(facts_of(text).has_weapon) is weapon


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("con ở nhà một mình", True),
        ("con o nha mot minh", True),
        ("nhà có mình con", True),
        ("tụi nhỏ ở nhà 1 mình", True),
        ("bé bị bỏ một mình ngoài chợ", True),
        ("nhà không có người lớn", True),
        ("ở nhà không có ai", True),
        ("i am home alone", True),
        ("con đang ở với ngoại", False),
        ("có má ở đây với con", False),
        ("con không ở một mình", False),
        ("con bị đánh", None),
        ("con ăn cơm một mình", None),
        ("bà ngoại ở một mình", None),
        ("má nuôi con một mình", None),
        ("con muốn ở một mình", None),
    ],
)
def test_whether_the_child_is_alone(text: str, alone: bool | None) -> None:
    assert value(facts_of(text, Intent.NEGLECT_ABANDONMENT).child_is_alone) is alone


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("ba đánh con, ba đang đứng ngoài cửa", True),
        ("ba đang đánh con", True),
        ("dượng đánh con, ổng còn ngoài sân", True),
        ("ba đánh con, ba về tới rồi", True),
        ("ba đánh con rồi ba đi rồi", False),
        ("dượng đánh con, ổng không có ở nhà", False),
        ("ba đánh con, ba ngủ rồi", False),
        ("ba đánh con", None),
        ("ba đi nhậu về là đánh con", None),
        ("ba đi làm xa", None),
    ],
)
def test_whether_the_offender_is_there(text: str, present: bool | None) -> None:
    assert value(facts_of(text, adult=CHILD).offender_is_present) is present


def test_an_answer_keeps_the_words_of_the_writer() -> None:
    found = facts_of("Con   CHẢY MÁU đầu")

    assert found.is_injured == Told(True, "CHẢY MÁU", (6, 14))


def test_no_answer_is_given_where_nobody_reports_anything() -> None:
    found = facts_of("trẻ bị chảy máu mũi thì làm sao", Intent.ASK_INFORMATION)

    assert found.is_injured is None
    assert found.when == ()
