"""An engine that guesses: what it does not believe itself must neither frighten nor dismiss."""

import pytest

from bot.dialogue.state import Question
from nlu.labels import AuthorRole, Danger, Intent, Language, Urgency
from tests.bot.dialogue.conftest import (
    AN_CU,
    BEATEN,
    BEING_BEATEN,
    SEXTORTION,
    Reporter,
    assess,
    cards,
)

WILD = assess(
    Intent.DROWNING_EMERGENCY,
    Urgency.CRITICAL,
    danger=Danger.DROWNING,
    confidence=0.17,
    places=(AN_CU,),
)


def at_where(reporter: Reporter) -> None:
    reporter.writes("nó đòi tung hình em", SEXTORTION)
    reporter.presses("safe:yes")
    assert reporter.state.asking is Question.WHERE


def test_a_bare_place_is_an_answer_even_if_the_engine_guesses_an_emergency(
    reporter: Reporter,
) -> None:
    at_where(reporter)

    turn = reporter.writes("em ở An Cư", WILD)

    assert cards(turn)[0] == "noted"
    assert reporter.state.commune_code == AN_CU.code
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.HIGH
    assert turn.facts.intent is Intent.ONLINE_ABUSE


def test_a_bare_place_that_a_floor_rule_calls_an_emergency_is_one(reporter: Reporter) -> None:
    at_where(reporter)
    floor = assess(
        Intent.DROWNING_EMERGENCY,
        Urgency.CRITICAL,
        danger=Danger.DROWNING,
        confidence=0.17,
        places=(AN_CU,),
        codes=("drowning.fell_in",),
    )

    assert reporter.writes("té sông ở An Cư", floor).replies[0].is_urgent


def test_a_place_in_a_longer_message_does_not_hide_an_emergency(reporter: Reporter) -> None:
    at_where(reporter)

    turn = reporter.writes("em ở An Cư mà giờ có chuyện gấp lắm cô ơi lẹ lên", WILD)

    assert turn.replies[0].is_urgent


def test_what_was_not_asked_for_is_never_taken_for_a_bare_answer(reporter: Reporter) -> None:
    assert reporter.writes("em ở An Cư", WILD).replies[0].is_urgent


@pytest.mark.parametrize("text", ["em 14 tuoi", "14 tuổi", "dạ em 14 tuổi ạ", "i am 14", "I'm 14"])
def test_an_age_given_to_where_is_kept_and_where_stays_open(reporter: Reporter, text: str) -> None:
    at_where(reporter)

    turn = reporter.writes(text, assess(Intent.CHILD_MARRIAGE, Urgency.HIGH, confidence=0.3))

    assert reporter.state.child_age == 14
    assert reporter.state.asking is Question.WHERE
    assert turn.facts is not None
    assert turn.facts.intent is Intent.ONLINE_ABUSE


def test_a_guess_does_not_choose_the_rescue_words(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = reporter.writes(
        "mau lên cô ơi", assess(Intent.MISSING_CHILD, Urgency.CRITICAL, confidence=0.2)
    )

    assert cards(turn)[0] == "rescue_attack"


def test_words_that_fit_nothing_in_an_emergency_get_still_here(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)

    turn = reporter.writes(
        "ổng về rồi con sợ", assess(Intent.SEXUAL_ABUSE, Urgency.HIGH, confidence=0.59)
    )

    assert cards(turn)[0] == "still_here_police"
    assert turn.replies[0].is_urgent


def test_danger_is_not_asked_about_in_an_emergency(reporter: Reporter) -> None:
    reporter.writes("ba dang danh con", BEING_BEATEN)

    turn = reporter.writes("ờ thì", assess(Intent.SMALLTALK, ask=True, confidence=0.2))

    assert "ask_danger" not in cards(turn)


def test_an_unsure_report_gets_general_words_not_a_guess(reporter: Reporter) -> None:
    turn = reporter.writes(
        "nó bị sao á", assess(Intent.CHILD_MARRIAGE, Urgency.NORMAL, confidence=0.2)
    )

    assert "report_general" in cards(turn)
    assert turn.facts is not None


def test_what_nobody_understands_is_asked_about_not_waved_away(reporter: Reporter) -> None:
    turn = reporter.writes("my dad every night", assess(Intent.OUT_OF_SCOPE, confidence=0.2))

    assert cards(turn)[-1] == "ask_danger"


def test_doubt_about_a_clear_report_still_thanks_for_it(reporter: Reporter) -> None:
    turn = reporter.writes(
        "em hk muốn sống nữa",
        assess(Intent.SUICIDE_SELF_HARM, Urgency.HIGH, ask=True, role=AuthorRole.CHILD),
    )

    assert cards(turn) == ["introduction", "report_suicide_self_harm", "ask_danger"]


def test_a_guess_does_not_change_how_somebody_is_addressed(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    reporter.writes("an toan", assess(role=AuthorRole.ADULT))
    reporter.writes("ờ", assess(Intent.NEGLECT_ABANDONMENT, role=AuthorRole.ADULT, confidence=0.3))

    assert reporter.state.register is AuthorRole.CHILD


def test_names_of_places_do_not_change_the_language(reporter: Reporter) -> None:
    reporter.writes(
        "my dad beats me", assess(Intent.PHYSICAL_VIOLENCE, Urgency.HIGH, lang=Language.ENGLISH)
    )
    reporter.presses("safe:yes")

    reporter.writes("I live in An Cu", assess(Intent.OUT_OF_SCOPE, places=(AN_CU,), confidence=0.3))

    assert reporter.state.lang is Language.ENGLISH


def test_a_skipped_question_about_danger_goes_on(reporter: Reporter) -> None:
    reporter.writes("con bi sao á", assess(Intent.OUT_OF_SCOPE, ask=True, confidence=0.3))

    turn = reporter.writes("bỏ qua", assess(Intent.OUT_OF_SCOPE, Urgency.NORMAL, confidence=0.49))

    assert cards(turn)[0] == "listening"
