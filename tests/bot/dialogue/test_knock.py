"""The knock and TIẾP: what waits is let out by TIẾP alone, and told of in neutral words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.content.check import KNOCK, WORDS_WAIT
from bot.dialogue.buttons import Command
from bot.dialogue.knock import GIVEN_BACK, knock, next_knock
from bot.dialogue.state import DialogueState, Question
from nlu.labels import Intent
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    Reporter,
    assess,
    cards,
    the_shelf,
    words,
)

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def waiting(reporter: Reporter) -> Reporter:
    """Something was written to this reporter meanwhile."""
    reporter.state = replace(reporter.state, words_wait=True)
    return reporter


def test_the_answer_about_writing_is_kept_as_safe_times(reporter: Reporter) -> None:
    reporter.state = DialogueState(
        introduced=True, intent=Intent.BULLYING, asking=Question.WRITE, asked=(Question.WRITE,)
    )

    reporter.writes("tối sau 9h", assess(Intent.OUT_OF_SCOPE))

    assert reporter.state.safe_times == "21:00-23:00"
    assert reporter.state.answers["write"] == "tối sau 9h"


@pytest.mark.parametrize(
    ("payload", "code"), [("write:yes", "07:00-21:00"), ("write:no", "never"), ("skip:write", "")]
)
def test_a_button_is_an_answer_too(reporter: Reporter, payload: str, code: str) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    reporter.presses(payload)

    assert reporter.state.safe_times == code


def test_a_state_of_an_older_version_has_no_safe_time_and_nothing_waiting() -> None:
    old = DialogueState().to_json()
    del old["safe_times"], old["words_wait"]

    assert DialogueState.from_json(old) == DialogueState()


def test_continue_says_nothing_beside_what_waits(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = waiting(reporter).writes("TIẾP")

    assert turn.replies == ()
    assert turn.word is Command.CONTINUE
    assert reporter.state.asking is Question.SAFE


def test_continue_is_heard_while_a_person_writes(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True, words_wait=True)

    assert reporter.writes("tiếp").word is Command.CONTINUE


def test_other_words_let_nothing_out_and_hear_that_something_waits(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, intent=Intent.BULLYING, words_wait=True)

    turn = reporter.writes("dạ con nè")

    assert turn.word is None
    assert WORDS_WAIT in cards(turn)


def test_while_a_person_writes_they_hear_it_as_well(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True, words_wait=True)

    assert cards(reporter.writes("dạ con nè")) == [WORDS_WAIT]


def test_the_line_stands_before_the_question(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, words_wait=True)

    turn = reporter.writes("con bi ba danh", BEATEN)

    assert len(turn.replies) <= 3
    assert cards(turn)[-1] == "ask_safe"


def test_rescue_words_stand_alone(reporter: Reporter) -> None:
    reporter.writes("alo")

    assert WORDS_WAIT not in cards(waiting(reporter).writes("ba dang danh con", BEING_BEATEN))


@pytest.mark.parametrize("text", ["thoát", "ai nhắn với con tôi vậy"])
def test_whoever_leaves_or_is_a_stranger_hears_of_nothing(reporter: Reporter, text: str) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = waiting(reporter).writes(text)

    assert len(turn.replies) == 1
    assert WORDS_WAIT not in cards(turn)


@pytest.mark.parametrize("text", ["TIẾP", "mã tin"])
def test_a_phone_in_other_hands_gets_neutral_words_for_every_word_of_ours(
    reporter: Reporter, text: str
) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.writes("ai nhắn với con tôi vậy")

    turn = waiting(reporter).writes(text)

    assert cards(turn) == ["phone_changed_hands"]
    assert turn.word is None


def test_a_stranger_is_answered_neutrally_also_while_a_person_holds_the_talk(
    reporter: Reporter,
) -> None:
    reporter.state = DialogueState(introduced=True, intent=Intent.BULLYING, held_by_operator=True)

    turn = reporter.writes("ai nhắn với con tôi vậy")

    assert cards(turn) == ["phone_changed_hands"]
    assert turn.facts is not None
    assert turn.facts.phone_changed_hands


def test_the_return_of_the_child_gives_the_phone_not_back_by_itself(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)
    reporter.writes("ai nhắn với con tôi vậy")

    reporter.writes("con nè, con bị ba đánh nữa", BEATEN)

    assert reporter.state.phone_taken


def test_a_supervisor_gives_it_back_and_old_safe_times_are_not_trusted() -> None:
    taken = DialogueState(phone_taken=True, safe_times="00:00-24:00")

    given = DialogueState.from_json(taken.to_json() | GIVEN_BACK)

    assert not given.phone_taken
    assert next_knock(given, NOON) is None


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (DialogueState(safe_times="07:00-21:00"), True),
        (DialogueState(safe_times="07:00-21:00", hidden=True), False),
        (DialogueState(safe_times="07:00-21:00", phone_taken=True), False),
        (DialogueState(safe_times="never"), False),
        (DialogueState(), False),
    ],
)
def test_a_knock_comes_only_within_safe_times_that_were_said(
    state: DialogueState, may: bool
) -> None:
    span = next_knock(state, NOON)

    assert (span is not None) is may
    assert span is None or span[0] == NOON


def test_a_knock_is_neutral_and_the_same_for_everybody(reporter: Reporter) -> None:
    line = knock(DialogueState(), the_shelf())

    assert line is not None
    assert line.card == KNOCK
    assert "TIẾP" in line.text
    assert line.buttons == ()


def test_in_production_nobody_knocks_with_unsigned_words() -> None:
    assert knock(DialogueState(), the_shelf(mode_is_production=True)) is None


def test_with_nothing_waiting_continue_invites_to_write_on(reporter: Reporter) -> None:
    turn = reporter.writes("TIẾP")

    assert "go_ahead" in cards(turn)
    assert "nhắn tiếp" in words(turn)
