"""TIẾP, MÃ TIN, DỪNG TIN, XOÁ TIN CỦA TÔI, a code (các từ lệnh khác): whole messages, any step.

Where somebody else may hold the phone, their answers would tell that something was reported: there
the neutral text stands for all of them, and the desk has the request all the same.
"""

from dataclasses import replace

from bot.content.shelf import Shelf
from bot.dialogue.buttons import Command
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome
from bot.dialogue.speech import speak_apart
from bot.dialogue.state import DialogueState
from bot.dialogue.talk import keep_question, phone_taken
from bot.dialogue.turn import Turn

_CARDS = {
    Command.CONTINUE: "go_ahead",
    Command.STOP: "broadcast_optout",
    Command.ERASE: "erase",
}


def obey(
    state: DialogueState, known: DialogueState, heard: Heard, command: Command, shelf: Shelf
) -> Turn:
    """Answer the word truthfully; `Turn.word` tells the service what it may have to do.

    Our open question stays open. To erase is a decision of people: they are called.
    """
    wants_human = command is Command.ERASE
    if known.phone_taken:
        turn = phone_taken(state, known, heard, shelf, wants_human=wants_human)
        return replace(turn, word=command)
    spoken = speak_apart(known, _CARDS[command], None, shelf)
    turn = outcome(state, heard, spoken, wants_human=wants_human)
    return keep_question(state, replace(turn, word=command))


def ask_for_code(state: DialogueState, known: DialogueState, heard: Heard) -> Turn:
    """MÃ TIN, or a code: only the service knows the answer, and has it worded (`returning`)."""
    return keep_question(state, Turn(state=known, word=heard.command, code=heard.code))
