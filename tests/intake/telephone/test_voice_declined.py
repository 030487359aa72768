"""A telephone that picks up and does not take the call, as a voicemail does."""

from dataclasses import replace

from intake.telephone.flow import LAST_TIER, advance
from intake.telephone.steps import CallState, GoOn, Pressed, Rang, Ring, Spoke

NOBODY = Rang(is_taken=False)
RINGING = advance(CallState(), Pressed(digits="1")).state


def test_the_others_of_the_tier_ring_again_without_it() -> None:
    again = advance(replace(RINGING, declined=("a",)), NOBODY)

    assert again.then == Ring(tier=0)
    assert advance(again.state, NOBODY).then == Ring(tier=1)


def test_all_of_them_are_rung_again_once_the_steps_were_spoken() -> None:
    last = replace(RINGING, tier=LAST_TIER, declined=("a", "b"), rung_without=2)

    spoken = advance(last, NOBODY)

    assert spoken.then == GoOn()
    assert advance(spoken.state, Spoke()).state.declined == ()


def test_who_declined_is_known_after_a_restart() -> None:
    state = replace(RINGING, declined=("a",))

    assert CallState.from_json(state.to_json()) == state
