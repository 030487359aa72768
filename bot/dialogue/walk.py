"""A rescue from the water in single steps (từng bước cứu đuối nước): one thing, one question.

Somebody with wet hands reads one line. Out of the water? breathing? an adult there? Each answer,
pressed or typed, brings the next step; what must be done stands in the signed cards, never here.
"""

from dataclasses import replace

from bot.content.shelf import Shelf
from bot.dialogue.buttons import Press
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome
from bot.dialogue.questions import Asked, urgent_question
from bot.dialogue.speech import speak
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Turn
from nlu.labels import AuthorRole, Danger

PULLED_OUT = "rescue_pulled_out"
OUT, ADULT, ALONE = "walk_out", "walk_adult", "walk_alone"
BREATHS, PRESS, WHERE, SIDE = "walk_breaths", "walk_press", "walk_where", "walk_side"
_EITHER = "rescue_lifeless"
"""Not known whether the person breathes: what to do in both cases."""


def is_on_walk(heard: Heard) -> bool:
    """Whether the message answers a step, or takes somebody out of the water."""
    if heard.press is None or heard.danger not in (None, Danger.DROWNING):
        return False
    return heard.press.subject in ("breath", "adult") or heard.press.is_("water:yes")


def walk(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Say the next step."""
    if heard.text and heard.press and heard.press.subject == "water":
        return pulled_out(state, known, heard, shelf)
    card = _next(state, known, heard.press) if heard.press else OUT
    return _say(state, known, heard, card, shelf)


def pulled_out(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Free words say that somebody is out of the water: go in at the step that they tell."""
    if shelf.words.is_situation(BREATHS, heard.text):
        return _say(state, known, heard, _lifeless(known), shelf, first=PULLED_OUT)
    if shelf.words.is_situation(SIDE, heard.text):
        return _say(state, known, heard, SIDE, shelf)
    return _say(state, known, heard, OUT, shelf)


def _next(state: DialogueState, known: DialogueState, press: Press) -> str:
    match press.subject, press.answer:
        case "adult", "yes":
            return BREATHS
        case "adult", _:
            return ALONE
        case "breath", "yes":
            return SIDE
        case "breath", "unknown":
            return _EITHER
        case "breath", _:
            return _still_lifeless(state, known)
    return OUT


def _still_lifeless(state: DialogueState, known: DialogueState) -> str:
    match state.walk:
        case "walk_breaths":
            return PRESS
        case "walk_press" | "walk_where":
            return PRESS if _has_place(known) or state.walk == WHERE else WHERE
        case "walk_adult" | "walk_alone":
            return ALONE
    return _lifeless(known)


def _lifeless(known: DialogueState) -> str:
    """A child is not asked to breathe for another: it fetches an adult."""
    return ADULT if known.register is AuthorRole.CHILD else BREATHS


def _has_place(known: DialogueState) -> bool:
    return bool(known.commune_code) or Question.WHERE in known.asked or "where" in known.answers


def _say(
    state: DialogueState,
    known: DialogueState,
    heard: Heard,
    card: str,
    shelf: Shelf,
    *,
    first: str = "",
) -> Turn:
    on = replace(
        known,
        walk=card,
        number=shelf.cards[card].number,
        owed=(),
        asked=tuple(dict.fromkeys((*known.asked, Question.SAFE))),
    )
    if card in (SIDE, _EITHER):
        cards = (card, shelf.cards[card].then)
        if known.held_by_operator:  # a person asks from now on; the rescue itself does not wait
            return outcome(state, heard, speak(on, (card,), None, shelf))
        return outcome(state, heard, speak(on, cards, urgent_question(on), shelf))
    question = Question.WHERE if card == WHERE else Question.WALK
    asked = Asked(question=question, card=card, asks_location=card == WHERE)
    spoken = speak(on, filter(None, (first,)), asked, shelf)
    return outcome(state, heard, spoken)
