"""Doubt about danger: one neutral question, the ticket opens meanwhile, never twice in a row."""

import pytest

from bot.dialogue.state import Question
from nlu.labels import Intent, Urgency
from tests.bot.dialogue.conftest import (
    BEATEN,
    BEING_BEATEN,
    DOUBT,
    SMALLTALK,
    Reporter,
    assess,
    cards,
)

QUESTION = "Có ai đang gặp nguy hiểm ngay bây giờ không?"
BEATEN_PERHAPS = assess(Intent.PHYSICAL_VIOLENCE, Urgency.NORMAL, ask=True, confidence=0.4)


def test_doubt_asks_the_neutral_question_and_opens_the_ticket(reporter: Reporter) -> None:
    turn = reporter.writes("nó nằm im re", DOUBT)

    assert turn.replies[-1].text.endswith(QUESTION)
    assert [button.label for button in turn.replies[-1].buttons] == ["Có", "Không"]
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.NORMAL


def test_even_a_harmless_looking_message_in_doubt_opens_a_ticket(reporter: Reporter) -> None:
    turn = reporter.writes("sao ta", assess(Intent.OUT_OF_SCOPE, Urgency.LOW, ask=True))

    assert turn.facts is not None


@pytest.mark.parametrize("answer", ["Có", "co", "dạ có", "ừ"])
def test_yes_is_critical(reporter: Reporter, answer: str) -> None:
    reporter.writes("nó nằm im re", DOUBT)

    turn = reporter.writes(answer)

    assert turn.replies[0].is_urgent
    assert turn.facts is not None
    assert turn.facts.urgency is Urgency.CRITICAL


def test_no_goes_on_calmly(reporter: Reporter) -> None:
    reporter.writes("nó nằm im re", DOUBT)

    turn = reporter.writes("Không")

    assert cards(turn)[0] == "report_injury_emergency"
    assert not turn.replies[0].is_urgent


@pytest.mark.parametrize("answer", ["Không", "ko", "bỏ qua", "#skip:danger"])
def test_who_said_that_nobody_is_in_danger_is_not_asked_again_whether_it_is_safe(
    reporter: Reporter, answer: str
) -> None:
    reporter.writes("em sợ quá", BEATEN_PERHAPS)

    turns = [reporter.writes(answer), *(reporter.presses("skip:where") for _ in range(2))]
    turns += [reporter.writes("hôm qua ba đánh em", BEATEN)]

    assert turns[0].state.asking is Question.WHERE
    assert not {"ask_danger", "ask_safe"} & {card for turn in turns for card in cards(turn)}


def test_what_is_critical_later_is_asked_about_all_the_same(reporter: Reporter) -> None:
    reporter.writes("em sợ quá", BEATEN_PERHAPS)
    reporter.writes("không")

    turn = reporter.writes("ba đang đánh em", BEING_BEATEN)

    assert cards(turn)[-1] == "ask_safe"


def test_never_two_clarifications_in_a_row(reporter: Reporter) -> None:
    reporter.writes("nó nằm im re", DOUBT)

    turn = reporter.writes("không biết nữa", DOUBT)

    assert "ask_danger" not in cards(turn)
    assert reporter.state.asking is not Question.DANGER


def test_an_answer_that_is_a_worse_matter_wins(reporter: Reporter) -> None:
    reporter.writes("nó nằm im re", DOUBT)

    turn = reporter.writes("nó không thở", assess(Intent.INJURY_EMERGENCY, Urgency.CRITICAL))

    assert turn.replies[0].is_urgent


def test_no_danger_with_nothing_known_invites_to_tell(reporter: Reporter) -> None:
    reporter.writes("ê", assess(Intent.OUT_OF_SCOPE, ask=True))

    turn = reporter.writes("không", SMALLTALK)

    assert cards(turn)[0] == "listening"
