"""Who is told (ai được biết): the wish that nobody shall know gets a true answer."""

from bot.content.shelf import Shelf
from bot.content.words import WANTS_NOBODY_TO_KNOW
from bot.dialogue.hearing import Heard
from bot.dialogue.learning import has_ticket
from bot.dialogue.outcome import outcome
from bot.dialogue.questions import ASK_DANGER, next_question
from bot.dialogue.speech import first_words, speak
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.turn import Turn


def asks_to_keep_it(known: DialogueState, heard: Heard, shelf: Shelf) -> bool:
    """Whether that nobody shall know is all that was said; in a report the report comes first."""
    is_report = heard.intent is not None and heard.intent.is_report and not heard.is_unsure
    if is_report or WANTS_NOBODY_TO_KNOW in known.cards_shown:
        return False
    return shelf.words.wants_nobody_to_know(heard.text)


def told_onward(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Say truthfully who is told and who is not; then go on, or ask about danger if in doubt."""
    asked = next_question(known) if has_ticket(state) and state.asking is None else None
    if heard.is_doubtful and state.asking is None and Question.DANGER not in state.asked:
        asked = ASK_DANGER
    cards = first_words(known, WANTS_NOBODY_TO_KNOW)
    return outcome(state, heard, speak(known, cards, asked, shelf))
