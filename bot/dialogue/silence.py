"""Silence after a critical message (im lặng): nobody is given up, and nobody is pressed.

    30 s    one bubble more: the number again, and that an answer can wait
    2 min   the desk is told; a page that is open has a bubble, a messenger none
    10 min  the ticket says so and a supervisor is told; the page has its last bubble

Watched from a critical message on until a person holds the talk, whenever rescue words or our
question were the last thing said. Each message or press begins the watch anew. After THOÁT, or when
somebody else may hold the phone, nothing is said and the desk is told all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from bot.channels.contract import OutboundMessage, Presence
from bot.content.shelf import Shelf
from bot.dialogue.safe_times import read_safe_times
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Said, TimerWish, Turn
from nlu.labels import Danger, Intent, Urgency


class Silence(StrEnum):
    """The timers of a talk in which the reporter has fallen silent; `step` is the message."""

    REMIND = "silent_remind"
    TELL_DESK = "silent_desk"
    TELL_SUPERVISOR = "silent_supervisor"


AFTER_SECONDS: Final[Mapping[Silence, int]] = {
    Silence.REMIND: 30,
    Silence.TELL_DESK: 120,
    Silence.TELL_SUPERVISOR: 600,
}
"""The three times of issue 4; 30 s and 2 min are also those of the alarm (design 5)."""
KNOCK_AFTER_SECONDS: Final = 120
"""Later than this after the reporter's last message, a messenger would knock (design 7)."""
MOST_BUBBLES: Final = 8
"""In a critical story: what Zalo lets us answer without charge."""

_DESK_ONLY = (Silence.TELL_DESK, Silence.TELL_SUPERVISOR)
_NOBODY_HARMS = frozenset(
    {
        Danger.DROWNING, Danger.CHOKING, Danger.BLEEDING, Danger.ELECTRIC_SHOCK,
        Danger.POISONING, Danger.FIRE, Danger.SUICIDE,
        Intent.DROWNING_EMERGENCY, Intent.INJURY_EMERGENCY, Intent.SUICIDE_SELF_HARM,
        Intent.MISSING_CHILD,
    }
)  # fmt: skip
"""Elsewhere who harms may stand beside a phone that buzzes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """How things stand when a timer of silence falls due."""

    silent_seconds: float
    """Since the reporter's last message."""
    is_taken: bool
    """Somebody holds the ticket, and has not written yet."""
    tells_truth: bool
    """The alarm itself says after 30 s that nobody has answered."""
    is_pulled: bool
    """The reporter's page fetches what we say: no phone buzzes."""
    bubbles: int
    """How many we have sent in this story."""


def watched(turn: Turn, said: Said) -> Turn:
    """End the watch that was on before this turn, and begin another one where it is due.

    Opening or blocking the channel is no answer: the watch goes on.
    """
    if isinstance(said.content, Presence):
        return turn
    begins = bool(turn.replies) and turn.replies[0].is_urgent
    is_pressing = (begins or turn.state.is_pressing) and not turn.state.held_by_operator
    state = replace(turn.state, is_pressing=is_pressing)
    steps = _watch(state, begins=begins)
    wishes = (TimerWish(kind=step, after_seconds=AFTER_SECONDS[step]) for step in steps)
    return replace(
        turn,
        state=state,
        timers_set=(*turn.timers_set, *wishes),
        timers_cancel=(*turn.timers_cancel, *Silence),
    )


def bubble(
    step: Silence, state: DialogueState, scene: Scene, shelf: Shelf
) -> OutboundMessage | None:
    """Return what is said at a step; None: nothing, or nothing that may be sent (unsigned)."""
    sounds = state.has_rhythm and not scene.is_pulled  # a message of its own there
    if _wants_none(state) or scene.bubbles + sounds >= MOST_BUBBLES:
        return None
    name = _words(step, state, scene)
    if not name:
        return None
    card = f"{name}_{state.number or 'child'}"
    message = shelf.card(card, lang=state.lang, register=state.register)
    return message if message.card == card else None


def _watch(state: DialogueState, *, begins: bool) -> tuple[Silence, ...]:
    if not state.is_pressing or state.urgency is not Urgency.CRITICAL:
        return ()
    if state.hidden or state.phone_taken:
        return (Silence.TELL_DESK, Silence.TELL_SUPERVISOR)
    return tuple(Silence) if state.asking or begins else ()


def _wants_none(state: DialogueState) -> bool:
    """Whether nothing may come by itself: it is unsafe here, they left, or a person speaks."""
    is_unsafe = read_safe_times(state.answers.get("write", "")).is_never
    return is_unsafe or state.hidden or state.phone_taken or state.held_by_operator


def _words(step: Silence, state: DialogueState, scene: Scene) -> str:
    match step:
        case Silence.REMIND:
            return _reminder(state) if _reminds(state, scene) else ""
        case Silence.TELL_DESK:
            is_late = scene.silent_seconds >= AFTER_SECONDS[Silence.TELL_SUPERVISOR]
            if is_late or not scene.is_pulled:
                return ""
            return "quiet_taken" if scene.is_taken else "still_waiting"
        case Silence.TELL_SUPERVISOR:
            return "quiet_long" if scene.is_pulled else ""
        case _:
            assert_never(step)


def _reminder(state: DialogueState) -> str:
    is_suicide = state.danger is Danger.SUICIDE or state.intent is Intent.SUICIDE_SELF_HARM
    return "quiet_company" if is_suicide else "quiet"


def _reminds(state: DialogueState, scene: Scene) -> bool:
    """Not beside the alarm's own words, nor after an outage, nor where a buzz may harm."""
    if scene.tells_truth or scene.silent_seconds >= KNOCK_AFTER_SECONDS:
        return False
    return scene.is_pulled or bool({state.danger, state.intent} & _NOBODY_HARMS)
