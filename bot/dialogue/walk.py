"""A rescue from the water in single steps (từng bước cứu đuối nước): one thing, one question.

Somebody with wet hands reads one line. Out of the water? breathing? an adult there? Each answer,
pressed or typed, brings the next step; what must be done stands in the signed cards, never here.
"""

from dataclasses import replace

from bot.channels.contract import Button, Sound
from bot.content.shelf import Shelf
from bot.dialogue.buttons import Press
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome
from bot.dialogue.questions import IN_WATER, Asked, safe_card, urgent_question
from bot.dialogue.speech import MOST_BUTTONS, speak
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


def offer_step(turn: Turn, heard: Heard, shelf: Shelf) -> Turn:
    """Let the last bubble offer the open step (nút của bước đang dở): who skips is not lost.

    On a phone the buttons of an older bubble are out of sight, or gone.
    """
    known = turn.state
    is_quiet = known.hidden or known.phone_taken or known.held_by_operator
    if is_quiet or not turn.replies or not (heard.press or known.asking):
        return turn
    *others, last = turn.replies
    own = {button.payload for button in last.buttons}
    new = [button for button in _open_buttons(known, shelf) if button.payload not in own]
    if not new or len(own) + len(new) > MOST_BUTTONS:
        return turn
    return replace(turn, replies=(*others, replace(last, buttons=(*new, *last.buttons))))


def give_rhythm(turn: Turn) -> Turn:
    """Let the first rescue words that tell an adult to press carry the sound (nhịp ấn tim)."""
    first = next((one for one in turn.replies if one.beats and one.is_urgent), None)
    if turn.state.has_rhythm or first is None:
        return turn
    sounding = replace(first, sound=Sound.RHYTHM)
    replies = tuple(sounding if one is first else one for one in turn.replies)
    return replace(turn, state=replace(turn.state, has_rhythm=True), replies=replies)


def _open_buttons(known: DialogueState, shelf: Shelf) -> tuple[Button, ...]:
    if known.danger not in (None, Danger.DROWNING):
        return ()
    if known.walk:
        card = _OFFERS.get(known.walk, known.walk)
        return shelf.card(card, lang=known.lang, register=known.register).buttons
    if Question.SAFE not in known.asked or safe_card(known) != IN_WATER:
        return ()
    buttons = shelf.card(IN_WATER, lang=known.lang, register=known.register).buttons
    return tuple(one for one in buttons if one.payload == "water:yes")


_OFFERS = {WHERE: PRESS, _EITHER: OUT}
"""Steps that ask for something else, or nothing: whose answers they leave open."""


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
