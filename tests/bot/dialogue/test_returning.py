"""What is said about return codes: the state and no more, never unasked, never to other hands."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.contract import OutboundMessage
from bot.content.cards import LIMITS
from bot.content.code_words import code_words
from bot.dialogue import returning
from bot.dialogue.buttons import Command
from bot.dialogue.codes import RANDOM_BYTES, make_code
from bot.dialogue.returning import Outcome
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Turn
from nlu.labels import AuthorRole, Intent, Language, Urgency
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    Reporter,
    assess,
    cards,
    the_shelf,
    words,
)

SHELF = the_shelf()
NEW = make_code(b"\x07" * RANDOM_BYTES, code_words())
OPENED = (Outcome.RECEIVED, Outcome.HELD, Outcome.WORKED_ON, Outcome.CLOSED)
TELLTALES = ("đánh", "sờ", "xâm hại", "phiếu", "Xã", "dượng", "ba ")


def asked(reporter: Reporter) -> Turn:
    return reporter.writes("mã tin")


def test_a_given_code_stands_in_one_bubble_with_what_it_is_for(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = returning.answer(asked(reporter), Outcome.GIVEN, SHELF, code=NEW)

    (bubble,) = [each for each in turn.replies if each.card == "code_given"]
    assert bubble.text.endswith(NEW.text)
    assert "không thấy tin cũ" in bubble.text
    assert len(bubble.text) <= 500
    assert turn.word is Command.CODE


def test_the_open_question_stays_open_and_can_still_be_answered(reporter: Reporter) -> None:
    reporter.writes("con bi ba danh", BEATEN)

    turn = returning.answer(asked(reporter), Outcome.GIVEN, SHELF, code=NEW)

    assert turn.state.asking is Question.SAFE
    reporter.state = turn.state
    assert cards(reporter.writes("An toàn"))[0] == "good_safe"


@pytest.mark.parametrize("outcome", OPENED)
@pytest.mark.parametrize("lang", [Language.VIETNAMESE, Language.ENGLISH])
def test_a_right_code_tells_the_state_and_nothing_else(outcome: Outcome, lang: Language) -> None:
    elsewhere = DialogueState(
        intent=Intent.SEXUAL_ABUSE,
        urgency=Urgency.CRITICAL,
        commune_code="30505",
        register=AuthorRole.CHILD,
        asked=(Question.DANGER, Question.SAFE, Question.WHERE, Question.WHO, Question.WRITE),
        answers={"where": "gần chợ"},
        told=({"fact": "offender", "value": "stepfather", "words": "dượng", "sure": True},),
    )

    turn = returning.answer(
        Turn(state=DialogueState(lang=lang)), outcome, SHELF, elsewhere=elsewhere
    )

    assert f"code_{outcome.value}" in cards(turn)
    assert turn.replies[0].card == "introduction"  # a new line hears first that a machine speaks
    assert not any(word in turn.replies[1].text for word in TELLTALES)
    assert turn.facts is None
    state = turn.state
    assert (state.intent, state.commune_code, state.register) == (None, None, None)
    assert (state.answers, state.told) == ({}, ())


def test_what_was_answered_is_not_asked_again_but_safety_is() -> None:
    elsewhere = DialogueState(
        asked=(Question.DANGER, Question.SAFE, Question.WHERE, Question.WHO, Question.WRITE)
    )
    turn = returning.answer(
        Turn(state=DialogueState()), Outcome.RECEIVED, SHELF, elsewhere=elsewhere
    )

    assert set(turn.state.asked) == {Question.WHERE, Question.WHO}
    back = Reporter(SHELF, state=turn.state)
    assert cards(back.writes("ba lai danh con", BEATEN))[-1] == "ask_safe"


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("register", [None, AuthorRole.CHILD, AuthorRole.ADULT])
def test_every_outcome_has_its_words_in_every_language(
    outcome: Outcome, register: AuthorRole | None
) -> None:
    for lang in (Language.VIETNAMESE, Language.ENGLISH, Language.KHMER):
        state = DialogueState(introduced=True, lang=lang, register=register)
        turn = returning.answer(Turn(state=state), outcome, SHELF)

        assert cards(turn) == [f"code_{outcome.value}"]
        assert len(turn.replies[0].text) <= LIMITS[SHELF.kind(turn.replies[0].card)]


def test_a_danger_written_as_a_code_is_still_a_danger(reporter: Reporter) -> None:
    code = NEW.text.splitlines()[0]
    heard = replace(BEING_BEATEN, reasons=assess(codes=("attack.now",)).reasons)

    turn = reporter.writes(code, heard)

    assert turn.code is None
    assert turn.replies[0].is_urgent


def test_what_a_model_reads_into_a_code_opens_nothing(reporter: Reporter) -> None:
    turn = reporter.writes(NEW.text.splitlines()[0], BEATEN)

    assert turn.code is not None
    assert turn.facts is None
    assert turn.state.intent is None


def test_a_code_is_read_while_a_person_holds_the_talk(reporter: Reporter) -> None:
    reporter.state = DialogueState(introduced=True, held_by_operator=True)

    assert reporter.writes(NEW.text.splitlines()[1]).code is not None
    assert asked(reporter).word is Command.CODE


def closing(**state: Any) -> Turn:
    bubble = OutboundMessage(text="…", card="closing")
    return Turn(state=DialogueState(introduced=True, **state), replies=(bubble,))


def test_a_code_is_offered_once_where_an_interview_closes() -> None:
    turn = returning.offer(closing(), SHELF)

    assert cards(turn) == ["closing", "code_offer"]
    assert [button.payload for button in turn.replies[-1].buttons] == ["cmd:code"]
    again = replace(turn, replies=closing().replies)
    assert cards(returning.offer(again, SHELF)) == ["closing"]


def test_a_code_is_never_offered_to_other_hands_or_after_exit() -> None:
    for turn in (closing(phone_taken=True), closing(hidden=True)):
        assert returning.offer(turn, SHELF) is turn


def test_a_code_is_offered_nowhere_else() -> None:
    busy = Turn(state=DialogueState(), replies=(OutboundMessage(text="…", card="noted"),))
    full = replace(closing(), replies=closing().replies * 3)

    assert returning.offer(busy, SHELF) is busy
    assert returning.offer(full, SHELF) is full


def test_other_hands_get_the_neutral_words_and_no_code() -> None:
    state = DialogueState(introduced=True, phone_taken=True)

    assert not returning.may_give(state, SHELF)
    assert not returning.may_present(state)
    turn = returning.in_other_hands(Turn(state=state), SHELF)
    assert cards(turn) == ["phone_changed_hands"]
    assert "mã" not in words(turn).split()


def test_without_signed_words_no_code_is_given() -> None:
    production = the_shelf(mode_is_production=True)

    assert not returning.may_give(DialogueState(), production)
    assert returning.offer(closing(), production) == closing()
