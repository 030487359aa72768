"""Who does harm, and whether a carer: a legal clock hangs on it, so nothing is guessed."""

import pytest

from nlu.labels import Intent
from tests.nlu.told import facts_of, value, values

CHILD, ADULT = 0.1, 0.9
_P, _S, _E = Intent.PHYSICAL_VIOLENCE, Intent.SEXUAL_ABUSE, Intent.EMOTIONAL_ABUSE
_N, _O, _B = Intent.NEGLECT_ABANDONMENT, Intent.ONLINE_ABUSE, Intent.BULLYING
_L, _M, _T = Intent.CHILD_LABOUR, Intent.CHILD_MARRIAGE, Intent.TRAFFICKING_ABDUCTION


@pytest.mark.parametrize(
    ("text", "intent", "relations", "is_carer"),
    [
        ("con bị ba đánh", _P, ["father"], True),
        ("con bi ba danh", _P, ["father"], True),
        ("Ba con nhậu về là đánh con", _P, ["father"], True),
        ("tía con quất con bằng roi mây", _P, ["father"], True),
        ("ba hay say rồi đập đồ, chửi tụi con", _E, ["father"], True),
        ("má em tát em hoài", _P, ["mother"], True),
        ("me danh con bam tay", _P, ["mother"], True),
        ("mẹ nhốt con trong nhà tắm", _P, ["mother"], True),
        ("ba má bắt con lấy chồng", _M, ["father", "mother"], True),
        ("cha mẹ bỏ mặc hai đứa nhỏ", _N, ["father", "mother"], True),
        ("ba dượng sờ người con", _S, ["stepfather"], True),
        ("cha ghẻ nó trói nó ngoài sân", _P, ["stepfather"], True),
        ("chồng mới của mẹ đánh con", _P, ["stepfather"], True),
        ("dượng hay rờ con ban đêm", _S, ["stepfather"], True),
        ("mẹ kế bỏ đói em", _N, ["stepmother"], True),
        ("dì ghẻ lấy cây đập con", _P, ["stepmother"], True),
        ("vợ sau của ba đuổi con ra đường", _P, ["stepmother"], True),
        ("bồ của má ôm em trong bếp", _S, ["parents_partner"], None),
        ("bạn trai của mẹ đánh con", _P, ["parents_partner"], None),
        ("nội đánh con", _P, ["grandparent"], None),
        ("con ở với nội, nội hay chửi con", _E, ["grandparent"], True),
        ("con ở với ngoại mà ngoại nhốt con", _P, ["grandparent"], True),
        ("ông ngoại sờ em", _S, ["grandparent"], None),
        ("chú ruột hiếp con", _S, ["aunt_uncle"], None),
        ("cậu út đè con ra", _S, ["aunt_uncle"], None),
        ("ba má gửi con cho cậu Tư, cậu Tư đánh con", _P, ["aunt_uncle"], True),
        ("dì Năm nuôi con mà dì bắt con nhịn đói", _P, ["aunt_uncle"], True),
        ("dượng Ba rờ đùi con", _S, ["aunt_uncle"], None),
        ("anh hai đánh em hoài", _P, ["sibling"], None),
        ("anh họ sờ con lúc ngủ trưa", _S, ["relative"], None),
        ("thầy đánh con bằng thước", _P, ["teacher"], None),
        ("cô giáo nhéo tai em", _P, ["teacher"], None),
        ("ông thầy dạy thêm ôm em", _S, ["teacher"], None),
        ("bảo mẫu nhét giẻ vô miệng bé", _P, ["caregiver"], True),
        ("cô giữ trẻ đánh con tôi", _P, ["caregiver"], True),
        ("mẹ nuôi bắt con bán vé số", _L, ["caregiver"], True),
        ("chú hàng xóm sờ con", _S, ["neighbour"], False),
        ("chu hang xom so con", _S, ["neighbour"], False),
        ("ông Bảy kế bên nhà rủ con vô phòng", _S, ["neighbour"], False),
        ("ông hàng xóm dụ con gái tôi", _S, ["neighbour"], False),
        ("ông chủ bắt em làm tới khuya", _L, ["employer"], None),
        ("bà chủ quán chửi con", _L, ["employer"], None),
        ("chủ ghe nhốt tụi em dưới hầm", _L, ["employer"], None),
        ("mấy anh lớp trên chặn đánh em", _B, ["peer"], False),
        ("thằng bạn cùng lớp giật tiền con", _B, ["peer"], False),
        ("các bạn cô lập con", _B, ["peer"], False),
        ("bạn trai em dọa tung hình", _O, ["partner"], None),
        ("người yêu cũ đòi gửi clip cho ba má em", _O, ["partner"], None),
        ("người lạ trên mạng xin hình em", _O, ["online_stranger"], False),
        ("chú quen trên zalo rủ con đi gặp", _O, ["online_stranger"], False),
        ("một người lạ kéo con lên xe", _T, ["stranger"], False),
        ("chú tài xế rờ con", _S, ["other"], None),
        ("bạn nhậu của ba sờ con", _S, ["other"], None),
        ("con bị đánh bởi ba", _P, ["father"], True),
        ("em có thai của dượng", _S, ["stepfather"], True),
        ("thủ phạm là chú ruột", _S, ["aunt_uncle"], None),
        ("người đó là thầy con", _S, ["teacher"], None),
        ("my dad hits me with a belt", _P, ["father"], True),
        ("my stepfather touches me at night", _S, ["stepfather"], True),
        ("my mom's boyfriend beats me", _P, ["parents_partner"], None),
        ("I am beaten by my uncle", _P, ["aunt_uncle"], None),
        ("a stranger asked me for pictures", _O, ["stranger"], False),
    ],
)
def test_a_child_names_who_does_harm(
    text: str, intent: Intent, relations: list[str], is_carer: bool | None
) -> None:
    found = facts_of(text, intent, adult=CHILD)

    assert values(found.offender_relations) == relations
    assert found.offender_is_carer is is_carer


@pytest.mark.parametrize(
    ("text", "intent", "relations", "is_carer"),
    [
        ("thằng nhỏ bị cha nó xích chân", _P, ["father"], True),
        ("be bi me danh bam mat", _P, ["mother"], True),
        ("chồng tôi đánh con tôi", _P, ["spouse"], True),
        ("chong toi danh con toi", _P, ["spouse"], True),
        ("vợ tôi bỏ đói con", _N, ["spouse"], True),
        ("chồng tôi đánh tôi", Intent.ADULT_VIOLENCE, ["spouse"], None),
        ("tôi lỡ tay đánh con tôi", _P, ["parent"], True),
        ("má chồng tôi đánh con tôi", _P, ["grandparent"], None),
        ("ông hàng xóm đánh con ổng", _P, ["neighbour", "parent"], True),
        ("my neighbour hits his son", _P, ["neighbour", "parent"], True),
        ("nhà hàng xóm đánh con nít la khóc", _P, ["neighbour"], None),
        ("con dâu tôi đánh cháu", _P, ["parent"], True),
        ("Người mẹ trẻ bỏ con ở nhà trọ", _N, ["mother"], True),
        ("anh chồng tôi hứa gả con gái", _M, ["relative"], None),
        ("thầy cô đánh học trò", _P, ["teacher"], None),
        ("hai đứa nhỏ đánh con tôi", _B, ["peer"], None),
        ("mấy đứa lớp lớn đánh con tôi", _B, ["peer"], False),
        ("thầy giáo hay ôm con gái tôi", _S, ["teacher"], None),
        ("con tôi bị bạn đánh", _B, ["peer"], False),
        ("Ông ngoại giữ cháu mà đánh cháu", _P, ["grandparent"], True),
        ("tôi thấy cô giáo mầm non tát học trò", _P, ["teacher"], None),
        ("người lạ trên mạng dụ con tôi", _O, ["online_stranger"], False),
        ("ba nó với mẹ kế đánh nó", _P, ["stepmother"], True),
    ],
)
def test_a_grown_up_names_who_does_harm(
    text: str, intent: Intent, relations: list[str], is_carer: bool | None
) -> None:
    found = facts_of(text, intent, adult=ADULT)

    assert values(found.offender_relations) == relations
    assert found.offender_is_carer is is_carer


@pytest.mark.parametrize(
    ("text", "relations", "is_carer"),
    [
        ("không phải ba con đánh, là chú hàng xóm", ["neighbour"], False),
        ("khong phai ba danh con, la chu hang xom", ["neighbour"], False),
        ("không phải dượng, mà là thầy", ["teacher"], None),
        ("hổng phải má, là dì ghẻ đánh con", ["stepmother"], True),
        ("con bị đánh mà không phải ba đâu", [], None),
        ("không phải người nhà đánh con", [], False),
        ("không phải do ba mẹ, do mấy bạn đánh", ["peer"], False),
        ("đâu phải ba con đánh con đâu", [], None),
    ],
)
def test_a_denial_is_believed(text: str, relations: list[str], is_carer: bool | None) -> None:
    found = facts_of(text, adult=CHILD)

    assert values(found.offender_relations) == relations
    assert found.offender_is_carer is is_carer


@pytest.mark.parametrize(
    "text",
    [
        "ba không đánh con",
        "ba con chưa bao giờ đánh con",
        "má bị đánh",
        "ba con bị người ta đánh",
        "ba con mất rồi, con bị đánh",
        "cô ơi con bị đánh",
        "chú ơi cứu con, con bị nhốt",
        "con bị đánh bầm tay",
        "con bi danh hoai",
        "má đánh răng cho con",
        "ba đánh bài suốt ngày",
        "con sợ ba buồn",
        "má con đi làm xa",
        "noi nua dua nua that la con bi bo roi",
        "con ngoi ngoai ben ghe bi te",
        "ba đứa nhỏ bị nhốt trong nhà",
        "thứ ba tuần rồi con bị đánh ở trường",
        "một tài khoản giả làm cô giáo nhắn con",
        "em bị hiếp",
        "co nguoi giat con bo len xe ba gac",
        "con bi bat o noi tru giat do",
        "trong lop co nhom nhan tin hu con",
        "thang nay con bi danh hoai",
        "toi thay mot ba dan may be gai di",
        "người ta bắt con đi",
    ],
)
def test_nobody_is_named_where_no_word_names_anybody(text: str) -> None:
    found = facts_of(text, adult=CHILD)

    assert values(found.offender_relations) == []
    assert found.offender_is_carer is None


@pytest.mark.parametrize(
    "text",
    ["cha mẹ đánh con có bị phạt không?", "ba đánh con thì gọi số nào", "dượng là gì của mình"],
)
def test_a_question_accuses_nobody(text: str) -> None:
    found = facts_of(text, Intent.ASK_INFORMATION)

    assert found.offender_relations == ()
    assert found.offender_is_carer is None


def test_he_is_the_man_named_before() -> None:
    found = facts_of("Dượng con nhậu về, ổng lấy dao rượt con", adult=CHILD)

    assert values(found.offender_relations) == ["stepfather"]
    assert found.offender_is_carer is True


def test_she_is_the_woman_named_before() -> None:
    found = facts_of("Con ở với mẹ kế. Bả bỏ đói con", Intent.NEGLECT_ABANDONMENT, adult=CHILD)

    assert values(found.offender_relations) == ["stepmother"]


def test_what_has_a_second_reading_is_not_certain() -> None:
    sure = facts_of("ba dượng sờ con", Intent.SEXUAL_ABUSE).offender_relations[0]
    unsure = facts_of("dượng sờ con", Intent.SEXUAL_ABUSE).offender_relations[0]

    assert (sure.is_certain, unsure.is_certain) == (True, False)


def test_a_doubtful_word_never_makes_a_no() -> None:
    found = facts_of("ban danh con", Intent.BULLYING, adult=CHILD)

    assert found.offender_is_carer is not False or found.offender_relations[0].is_certain


def test_an_offender_keeps_the_words_of_the_writer() -> None:
    found = facts_of("CHÚ hàng   xóm sờ con", Intent.SEXUAL_ABUSE)

    assert found.offender_relations[0].words == "CHÚ hàng   xóm"


@pytest.mark.parametrize(
    ("text", "how_many", "is_certain"),
    [
        ("hai thằng lớp trên đánh em", 2, True),
        ("tụi nó 5 đứa, chặn đánh em", 5, True),
        ("ba đứa lớp trên giật cặp con", 3, True),
        ("ba má đánh con", 2, True),
        ("tụi nó xúm đánh con", 2, False),
        ("mấy anh lớp trên đánh con", 2, False),
        ("cả lớp cô lập em", 2, False),
        ("ba đánh con", None, None),
    ],
)
def test_how_many_do_harm(text: str, how_many: int | None, is_certain: bool | None) -> None:
    found = facts_of(text, Intent.BULLYING, adult=CHILD).offenders

    assert value(found) == how_many
    assert (found.is_certain if found else None) == is_certain
