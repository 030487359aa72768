"""A fresh burn (bỏng, phỏng): cool water in the first minutes counts, dying or not."""

from bot.content.shelf import Shelf
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome
from bot.dialogue.questions import Asked
from bot.dialogue.speech import speak
from bot.dialogue.state import DialogueState
from bot.dialogue.turn import Turn
from nlu.labels import Intent

_BURN = "rescue_burn"


def is_fresh_burn(known: DialogueState, heard: Heard, shelf: Shelf) -> bool:
    """Whether a burn is told that nobody has been helped with yet."""
    is_injury = heard.intent is Intent.INJURY_EMERGENCY and _BURN not in known.cards_shown
    return is_injury and shelf.words.is_situation(_BURN, heard.text)


def burnt(
    state: DialogueState, known: DialogueState, heard: Heard, asked: Asked | None, shelf: Shelf
) -> Turn:
    """Say what helps a burn, then one question; who speaks stands in the first bubble."""
    cards = (_BURN, shelf.cards[_BURN].then)
    return outcome(state, heard, speak(known, cards, asked, shelf))
