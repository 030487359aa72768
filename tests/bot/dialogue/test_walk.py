"""The rescue from the water: one step, one question, a bubble a turn; a child fetches an adult."""

from dataclasses import replace

import pytest

from bot.channels.contract import Sound
from bot.dialogue.state import Question
from nlu.labels import AuthorRole, Danger, Intent, Urgency
from tests.bot.dialogue.conftest import (
    AN_CU,
    DROWNING,
    SMALLTALK,
    Reporter,
    assess,
    cards,
    the_shelf,
    words,
)

CHILD = assess(
    Intent.DROWNING_EMERGENCY, Urgency.CRITICAL, danger=Danger.DROWNING, role=AuthorRole.CHILD
)
ADULT = assess(
    Intent.DROWNING_EMERGENCY, Urgency.CRITICAL, danger=Danger.DROWNING, role=AuthorRole.ADULT
)
MOST_BUBBLES_OF_A_STORY = 8


def test_a_child_walks_from_the_bank_to_the_hospital_within_eight_bubbles(
    reporter: Reporter,
) -> None:
    said = [
        cards(reporter.writes("ban con rot xuong song", CHILD)),
        cards(reporter.writes("Đã vớt lên")),
        cards(reporter.writes("không thở")),
        cards(reporter.writes("chua co ai")),
        cards(reporter.writes("có người lớn")),
        cards(reporter.writes("chưa thở")),
        cards(reporter.presses("breath:no")),
        cards(reporter.writes("xã An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,)))),
    ]

    assert said == [
        ["rescue_drowning", "ask_water"],
        ["walk_out"],
        ["walk_adult"],
        ["walk_alone"],
        ["walk_breaths"],
        ["walk_press"],
        ["walk_where"],
        ["closing_critical"],
    ]
    bubbles = [reply for turn in reporter.turns for reply in turn.replies]
    assert len(bubbles) <= MOST_BUBBLES_OF_A_STORY + 1  # the one more: nobody had come at first
    assert all(reply.is_urgent for turn in reporter.turns[:7] for reply in turn.replies[:1])
    assert reporter.state.commune_code == AN_CU.code


def test_an_adult_is_told_to_breathe_and_press_at_once(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    breaths = reporter.presses("breath:no")
    press = reporter.presses("breath:no")

    assert cards(breaths) == ["walk_breaths"]
    assert "5 hơi" in words(breaths)
    assert cards(press) == ["walk_press"]
    assert "30 cái" in words(press)


def test_breathing_again_is_laid_on_the_side_and_asked_for_the_place(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    turn = reporter.presses("breath:yes")

    assert cards(turn) == ["walk_side", "ask_where"]


@pytest.mark.parametrize("text", ["nó ngưng thở rồi", "no khong tho nua", "hết thở rồi trời ơi"])
def test_who_stops_breathing_again_gets_the_next_step(reporter: Reporter, text: str) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")
    reporter.presses("breath:yes")

    assert cards(reporter.writes(text, ADULT)) == ["walk_breaths"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("vớt lên rồi", ["walk_out"]),
        ("vớt lên rồi mà không thở", ["rescue_pulled_out", "walk_breaths"]),
        ("vớt lên rồi, còn thở", ["walk_side", "ask_where"]),
    ],
)
def test_free_words_go_in_at_the_step_that_they_tell(
    reporter: Reporter, text: str, step: list[str]
) -> None:
    assert cards(reporter.writes(text, ADULT)) == step


def test_a_child_beside_somebody_lifeless_is_told_to_fetch_an_adult(reporter: Reporter) -> None:
    turn = reporter.writes("vớt lên rồi mà không thở", CHILD)

    assert cards(turn) == ["rescue_pulled_out", "walk_adult"]


def test_nobody_knows_whether_the_person_breathes(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    assert cards(reporter.presses("breath:unknown"))[:2] == ["rescue_lifeless", "steps_breathing"]


def test_words_that_fit_no_step_leave_the_question_open(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    turn = reporter.writes("trời ơi con tôi", SMALLTALK)

    assert cards(turn) == ["still_here_ambulance"]
    assert reporter.state.asking is Question.WALK
    assert cards(reporter.writes("không thở")) == ["walk_breaths"]


def test_another_danger_leaves_the_walk(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    shock = replace(ADULT, danger=Danger.ELECTRIC_SHOCK, intent=Intent.INJURY_EMERGENCY)
    turn = reporter.writes("có dây điện, người kia bị giật, không thở", shock)

    assert cards(turn)[0] == "rescue_electric_shock"


def test_a_step_is_answered_once_and_kept_for_the_desk(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")

    turn = reporter.presses("breath:no")

    assert turn.facts is not None
    assert turn.facts.answers["safe"] == "water:yes"
    assert turn.facts.answers["breath"] == "breath:no"


def test_unsigned_steps_are_bare_numbers_in_production() -> None:
    reporter = Reporter(the_shelf(mode_is_production=True))
    reporter.writes("bé nhà tôi rớt ao", ADULT)

    turn = reporter.presses("water:yes")

    assert cards(turn) == ["bare_numbers"]
    assert turn.replies[0].is_urgent


def test_a_drowning_asks_the_water_question_and_no_other(reporter: Reporter) -> None:
    assert cards(reporter.writes("co be rot song", DROWNING)) == ["rescue_drowning", "ask_water"]


def test_the_steps_go_on_while_a_person_writes(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.hears_later("operator_took_over")

    assert cards(reporter.presses("water:yes")) == ["walk_out"]
    assert cards(reporter.presses("breath:yes")) == ["walk_side"]


def test_thanks_after_the_water_are_heard_as_out_of_the_water(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)

    turn = reporter.writes("dạ vớt lên được rồi bé khóc lại rồi, cảm ơn", SMALLTALK)

    assert cards(turn)[0] == "walk_side"
    assert "bệnh viện" in words(turn)


def test_who_skips_the_place_can_still_say_that_nobody_breathes(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    for payload in ("water:yes", "breath:no", "breath:no", "breath:no"):
        reporter.presses(payload)

    turn = reporter.presses("skip:where")

    assert [button.payload for button in turn.replies[-1].buttons][:2] == [
        "breath:yes",
        "breath:no",
    ]
    assert cards(reporter.presses("breath:no")) == ["walk_press"]


def test_thanks_long_after_the_rescue_offer_no_step(reporter: Reporter) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    reporter.presses("water:yes")
    reporter.presses("breath:yes")
    reporter.presses("skip:where")

    assert reporter.writes("cảm ơn", SMALLTALK).replies[-1].buttons == ()


def test_the_sound_goes_along_once_with_the_first_words_that_tell_an_adult_to_press(
    reporter: Reporter,
) -> None:
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    for payload in ("water:yes", "breath:no", "breath:no", "breath:no"):
        reporter.presses(payload)
    last = reporter.writes("xã An Cư", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,)))

    said = [reply for turn in reporter.turns for reply in turn.replies]
    sounds = [(one.card, one.sound) for one in said if one.sound]
    assert sounds == [("walk_press", Sound.RHYTHM)]
    assert cards(last) == ["closing_critical"]
    assert len(said) + len(sounds) <= MOST_BUBBLES_OF_A_STORY


def test_a_child_who_reads_the_steps_out_and_who_only_asks_hear_no_sound(
    reporter: Reporter,
) -> None:
    reporter.writes("ban con rot xuong song", CHILD)
    for payload in ("water:yes", "breath:no", "adult:yes", "breath:no"):
        reporter.presses(payload)
    other = Reporter(the_shelf())
    other.writes("ép tim thổi ngạt sao vậy", assess(Intent.ASK_INFORMATION))

    assert "walk_press" in cards(reporter.turns[-1])
    assert "steps_breathing" in cards(other.turns[-1])
    said = [one for who in (reporter, other) for turn in who.turns for one in turn.replies]
    assert not any(one.sound for one in said)


def test_where_the_step_is_not_signed_no_sound_comes_either() -> None:
    reporter = Reporter(the_shelf(mode_is_production=True))
    reporter.writes("bé nhà tôi rớt ao", ADULT)
    for payload in ("water:yes", "breath:no", "breath:no"):
        reporter.presses(payload)

    assert not any(one.sound for turn in reporter.turns for one in turn.replies)
