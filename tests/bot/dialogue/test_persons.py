"""Parents worn out, people afraid of themselves, complaints, youths of 16: each gets own words."""

from dataclasses import replace

import pytest

from nlu.assessment import Facts
from nlu.labels import AuthorRole, Intent, Urgency
from tests.bot.dialogue.conftest import BEATEN, BEING_BEATEN, Reporter, assess, cards, words

VAGUE = assess(Intent.PHYSICAL_VIOLENCE, Urgency.NORMAL, role=AuthorRole.ADULT, confidence=0.6)
AT_16 = replace(BEATEN, facts=Facts(author_role=AuthorRole.CHILD, child_age=16))
LECTURES = ("phạt", "vi phạm", "pháp luật", "trách nhiệm", "có lỗi", "?")


@pytest.mark.parametrize(
    "text",
    [
        "con tôi khóc suốt đêm, tôi kiệt sức rồi, tôi sợ tôi đánh nó mất",
        "toi lo tay danh con bam het tay roi",
    ],
)
def test_an_overwhelmed_parent_is_thanked_and_a_person_is_called(
    reporter: Reporter, text: str
) -> None:
    turn = reporter.writes(text, VAGUE)

    said = turn.replies[1]
    assert said.card == "own_anger"
    assert "anh/chị" in said.text
    assert not any(word in said.text for word in LECTURES)
    assert turn.wants_human
    assert cards(turn)[-1] == "ask_danger"


def test_somebody_afraid_of_what_they_might_do_is_helped_and_the_desk_looks_soon(
    reporter: Reporter,
) -> None:
    turn = reporter.writes(
        "tôi hay có ý nghĩ bậy với con gái nhỏ của vợ, tôi muốn được giúp", VAGUE
    )

    assert "own_urge" in cards(turn)
    assert "Cảm ơn anh/chị đã nói" in words(turn) or "cảm ơn anh/chị đã nói" in words(turn)
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.HIGH
    assert turn.wants_human


def test_a_child_who_speaks_of_such_a_man_is_a_child_who_reports(reporter: Reporter) -> None:
    report = assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, role=AuthorRole.CHILD)

    turn = reporter.writes("dượng có ý nghĩ bậy với con", report)

    assert "report_sexual_abuse" in cards(turn)


def test_an_attack_now_is_rescued_first_whoever_writes(reporter: Reporter) -> None:
    attack = replace(BEING_BEATEN, facts=Facts(author_role=AuthorRole.ADULT))

    assert reporter.writes("tôi lỡ tay đánh con, nó bất tỉnh", attack).replies[0].is_urgent


def test_a_complaint_goes_to_people_and_names_another_door(reporter: Reporter) -> None:
    turn = reporter.writes(
        "tôi muốn khiếu nại cán bộ trực nói chuyện thô lỗ",
        assess(Intent.OUT_OF_SCOPE, Urgency.NORMAL, role=AuthorRole.ADULT),
    )

    assert "complaint" in cards(turn)
    assert "cán bộ khác" in words(turn)
    assert turn.wants_human


def test_a_youth_of_sixteen_is_told_at_once_that_they_are_taken_in(reporter: Reporter) -> None:
    turn = reporter.writes("em 16 tuổi, bị cha đánh, em có được giúp không", AT_16)

    assert cards(turn)[0] == "introduction_at_16"
    assert "16" in turn.replies[0].text


def test_an_age_of_seventeen_given_later_is_welcomed_once(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")
    reporter.writes("bỏ qua")

    turn = reporter.writes("17 tuổi", assess(Intent.OUT_OF_SCOPE, confidence=0.3))

    assert cards(turn)[0] == "still_welcome"
    assert "still_welcome" not in cards(reporter.writes("bỏ qua"))


def test_a_fresh_scald_hears_of_cool_water_first_though_nobody_is_dying(
    reporter: Reporter,
) -> None:
    scald = assess(Intent.INJURY_EMERGENCY, Urgency.HIGH, role=AuthorRole.ADULT)

    turn = reporter.writes("bé bị phỏng nước sôi hết cái tay", scald)

    assert cards(turn)[:2] == ["rescue_burn", "steps_burn"]
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.HIGH


def test_doubt_about_a_scald_does_not_hold_the_water_back(reporter: Reporter) -> None:
    doubt = assess(Intent.INJURY_EMERGENCY, Urgency.HIGH, role=AuthorRole.ADULT, ask=True)

    turn = reporter.writes("bé bị phỏng nước sôi hết cái tay", doubt)

    assert cards(turn) == ["rescue_burn", "steps_burn", "ask_danger"]
