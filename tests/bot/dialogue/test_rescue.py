"""Rescue words come first, fit the danger, and are followed by at most one question."""

import pytest

from bot.dialogue.state import DialogueState, Question
from nlu.assessment import Assessment
from nlu.labels import AuthorRole, Danger, Intent, Urgency
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    DROWNING,
    TRI_TON,
    Reporter,
    assess,
    cards,
    words,
)

CRITICAL = Urgency.CRITICAL


def test_a_bystander_of_a_drowning_hears_the_rescue_words_then_one_question(
    reporter: Reporter,
) -> None:
    turn = reporter.writes("co be rot xuong kinh cuu voi", DROWNING)

    assert cards(turn) == ["rescue_drowning", "ask_water"]
    assert turn.replies[0].is_urgent
    assert "115" in turn.replies[0].text
    assert turn.facts is not None
    assert turn.facts.urgency is CRITICAL
    assert turn.facts.danger is Danger.DROWNING


@pytest.mark.parametrize("danger", list(Danger))
def test_every_danger_has_its_own_rescue_card(reporter: Reporter, danger: Danger) -> None:
    turn = reporter.writes("…", assess(Intent.INJURY_EMERGENCY, CRITICAL, danger=danger))

    assert cards(turn)[0] == f"rescue_{danger.value}"


@pytest.mark.parametrize("intent", list(Intent))
def test_every_critical_message_gets_rescue_words_whatever_its_kind(
    reporter: Reporter, intent: Intent
) -> None:
    turn = reporter.writes("cứu con với, gấp lắm", assess(intent, CRITICAL))

    assert turn.replies[0].is_urgent
    assert turn.replies[0].card.startswith("rescue_")
    assert turn.facts is not None


@pytest.mark.parametrize(
    ("text", "assessment", "card"),
    [
        ("vớt lên rồi mà nó không thở", DROWNING, "rescue_pulled_out"),
        ("chưa vớt lên được", DROWNING, "rescue_drowning"),
        ("cả nhà kẹt trên nóc nhà, nước dâng", DROWNING, "rescue_flood"),
        (
            "be te thau nuoc, ngung tho",
            assess(
                Intent.DROWNING_EMERGENCY,
                CRITICAL,
                danger=Danger.DROWNING,
                codes=("drowning.pulled_out",),
            ),
            "rescue_pulled_out",
        ),
        (
            "nó không thở nữa",
            assess(Intent.INJURY_EMERGENCY, CRITICAL, codes=("injury.lifeless",)),
            "rescue_lifeless",
        ),
        (
            "bé 3 tuổi mất tiêu gần mé sông",
            assess(Intent.MISSING_CHILD, CRITICAL, codes=("missing.small_by_water",)),
            "rescue_missing_child",
        ),
        ("bé bị phỏng nước sôi", assess(Intent.INJURY_EMERGENCY, CRITICAL), "rescue_burn"),
        ("bé bị xe đụng", assess(Intent.INJURY_EMERGENCY, CRITICAL), "rescue_injury"),
    ],
)
def test_the_words_narrow_the_danger_down(
    reporter: Reporter, text: str, assessment: Assessment, card: str
) -> None:
    assert cards(reporter.writes(text, assessment))[0] == card


def test_an_adult_in_a_suicidal_crisis_is_not_spoken_to_like_a_child(reporter: Reporter) -> None:
    crisis = assess(
        Intent.SUICIDE_SELF_HARM, CRITICAL, danger=Danger.SUICIDE, role=AuthorRole.ADULT
    )

    assert cards(reporter.writes("tôi muốn chết", crisis))[0] == "rescue_suicide_adult"


def test_how_to_breathe_follows_at_once_when_somebody_was_pulled_out(reporter: Reporter) -> None:
    turn = reporter.writes("vớt lên rồi không thở", DROWNING)

    assert cards(turn) == ["rescue_pulled_out", "walk_breaths"]
    assert "5 hơi" in words(turn)


def test_pressing_out_of_the_water_gives_the_next_rescue_words(reporter: Reporter) -> None:
    reporter.writes("co be rot xuong kinh", DROWNING)

    turn = reporter.presses("water:yes")

    assert cards(turn)[0] == "walk_out"
    assert turn.replies[0].is_urgent


def test_pressing_not_yet_does_not_repeat_the_same_words(reporter: Reporter) -> None:
    reporter.writes("co be rot xuong kinh", DROWNING)

    turn = reporter.presses("water:no")

    assert cards(turn)[0] == "still_here_ambulance"
    assert turn.replies[0].is_urgent
    assert cards(turn)[-1] == "ask_where"


def test_a_new_danger_gets_its_full_rescue_words_even_if_they_were_said_before(
    reporter: Reporter,
) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:no")

    turn = reporter.writes("ổng về rồi", BEING_BEATEN)

    assert cards(turn)[0] == "rescue_attack"


def test_not_safe_is_an_emergency(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes("chưa")

    assert cards(turn)[0] == "rescue_attack"
    assert turn.facts is not None
    assert turn.facts.urgency is CRITICAL


def test_a_graver_matter_wins_over_the_expected_answer(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")
    assert reporter.state.asking is Question.WHERE

    turn = reporter.writes("he is back", BEING_BEATEN)

    assert cards(turn)[0] == "rescue_attack"
    assert "where" not in reporter.state.answers


def test_a_question_that_a_graver_matter_cut_short_may_come_again(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.presses("safe:yes")

    turn = reporter.writes("ổng về rồi", BEING_BEATEN)

    assert cards(turn)[-1] == "ask_where"


def test_somebody_who_revives_a_child_is_not_asked_who_they_are(reporter: Reporter) -> None:
    reporter.writes("co be rot xuong kinh", DROWNING)
    reporter.presses("water:no")
    reporter.presses("skip:where")

    turn = reporter.writes("vớt lên rồi không thở", DROWNING)

    assert cards(turn) == ["rescue_pulled_out", "walk_breaths"]


def test_what_was_said_is_not_asked_again(reporter: Reporter) -> None:
    said = assess(
        Intent.DROWNING_EMERGENCY,
        CRITICAL,
        danger=Danger.DROWNING,
        role=AuthorRole.ADULT,
        places=(TRI_TON[0],),
    )
    known = DialogueState(introduced=True, commune_code="30505")
    reporter.state = known

    reporter.writes("bé té xuống ao", said)
    turn = reporter.presses("water:no")

    assert "ask_where" not in cards(turn)
    assert "ask_role" not in cards(turn)


def test_a_critical_turn_has_at_most_three_bubbles(reporter: Reporter) -> None:
    assert len(reporter.writes("vớt lên rồi không thở", DROWNING).replies) <= 3
