"""Who needs words of their own (người cần lời riêng): a parent at the end of their strength,
somebody afraid of what they might do to a child, somebody with a complaint, a youth of 16 or 17.

They get thanks, a number and a person; no lecture, no verdict, no advice that nobody signed.
"""

from dataclasses import replace

from bot.content.shelf import Shelf
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome, raised
from bot.dialogue.questions import ASK_DANGER
from bot.dialogue.speech import first_words, speak
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Turn
from nlu.labels import AuthorRole, Urgency

OWN_URGE, OWN_ANGER, COMPLAINT = "own_urge", "own_anger", "complaint"
WELCOME = "still_welcome"
_YOUTHS = (16, 17)
"""No children any more to the Law on Children (Art. 1), and taken in all the same."""


def own_words(known: DialogueState, heard: Heard, shelf: Shelf) -> str:
    """Return the card that fits somebody who speaks of themselves; empty for all others."""
    if not heard.text or heard.press:
        return ""
    cards = (COMPLAINT,) if known.register is AuthorRole.CHILD else _CARDS
    found = (one for one in cards if shelf.words.is_situation(one, heard.text))
    return next((one for one in found if one not in known.cards_shown), "")


_CARDS = (OWN_URGE, OWN_ANGER, COMPLAINT)


def hear_out(
    state: DialogueState, known: DialogueState, heard: Heard, card: str, shelf: Shelf
) -> Turn:
    """Thank, name a number, call a person; ask once whether anybody is in danger now."""
    urgency = Urgency.HIGH if card == OWN_URGE else Urgency.NORMAL
    grown = known
    if card in (OWN_URGE, OWN_ANGER):
        grown = replace(known, register=AuthorRole.ADULT)
    is_due = card != COMPLAINT and Question.DANGER not in state.asked
    asked = ASK_DANGER if is_due else None
    spoken = speak(raised(grown, urgency), first_words(grown, card), asked, shelf)
    return outcome(state, heard, spoken, wants_human=True)


def welcome(known: DialogueState) -> str:
    """Return what a youth of 16 or 17 is told once; empty for all others."""
    return WELCOME if known.child_age in _YOUTHS and WELCOME not in known.cards_shown else ""
