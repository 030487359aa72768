"""The knock (gõ cửa) and TIẾP: what was written later waits; who types TIẾP reads it.

Only TIẾP lets it out: any other word may come from whoever holds the phone by now. The line that
stands on a lock screen names no matter, no person and no place.
"""

from dataclasses import replace
from datetime import datetime

from bot.channels.contract import OutboundMessage
from bot.content.cards import ASKING
from bot.content.check import KNOCK, WORDS_WAIT
from bot.content.shelf import Shelf
from bot.dialogue.buttons import Command
from bot.dialogue.hearing import Heard
from bot.dialogue.outcome import outcome
from bot.dialogue.safe_times import SafeTimes
from bot.dialogue.speech import MOST_BUBBLES
from bot.dialogue.state import DialogueState
from bot.dialogue.talk import keep_question, phone_taken
from bot.dialogue.turn import Turn

GIVEN_BACK = {"phone_taken": False, "safe_times": ""}
"""What the state is told when a supervisor opens the composer after a phone changed hands: what was
said of safe times before is not trusted any more, so nobody knocks until it is said anew."""


def next_knock(state: DialogueState, now: datetime) -> tuple[datetime, datetime] | None:
    """Return from when until when a knock may come; None: not after THOÁT, not on a phone in other
    hands, not where nobody said when it is safe."""
    if state.hidden or state.phone_taken:
        return None
    return SafeTimes.of(state.safe_times).next_span(now)


def knock(state: DialogueState, shelf: Shelf) -> OutboundMessage | None:
    """Return the one neutral line; None: its words may not be sent yet (production, unsigned)."""
    return _signed(KNOCK, state, shelf)


def is_about_waiting(known: DialogueState, heard: Heard) -> bool:
    """Whether this is TIẾP for what waits, or a word that a phone in other hands must not use."""
    if heard.command is Command.CONTINUE:
        return known.words_wait or known.phone_taken
    return known.phone_taken and heard.command is Command.CODE


def read_on(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """TIẾP while something waits: it speaks for itself. Whoever took the phone gets none of it."""
    if known.phone_taken:
        return phone_taken(state, known, heard, shelf)
    turn = outcome(state, heard, (known, ()))
    return keep_question(state, replace(turn, word=Command.CONTINUE))


def mention(state: DialogueState, turn: Turn, shelf: Shelf) -> Turn:
    """Say that something waits, where there is room beside the answer and nothing more urgent."""
    after = turn.state
    if not state.words_wait or turn.word is Command.CONTINUE or after.hidden or after.phone_taken:
        return turn
    is_urgent = any(reply.is_urgent for reply in turn.replies)
    line = _signed(WORDS_WAIT, after, shelf)
    if is_urgent or line is None or len(turn.replies) >= MOST_BUBBLES:
        return turn
    ends_asking = bool(turn.replies) and shelf.kind(turn.replies[-1].card) in ASKING
    place = len(turn.replies) - ends_asking
    return replace(turn, replies=(*turn.replies[:place], line, *turn.replies[place:]))


def _signed(card: str, state: DialogueState, shelf: Shelf) -> OutboundMessage | None:
    line = shelf.card(card, lang=state.lang, register=None)
    return line if line.card == card else None
