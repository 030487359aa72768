"""What is said about return codes (mã quay lại): given, offered, right, wrong. Pure.

`advance` leaves the answer open; the service asks the store and hands the outcome to `answer`.
"""

from dataclasses import replace
from enum import StrEnum

from bot.channels.contract import OutboundMessage
from bot.content.shelf import Shelf
from bot.content.words import fold
from bot.dialogue.codes import NewCode
from bot.dialogue.outcome import raised
from bot.dialogue.speech import MOST_BUBBLES, first_words, speak
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.talk import keep_question
from bot.dialogue.turn import Turn
from nlu.labels import Urgency


class Outcome(StrEnum):
    """What the service found; each is said by the card `code_…`."""

    GIVEN = "given"
    NO_TICKET = "no_ticket"
    RECEIVED = "received"
    """The code is right; nobody has taken the ticket yet."""
    HELD = "held"
    WORKED_ON = "worked_on"
    CLOSED = "closed"
    WRONG = "wrong"
    LATER = "later"
    """Too many wrong ones before: not looked at."""


_OPENED = (Outcome.RECEIVED, Outcome.HELD, Outcome.WORKED_ON, Outcome.CLOSED)
GIVEN, _OFFER = "code_given", "code_offer"
_IN_OTHER_HANDS = "phone_changed_hands"
_SAID_BEFORE = (Question.WHERE, Question.WHICH_PLACE, Question.ROLE, Question.WHO, Question.WHAT)
"""What is not asked again on the new line. Whether it is safe, and to write here, is asked anew."""


def may_give(state: DialogueState, shelf: Shelf) -> bool:
    """Whether a code may be shown: not to other hands, and not without signed words around it."""
    message = shelf.card(GIVEN, lang=state.lang, register=state.register)
    return not state.phone_taken and message.card == GIVEN


def may_present(state: DialogueState) -> bool:
    """Whether a code may be looked at: in a messenger it stands above for whoever has the phone."""
    return not state.phone_taken


def in_other_hands(turn: Turn, shelf: Shelf) -> Turn:
    """Say what is always said where somebody else may hold the phone."""
    return _say(turn, _IN_OTHER_HANDS, turn.state, shelf)


def answer(
    turn: Turn,
    outcome: Outcome,
    shelf: Shelf,
    *,
    code: NewCode | None = None,
    elsewhere: DialogueState | None = None,
) -> Turn:
    """Word the outcome; `elsewhere` is the state of the line that the reporter wrote on before."""
    known = turn.state
    if outcome in _OPENED:
        known = _returned(known, elsewhere or known)
    said = _say(turn, f"code_{outcome.value}", known, shelf)
    if code is None:
        return said
    return replace(said, replies=tuple(_with_code(one, code) for one in said.replies))


def offer(turn: Turn, shelf: Shelf) -> Turn:
    """Offer a code once, where an interview has just closed and there is room for a bubble."""
    known = turn.state
    is_closing = any(reply.card == "closing" for reply in turn.replies)
    is_due = is_closing and _OFFER not in known.cards_shown and not known.hidden
    if not is_due or not may_give(known, shelf) or len(turn.replies) >= MOST_BUBBLES:
        return turn
    bubble = shelf.card(_OFFER, lang=known.lang, register=known.register)
    if bubble.card != _OFFER:
        return turn
    offered = {fold(button.label): button.payload for button in bubble.buttons}
    shown = replace(
        known, cards_shown=(*known.cards_shown, _OFFER), offered={**known.offered, **offered}
    )
    return replace(turn, state=shown, replies=(*turn.replies, bubble))


def _say(turn: Turn, card: str, known: DialogueState, shelf: Shelf) -> Turn:
    if card == _IN_OTHER_HANDS:
        spoken, replies = speak(replace(known, owed=()), (card,), None, shelf)
    else:
        spoken, replies = speak(known, first_words(known, card), None, shelf)
    return keep_question(turn.state, replace(turn, state=spoken, replies=replies))


def _returned(known: DialogueState, elsewhere: DialogueState) -> DialogueState:
    """Go on where the reporter left off, and take nothing along that was told there."""
    before = tuple(one for one in elsewhere.asked if one in _SAID_BEFORE)
    return replace(
        raised(known, Urgency.NORMAL),
        asked=tuple(dict.fromkeys((*known.asked, *before))),
        has_told=known.has_told or elsewhere.has_told,
    )


def _with_code(bubble: OutboundMessage, code: NewCode) -> OutboundMessage:
    if bubble.card != GIVEN:
        return bubble
    return replace(bubble, text=f"{bubble.text}\n{code.text}")


def without_code(text: str) -> str:
    """Return the words of a bubble of the card `GIVEN`, for everybody but the reporter."""
    return text.partition("\n")[0]
