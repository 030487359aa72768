"""Silence after a critical message: when it is watched, and what is said into it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.contract import ButtonPress, Presence, Text
from bot.content.check import read_rules
from bot.dialogue.advance import advance
from bot.dialogue.silence import AFTER_SECONDS, MOST_BUBBLES, Scene, Silence, bubble, watched
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Said, Turn
from nlu.assessment import Assessment
from nlu.labels import ANSWERED_LANGUAGES, AuthorRole, Danger, Intent, Language, Urgency
from tests.bot.dialogue.conftest import BEATEN, BEING_BEATEN, DROWNING, SMALLTALK, the_shelf

DESK_ONLY = (Silence.TELL_DESK, Silence.TELL_SUPERVISOR)
ALL = tuple(Silence)
WEB = Scene(silent_seconds=30, is_taken=False, tells_truth=False, is_pulled=True, bubbles=3)
PHONE = replace(WEB, is_pulled=False)
BEATEN_NOW = DialogueState(
    intent=Intent.PHYSICAL_VIOLENCE,
    urgency=Urgency.CRITICAL,
    danger=Danger.ATTACK,
    register=AuthorRole.CHILD,
    number="police",
    asking=Question.SAFE,
    is_pressing=True,
)
IN_WATER = replace(BEATEN_NOW, intent=Intent.DROWNING_EMERGENCY, danger=Danger.DROWNING)


def turn_of(
    words: str, assessment: Assessment | None = SMALLTALK, state: DialogueState | None = None
) -> Turn:
    said = Said(content=Text(text=words))
    urgency = assessment.urgency if assessment else Urgency.LOW
    turn = advance(state or DialogueState(), said, assessment, urgency, the_shelf())
    return watched(turn, said)


def wished(turn: Turn) -> tuple[str, ...]:
    return tuple(wish.kind for wish in turn.timers_set)


def card(step: Silence, state: DialogueState, scene: Scene) -> str:
    message = bubble(step, state, scene, the_shelf())
    return message.card if message else ""


def test_a_cry_for_help_that_ends_in_our_question_is_watched_at_three_times() -> None:
    turn = turn_of("ba dang danh con", BEING_BEATEN)

    assert turn.state.asking
    assert [(wish.kind, wish.after_seconds) for wish in turn.timers_set] == [
        (Silence.REMIND, 30), (Silence.TELL_DESK, 120), (Silence.TELL_SUPERVISOR, 600)
    ]  # fmt: skip


def test_an_answer_ends_the_watch_and_begins_the_next() -> None:
    first = turn_of("ba dang danh con", BEING_BEATEN)
    said = Said(content=ButtonPress(payload="safe:yes"))
    answered = watched(
        advance(first.state, said, None, Urgency.LOW, the_shelf()), said
    )  # not critical by itself

    assert set(answered.timers_cancel) == set(Silence)
    assert wished(answered) == (ALL if answered.state.asking else ())


def test_an_ordinary_report_is_not_watched() -> None:
    assert wished(turn_of("hom qua ba danh con", BEATEN)) == ()
    assert wished(turn_of("alo")) == ()


def test_after_thoat_only_the_desk_is_told() -> None:
    first = turn_of("ba dang danh con", BEING_BEATEN)

    assert wished(turn_of("thoat", None, first.state)) == DESK_ONLY


def test_when_somebody_else_asks_who_writes_only_the_desk_is_told() -> None:
    first = turn_of("ba dang danh con", BEING_BEATEN)

    turn = turn_of("ai nhắn với con tôi vậy?", SMALLTALK, first.state)

    assert turn.state.phone_taken
    assert wished(turn) == DESK_ONLY


def test_who_holds_the_talk_ends_the_watch_for_good() -> None:
    first = turn_of("ba dang danh con", BEING_BEATEN)
    held = turn_of("con nè", SMALLTALK, replace(first.state, held_by_operator=True))
    back = turn_of("dạ", SMALLTALK, replace(held.state, held_by_operator=False))

    assert wished(held) == ()
    assert wished(back) == ()
    assert wished(turn_of("ba dang danh con nua", BEING_BEATEN, back.state)) != ()


@pytest.mark.parametrize("kind", ["started", "blocked", "unblocked"])
def test_opening_or_blocking_the_channel_is_no_answer(kind: str) -> None:
    said = Said(content=Presence(kind=kind))

    turn = watched(advance(BEATEN_NOW, said, None, Urgency.LOW, the_shelf()), said)

    assert (turn.timers_cancel, turn.timers_set) == ((), ())


def test_at_30_seconds_one_reminder_without_a_question() -> None:
    message = bubble(Silence.REMIND, BEATEN_NOW, WEB, the_shelf())

    assert message is not None
    assert message.card == "quiet_police"
    assert "?" not in message.text
    assert message.buttons == ()
    assert message.is_urgent


def test_beside_the_words_of_the_alarm_no_reminder_comes() -> None:
    assert card(Silence.REMIND, BEATEN_NOW, replace(WEB, tells_truth=True)) == ""


def test_a_reminder_that_is_late_by_an_outage_is_not_said() -> None:
    assert card(Silence.REMIND, BEATEN_NOW, replace(WEB, silent_seconds=120)) == ""
    assert card(Silence.TELL_DESK, BEATEN_NOW, replace(WEB, silent_seconds=600)) == ""


def test_a_phone_is_not_made_to_buzz_beside_somebody_who_harms() -> None:
    assert card(Silence.REMIND, BEATEN_NOW, PHONE) == ""
    assert card(Silence.REMIND, IN_WATER, PHONE) == "quiet_police"


def test_a_messenger_hears_nothing_later() -> None:
    for step in DESK_ONLY:
        seconds = AFTER_SECONDS[step]
        assert card(step, IN_WATER, replace(PHONE, silent_seconds=seconds)) == ""


def test_at_2_and_10_minutes_a_page_hears_what_is_true() -> None:
    free = replace(WEB, silent_seconds=120)
    assert card(Silence.TELL_DESK, BEATEN_NOW, free) == "still_waiting_police"
    assert card(Silence.TELL_DESK, BEATEN_NOW, replace(free, is_taken=True)) == "quiet_taken_police"
    assert card(Silence.TELL_SUPERVISOR, BEATEN_NOW, free) == "quiet_long_police"


def test_who_thinks_of_suicide_is_reminded_of_company() -> None:
    state = replace(BEATEN_NOW, intent=Intent.SUICIDE_SELF_HARM, danger=None, number="child")

    assert card(Silence.REMIND, state, PHONE) == "quiet_company_child"


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden": True},
        {"phone_taken": True},
        {"held_by_operator": True},
        {"answers": {"write": "write:no"}},
    ],
)
def test_where_nothing_may_come_by_itself_nothing_is_said(changes: dict[str, object]) -> None:
    for step in Silence:
        assert card(step, replace(BEATEN_NOW, **changes), WEB) == ""  # type: ignore[arg-type]  # a table of changes


def test_a_critical_story_never_has_more_than_eight_bubbles() -> None:
    for step in Silence:
        assert card(step, BEATEN_NOW, replace(WEB, bubbles=MOST_BUBBLES)) == ""
        assert card(step, BEATEN_NOW, replace(WEB, bubbles=MOST_BUBBLES - 1)) != ""


def test_a_sound_counts_as_a_bubble_on_a_messenger_and_as_none_on_the_page() -> None:
    sounded = replace(BEATEN_NOW, intent=Intent.SUICIDE_SELF_HARM, danger=None, has_rhythm=True)
    almost = MOST_BUBBLES - 1

    assert card(Silence.REMIND, sounded, replace(PHONE, bubbles=almost)) == ""
    assert card(Silence.REMIND, sounded, replace(WEB, bubbles=almost)) != ""


def test_in_production_nothing_unsigned_is_said_into_a_silence() -> None:
    shelf = the_shelf(mode_is_production=True)

    assert [bubble(step, BEATEN_NOW, WEB, shelf) for step in Silence] == [None] * 3


@given(
    st.sampled_from(ALL),
    st.sampled_from(ANSWERED_LANGUAGES),
    st.sampled_from([*AuthorRole, None]),
    st.sampled_from([*Danger, None]),
    st.sampled_from(["child", "police", "ambulance", "fire", "disaster", ""]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_said_keeps_the_rules(
    step: Silence,
    lang: Language,
    role: AuthorRole | None,
    danger: Danger | None,
    number: str,
    is_taken: bool,
) -> None:
    state = replace(BEATEN_NOW, lang=lang, register=role, danger=danger, number=number)
    message = bubble(step, state, replace(WEB, is_taken=is_taken), the_shelf())

    assert message is not None
    assert len(message.text) <= 160
    assert "?" not in message.text
    assert not [rule.reason for rule in read_rules() if rule.breaks(message.text)]


def test_a_drowning_is_watched_through_every_step_of_the_walk() -> None:
    turn = turn_of("co be rot xuong kinh", DROWNING)
    for payload in ("water:yes", "breath:no", "breath:no"):
        said = Said(content=ButtonPress(payload=payload))
        turn = watched(advance(turn.state, said, None, Urgency.LOW, the_shelf()), said)
        assert wished(turn) == ALL
