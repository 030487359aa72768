"""What is promised to whoever writes, whatever they write (issue 4, point 14)."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.contract import ButtonPress, Content, Text
from bot.content.cards import URGENT
from bot.content.check import read_rules
from bot.dialogue.advance import advance, timer_turn
from bot.dialogue.questions import MOST_QUESTIONS
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Said
from nlu.assessment import Assessment
from nlu.labels import Urgency
from tests.bot.dialogue.test_properties import SHELF, assessments, talks, turns_of

RULES = read_rules()
WALKED = ("water:yes", "breath:yes", "breath:no", "breath:unknown", "adult:yes", "adult:no")
TIMERS = (
    "nobody_answered", "still_waiting", "nobody_on_duty",
    "operator_took_over", "operator_handed_back",
)  # fmt: skip
Talk = list[tuple[Content, Assessment | None]]


@given(talks)
@settings(max_examples=60, deadline=None)
def test_a_turn_holds_one_question_mark_at_most_and_says_nothing_forbidden(talk: Talk) -> None:
    for _, turn in turns_of(talk):
        said = "\n".join(reply.text for reply in turn.replies)
        assert said.count("?") <= 1
        assert not [rule.reason for rule in RULES if rule.breaks(said)]


@given(talks, st.lists(st.sampled_from(WALKED), max_size=8))
@settings(max_examples=60, deadline=None)
def test_each_step_of_a_rescue_is_one_urgent_bubble_first_and_reaches_the_ticket(
    talk: Talk, presses: list[str]
) -> None:
    state = turns_of(talk)[-1][1].state if talk else DialogueState()
    for payload in presses:
        said = Said(content=ButtonPress(payload=payload))
        turn = advance(state, said, None, Urgency.LOW, SHELF)
        assert turn.replies[0].is_urgent
        assert SHELF.kind(turn.replies[0].card) in URGENT
        assert "115" in turn.replies[0].text
        assert turn.facts is not None
        assert turn.facts.urgency is Urgency.CRITICAL
        state = turn.state


@given(assessments)
@settings(max_examples=60, deadline=None)
def test_who_skips_everything_is_asked_six_things_at_most(assessment: Assessment) -> None:
    calm = replace(assessment, urgency=Urgency.NORMAL, danger=None, ask=False)
    asked: list[Question] = []
    turn = advance(
        DialogueState(), Said(content=Text(text="chuyện này")), calm, Urgency.NORMAL, SHELF
    )
    while turn.state.asking is not None:
        asked.append(turn.state.asking)
        skip = Said(content=Text(text="bỏ qua"))
        turn = advance(turn.state, skip, None, Urgency.LOW, SHELF)

    assert len([one for one in asked if one is not Question.DANGER]) <= MOST_QUESTIONS
    assert len(asked) == len(set(asked))


@given(talks, st.lists(st.sampled_from(TIMERS), max_size=4))
@settings(max_examples=60, deadline=None)
def test_after_thoat_nothing_comes_by_itself_and_nothing_is_lost(
    talk: Talk, timers: list[str]
) -> None:
    before = turns_of(talk)[-1][1].state if talk else DialogueState()
    state = advance(before, Said(content=Text(text="thoát")), None, Urgency.LOW, SHELF).state
    for kind in timers:
        turn = timer_turn(state, kind, SHELF)
        assert turn.replies == ()
        state = turn.state

    assert (state.urgency, state.intent, state.also) == (
        before.urgency,
        before.intent,
        before.also,
    )


@given(talks)
@settings(max_examples=60, deadline=None)
def test_all_that_was_heard_is_kept_as_a_matter(talk: Talk) -> None:
    for before, turn in turns_of(talk):
        heard = {before.intent, *before.also} - {None}
        reports = {one for one in heard if one.is_report}
        assert reports <= {turn.state.intent, *turn.state.also}
