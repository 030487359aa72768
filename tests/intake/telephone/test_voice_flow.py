"""How a call goes on: plain questions to the flow, no telephone anywhere near."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.shelf import load_shelf
from intake.telephone.flow import LAST_TIER, SAFE_TIMES, advance, outcome_of
from intake.telephone.steps import (
    ENGLISH,
    RHYTHM,
    Ask,
    Began,
    CallState,
    Event,
    Found,
    GoOn,
    HangUp,
    Look,
    Looked,
    Next,
    Opens,
    Outcome,
    Pressed,
    Rang,
    Ring,
    Spoke,
    Step,
    Why,
)
from nlu.labels import Language

NOBODY = Rang(is_taken=False)
SILENCE = Pressed(digits="")


def play(*events: Event, state: CallState | None = None) -> Next:
    """Let one thing happen after the other."""
    step = advance(state or CallState(), Began())
    for event in events:
        step = advance(step.state, event)
    return step


def press(digits: str) -> Pressed:
    return Pressed(digits=digits)


def test_the_greeting_and_the_menu_take_ten_seconds() -> None:
    shelf = load_shelf(mode_is_production=False)
    cards = [shelf.cards[card] for card in play().says]

    letters = sum(len(card.wordings[Language.VIETNAMESE, "any"].text) for card in cards)
    assert letters <= 150


def test_the_first_words_are_the_emergency_key() -> None:
    text = load_shelf(mode_is_production=False).plain(play().says[0], Language.VIETNAMESE)

    assert text.removeprefix("[nháp] ").startswith("Nguy hiểm, bấm 1.")


def test_one_opens_the_ticket_before_anybody_is_rung() -> None:
    step = play(press("1"))

    assert step.opens is Opens.EMERGENCY
    assert step.then == Ring(tier=0)


def test_tiers_ring_one_after_the_other_then_the_steps_are_spoken_and_all_ring_again() -> None:
    tiers = [play(press("1"), *[NOBODY] * times).then for times in range(3)]
    spoken = play(press("1"), NOBODY, NOBODY, NOBODY)
    again = advance(spoken.state, Spoke())

    assert tiers == [Ring(tier=0), Ring(tier=1), Ring(tier=2)]
    assert spoken.then == GoOn()
    assert spoken.says[0] == "tel_numbers"
    assert "tel_drowning" in spoken.says
    assert RHYTHM in spoken.says
    assert again.then == Ring(tier=LAST_TIER)
    assert advance(again.state, NOBODY).then == GoOn()


@pytest.mark.parametrize("key", ["2", "0"])
def test_nobody_free_is_a_ticket_and_a_question_for_a_safe_time(key: str) -> None:
    step = play(press(key), NOBODY, NOBODY, NOBODY)

    assert step.opens is Opens.NOBODY_FREE
    assert step.says == ("tel_nobody", "tel_callback_ask")


@pytest.mark.parametrize(("key", "when"), SAFE_TIMES.items())
def test_a_safe_time_is_kept(key: str, when: str) -> None:
    step = play(press("2"), NOBODY, NOBODY, NOBODY, press(key))

    assert step.safe_time == when
    assert step.then == HangUp()


@pytest.mark.parametrize("key", ["5", ""])
def test_who_names_no_safe_time_is_not_rung_back(key: str) -> None:
    step = play(press("2"), NOBODY, NOBODY, NOBODY, press(key))

    assert step.safe_time == ""
    assert step.says == ("tel_callback_none",)


def test_a_hidden_number_is_not_asked_when_to_be_rung_back() -> None:
    step = play(press("2"), NOBODY, NOBODY, NOBODY, state=CallState(knows_number=False))

    assert step.opens is Opens.NOBODY_FREE
    assert step.says == ("tel_nobody", "tel_no_number")


def test_silence_is_asked_twice_gently_and_leaves_with_words_and_a_ticket() -> None:
    steps = [play(*[SILENCE] * times) for times in (1, 2, 3)]

    assert [step.says for step in steps] == [
        ("tel_quiet",),
        ("tel_quiet_again",),
        ("tel_quiet_bye",),
    ]
    assert [step.opens for step in steps] == [None, None, Opens.SILENT]
    assert steps[-1].then == HangUp()


@pytest.mark.parametrize("key", ["0", "2", "7", "#", "*"])
def test_any_key_after_silence_says_that_somebody_cannot_speak(key: str) -> None:
    step = play(SILENCE, press(key))

    assert step.opens is Opens.CANNOT_SPEAK
    assert step.state.why is Why.QUIET
    assert step.then == Ring(tier=0)


def test_one_after_silence_is_an_emergency() -> None:
    assert play(SILENCE, press("1")).opens is Opens.EMERGENCY


def test_hands_that_press_a_chest_press_no_key() -> None:
    step = play(press("3"), SILENCE)

    assert step.opens is Opens.DROWNING
    assert step.then == Ring(tier=0)


def test_who_only_asks_about_drowning_opens_nothing() -> None:
    step = play(press("3"), press("5"))

    assert step.opens is None
    assert step.then == HangUp()


@pytest.mark.parametrize("digits", ["", "1", "1234567", "123456789", "1234567a", "٣" * 8, "9" * 16])
def test_what_is_no_code_is_not_looked_at(digits: str) -> None:
    step = play(press("4"), press(digits))

    assert step.says == ("tel_code_wrong", "tel_code_ask")


def test_eight_digits_are_looked_at() -> None:
    assert play(press("4"), press("98765432")).then == Look(number="98765432")


def test_a_third_wrong_code_goes_to_a_person() -> None:
    wrong = Looked(found=Found.WRONG)
    step = play(press("4"), wrong, wrong, wrong)

    assert step.says == ("tel_code_wrong", "tel_connecting")
    assert step.then == Ring(tier=0)


def test_too_many_tries_before_go_to_a_person() -> None:
    step = play(press("4"), Looked(found=Found.LATER))

    assert step.then == Ring(tier=0)


def test_a_right_code_says_how_it_stands_and_any_key_calls_a_person() -> None:
    step = play(press("4"), Looked(found=Found.HELD, ticket_id="a" * 32))

    assert step.says == ("tel_code_held",)
    assert step.state.about == "a" * 32
    assert advance(step.state, press("0")).then == Ring(tier=0)
    assert advance(step.state, SILENCE).then == HangUp()


def test_nine_speaks_english_and_begins_anew() -> None:
    assert play().says == ("tel_greeting", "tel_menu", ENGLISH)
    step = play(press("9"))

    assert step.state.english
    assert step.says == ("tel_greeting", "tel_menu")


def test_a_third_key_that_means_nothing_goes_to_a_person() -> None:
    step = play(press("7"), press("8"), press("*"))

    assert step.then == Ring(tier=0)


def test_without_the_words_of_the_menu_a_person_is_called() -> None:
    step = advance(CallState(), Began(has_menu=False))

    assert step.then == Ring(tier=0)


def test_what_became_of_a_call() -> None:
    begun, person = play().state, play(press("0")).state

    def of(state: CallState, *, taken: bool = False, ticket: bool = False) -> Outcome:
        return outcome_of(state, is_taken=taken, has_ticket=ticket)

    assert of(begun) is Outcome.SHORT
    assert of(play(SILENCE).state) is Outcome.SHORT
    assert of(person) is Outcome.MISSED
    assert of(person, taken=True) is Outcome.TAKEN
    assert of(play(press("1")).state, ticket=True) is Outcome.ENDED
    assert of(play(SILENCE, SILENCE, SILENCE).state, ticket=True) is Outcome.SILENT
    assert of(play(press("3"), press("5")).state) is Outcome.ENDED


EVENTS = st.one_of(
    st.builds(Pressed, digits=st.text(alphabet="0123456789*#", max_size=16)),
    st.builds(Pressed, digits=st.text(max_size=20)),
    st.builds(Rang, is_taken=st.booleans()),
    st.just(Spoke()),
    st.builds(Looked, found=st.sampled_from(Found)),
)
STATES = st.builds(
    CallState,
    step=st.sampled_from(Step),
    why=st.sampled_from(Why),
    tier=st.integers(0, LAST_TIER),
    misses=st.integers(0, 5),
    codes=st.integers(0, 5),
    english=st.booleans(),
    knows_number=st.booleans(),
)


@given(STATES, EVENTS)
def test_nobody_is_cut_off_without_a_word_whatever_happens(state: CallState, event: Event) -> None:
    step = advance(state, event)

    assert step.says or not isinstance(step.then, HangUp | GoOn | Ask)


@given(STATES)
def test_a_state_is_stored_and_read_as_it_was(state: CallState) -> None:
    assert CallState.from_json(state.to_json()) == state
    assert replace(state, step=Step.MENU).step is Step.MENU
