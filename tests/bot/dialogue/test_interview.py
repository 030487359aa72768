"""One question at a time, each skippable, none twice; what was said counts."""

from dataclasses import replace

import pytest

from bot.channels.contract import Location
from bot.dialogue.questions import MOST_QUESTIONS
from bot.dialogue.state import Question
from nlu.assessment import Facts
from nlu.fact_kinds import Told
from nlu.labels import AuthorRole, Intent, Urgency
from tests.bot.dialogue.conftest import (
    AN_CU,
    BEATEN,
    BEING_BEATEN,
    SMALLTALK,
    TRI_TON,
    Reporter,
    assess,
    cards,
    words,
)

HAZARD = assess(Intent.DROWNING_HAZARD, Urgency.NORMAL)
LABOUR = assess(Intent.CHILD_LABOUR, Urgency.NORMAL, role=AuthorRole.CHILD)
UNSURE = assess(Intent.OUT_OF_SCOPE, confidence=0.3)


def test_the_introduction_comes_first_when_nothing_is_urgent_and_only_once(
    reporter: Reporter,
) -> None:
    first = reporter.writes("con bi ba danh", BEATEN)
    second = reporter.writes("bữa nào cũng vậy", BEATEN)

    assert cards(first)[0] == "introduction"
    assert "introduction" not in cards(second)


def test_a_beaten_child_is_believed_and_told_what_happens(reporter: Reporter) -> None:
    turn = reporter.writes("con bi ba danh", BEATEN)

    assert cards(turn) == ["introduction", "report_physical_violence", "ask_safe"]
    assert "Em không có lỗi" in words(turn)
    assert "báo" in words(turn)


def test_safe_where_who_what_write_more_then_an_end(reporter: Reporter) -> None:
    asked = [
        cards(reporter.writes("con bi ba danh", BEATEN))[-1],
        cards(reporter.presses("safe:yes"))[-1],
        cards(reporter.writes("xã An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,))))[-1],
        cards(reporter.writes("9 tuổi", UNSURE))[-1],
        cards(reporter.writes("hôm qua ba lấy chổi", BEATEN))[-1],
        cards(reporter.writes("sau 8 giờ tối", UNSURE))[-1],
        cards(reporter.writes("không"))[0],
    ]

    assert asked == [
        "ask_safe", "ask_where", "ask_age", "ask_what", "ask_write", "ask_more", "closing",
    ]  # fmt: skip
    assert reporter.state.answers["what"] == "hôm qua ba lấy chổi"
    assert reporter.state.answers["write"] == "sau 8 giờ tối"
    assert reporter.state.commune_code == AN_CU.code
    assert reporter.state.child_age == 9


def test_who_writes_is_asked_when_it_is_not_known(reporter: Reporter) -> None:
    reporter.writes("có đứa nhỏ bị đánh", assess(Intent.PHYSICAL_VIOLENCE, Urgency.HIGH))
    reporter.presses("safe:yes")
    turn = reporter.presses("skip:where")

    assert cards(turn)[-1] == "ask_role"
    reporter.presses("who:adult")
    assert reporter.state.register is AuthorRole.ADULT


def test_every_question_can_be_skipped_by_typing(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    asked = []
    while reporter.state.asking:
        asked.append(reporter.state.asking)
        reporter.writes("bỏ qua")

    assert asked == [
        Question.SAFE, Question.WHERE, Question.WHO,
        Question.WHAT, Question.WRITE, Question.MORE,
    ]  # fmt: skip


def test_an_unknown_reporter_is_asked_six_things_at_most(reporter: Reporter) -> None:
    reporter.writes("có đứa nhỏ bị đánh", assess(Intent.PHYSICAL_VIOLENCE, Urgency.HIGH))
    asked = []
    while reporter.state.asking:
        asked.append(reporter.state.asking)
        reporter.writes("bỏ qua")

    assert len(asked) == MOST_QUESTIONS


@pytest.mark.parametrize(
    ("intent", "questions"),
    [
        (Intent.DROWNING_HAZARD, ["where", "more"]),
        (Intent.CHILD_LABOUR, ["where", "who", "more"]),
        (Intent.MISSING_CHILD, ["where", "who", "what"]),
        (Intent.WELFARE_SUPPORT, ["where", "who", "more"]),
        (Intent.ADULT_VIOLENCE, ["safe", "where", "write"]),
        (Intent.SEXUAL_ABUSE, ["safe", "where", "who", "write", "more"]),
    ],
)
def test_every_matter_has_its_own_plan(
    reporter: Reporter, intent: Intent, questions: list[str]
) -> None:
    reporter.writes("chuyện này", assess(intent, Urgency.NORMAL, role=AuthorRole.ADULT))
    asked = []
    while reporter.state.asking:
        asked.append(reporter.state.asking)
        reporter.writes("bỏ qua")

    assert asked == questions


@pytest.mark.parametrize("text", ["thôi", "đừng hỏi nữa", "khong muon tra loi nua"])
def test_no_more_questions_ends_the_interview_kindly(reporter: Reporter, text: str) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")

    turn = reporter.writes(text)

    assert "closing" in cards(turn)
    assert reporter.state.asking is None
    assert "ask_age" not in cards(reporter.writes("ba đánh nữa", BEATEN))


def test_a_long_first_message_is_not_asked_to_be_told_again(reporter: Reporter) -> None:
    reporter.writes("hôm qua ba con nhậu về rồi lấy cây chổi đánh con bầm hết hai chân", BEATEN)
    asked = []
    while reporter.state.asking:
        asked.append(reporter.state.asking)
        reporter.writes("bỏ qua")

    assert Question.WHAT not in asked


def test_where_it_is_not_safe_to_write_the_child_is_told_to_remove_the_messages(
    reporter: Reporter,
) -> None:
    reporter.writes("ổng rờ con", assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD))
    while reporter.state.asking is not Question.WRITE:
        reporter.writes("bỏ qua")

    turn = reporter.presses("write:no")

    assert cards(turn)[0] == "write_unsafe"
    assert turn.facts is not None
    assert turn.facts.answers["write"] == "write:no"


def test_more_to_say_is_listened_to_before_the_end(reporter: Reporter) -> None:
    reporter.writes("ao không rào", HAZARD)
    reporter.writes("bỏ qua")

    assert cards(reporter.presses("more:yes"))[0] == "i_hear"
    assert "closing" in cards(reporter.writes("tụi nhỏ hay tắm ở đó", HAZARD))


def test_a_child_known_to_be_alone_is_not_asked_for_company(reporter: Reporter) -> None:
    alone = Facts(author_role=AuthorRole.CHILD, child_is_alone=Told(True, "con ở nhà một mình"))
    turn = reporter.writes(
        "con buồn lắm, ở nhà một mình",
        replace(assess(Intent.SUICIDE_SELF_HARM, Urgency.HIGH), facts=alone),
    )

    assert cards(turn)[-1] == "ask_where"


def test_a_critical_talk_asks_little_and_stays_within_eight_bubbles(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)
    reporter.presses("safe:no")
    while reporter.state.asking:
        reporter.writes("bỏ qua")

    asked = [reply for turn in reporter.turns for reply in turn.replies if "?" in reply.text]
    assert len(asked) == 3
    assert sum(len(turn.replies) for turn in reporter.turns) <= 8


@pytest.mark.parametrize("text", ["An toàn", "an toan", "AN TOÀN!", "có", "dạ có", "ừ"])
def test_typing_a_label_or_a_plain_yes_works_like_pressing(reporter: Reporter, text: str) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes(text)

    assert reporter.state.answers["safe"] == "safe:yes"
    assert cards(turn)[0] == "good_safe"


def test_a_plain_no_to_where_is_a_wish_not_to_say(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")

    reporter.writes("không")

    assert "where" not in reporter.state.answers


def test_an_ambiguous_place_is_asked_back_with_real_communes(reporter: Reporter) -> None:
    reporter.writes("con bán vé số mệt quá", LABOUR)

    turn = reporter.writes("ở Tri Tôn", assess(Intent.OUT_OF_SCOPE, places=TRI_TON))

    question = turn.replies[-1]
    assert question.card == "ask_which_place"
    assert [button.payload for button in question.buttons] == [
        "place:30544",
        "place:30547",
        "skip:where",
    ]
    reporter.writes("xa ba chuc")
    assert reporter.state.commune_code == "30547"


def test_a_name_among_the_communes_that_were_offered_settles_which_one(reporter: Reporter) -> None:
    reporter.writes("con bán vé số mệt quá", LABOUR)
    reporter.writes("ở Tri Tôn", assess(Intent.OUT_OF_SCOPE, places=TRI_TON))
    elsewhere = replace(TRI_TON[0], code="31018", name="Xã Vĩnh Hòa", confidence=0.45)
    here = replace(TRI_TON[1], confidence=0.4)

    reporter.writes("dạ chỗ đó", assess(Intent.OUT_OF_SCOPE, places=(elsewhere, here)))

    assert reporter.state.commune_code == here.code


def test_the_district_said_again_to_which_commune_is_the_commune_of_its_name(
    reporter: Reporter,
) -> None:
    reporter.writes("con bán vé số mệt quá", LABOUR)
    named, other = replace(TRI_TON[0], confidence=0.57), replace(TRI_TON[1], confidence=0.07)
    reporter.writes("ở Tri Tôn", assess(Intent.OUT_OF_SCOPE, places=(named, other)))
    assert reporter.state.commune_code is None

    reporter.writes("Tri Tôn", assess(Intent.OUT_OF_SCOPE, places=(named, other)))

    assert reporter.state.commune_code == named.code


def test_a_name_that_had_no_button_is_not_forced_into_those_that_had(reporter: Reporter) -> None:
    many = tuple(
        replace(TRI_TON[0], code=f"3050{i}", name=f"Xã {i}", confidence=0.1) for i in range(6)
    )
    reporter.writes("con bán vé số mệt quá", LABOUR)
    reporter.writes("châu thành", assess(Intent.OUT_OF_SCOPE, places=many))

    two = (replace(many[0], confidence=0.45), replace(many[5], confidence=0.45))
    reporter.writes("chỗ kia", assess(Intent.OUT_OF_SCOPE, places=two))

    assert reporter.state.commune_code is None
    assert reporter.state.place_options == (many[0].code, many[5].code)


def test_many_candidates_are_cut_to_five(reporter: Reporter) -> None:
    many = tuple(
        TRI_TON[0].__class__(code=f"3050{i}", name=f"Xã {i}", confidence=0.1, said="x")
        for i in range(9)
    )
    reporter.writes("con bán vé số mệt quá", LABOUR)

    turn = reporter.writes("châu thành", assess(Intent.OUT_OF_SCOPE, places=many))

    assert len(turn.replies[-1].buttons) == 5


def test_a_place_in_the_first_message_is_not_asked_again(reporter: Reporter) -> None:
    turn = reporter.writes(
        "hố cát không rào ở Văn Giáo",
        assess(Intent.DROWNING_HAZARD, Urgency.NORMAL, places=(AN_CU,)),
    )

    assert turn.facts is not None
    assert turn.facts.commune_code == AN_CU.code
    assert "ask_where" not in cards(turn)


def test_a_shared_point_answers_where(reporter: Reporter) -> None:
    reporter.writes("ao không rào", HAZARD)
    assert reporter.last[-1].asks_location

    turn = reporter.does(Location(latitude=10.55, longitude=105.0), None, AN_CU)

    assert reporter.state.commune_code == AN_CU.code
    assert cards(turn)[0] == "got_location"
    assert turn.facts is not None
    assert turn.facts.answers["point"] == "10.550000,105.000000"


def test_a_place_given_to_another_question_counts_as_where(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes("con ở An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,)))

    assert reporter.state.commune_code == AN_CU.code
    assert "ask_where" not in cards(turn)


def test_long_guidance_that_found_no_room_comes_with_the_next_answer(reporter: Reporter) -> None:
    first = reporter.writes(
        "nó đòi tung hình em", assess(Intent.ONLINE_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD)
    )
    second = reporter.presses("safe:yes")

    assert "Đừng trả tiền" in words(first)
    assert "steps_online_abuse" in cards(second)


def test_the_gravest_of_several_matters_leads_and_the_others_are_kept(reporter: Reporter) -> None:
    reporter.writes("con bán vé số mệt quá", LABOUR)

    turn = reporter.writes(
        "ông chủ còn rờ con nữa",
        assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD, also=(Intent.BULLYING,)),
    )

    assert turn.facts is not None
    assert turn.facts.intent is Intent.SEXUAL_ABUSE
    assert set(turn.facts.also) == {Intent.CHILD_LABOUR, Intent.BULLYING}


def test_a_lesser_matter_later_does_not_take_the_lead(reporter: Reporter) -> None:
    reporter.writes("ổng rờ con", assess(Intent.SEXUAL_ABUSE, Urgency.HIGH))
    reporter.writes("bỏ qua")

    turn = reporter.writes("con còn phải bán vé số", LABOUR)

    assert turn.facts is not None
    assert turn.facts.intent is Intent.SEXUAL_ABUSE
    assert Intent.CHILD_LABOUR in turn.facts.also
    assert turn.facts.urgency is Urgency.HIGH


def test_what_the_engine_takes_for_nonsense_is_never_waved_away_after_a_report(
    reporter: Reporter,
) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    for _ in range(6):
        reporter.writes("bỏ qua")

    turn = reporter.writes("tại cái điện thoại đó", UNSURE)

    assert cards(turn) == ["noted"]
    assert turn.facts is not None


def test_a_question_in_between_leaves_our_question_open(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")

    reporter.writes("số nào gọi miễn phí vậy?", assess(Intent.ASK_INFORMATION))
    assert reporter.state.asking is Question.WHERE
    reporter.writes("xã An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,)))

    assert reporter.state.commune_code == AN_CU.code


def test_thanks_open_no_ticket(reporter: Reporter) -> None:
    turn = reporter.writes("cảm ơn nha", SMALLTALK)

    assert turn.facts is None
    assert "thanks" in cards(turn)


@pytest.mark.parametrize("intent", [one for one in Intent if one.is_report])
def test_every_report_is_thanked_and_opens_a_ticket(reporter: Reporter, intent: Intent) -> None:
    turn = reporter.writes("chuyện này", assess(intent, Urgency.NORMAL))

    assert f"report_{intent.value}" in cards(turn)
    assert turn.facts is not None
    assert turn.facts.intent is intent
