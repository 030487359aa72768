"""One turn of the conversation (một lượt nói): message in, `Turn` out. Pure; never raises.

The order is the rule: THOÁT, then the steps of a rescue, then TIẾP for what waits, then return
codes, then a person who holds the talk, then SOS and NGƯỜI, then rescue words for anything
critical, then buttons, then things that are not words, then words.
"""

from dataclasses import replace

from bot.channels.contract import Presence, Text
from bot.content.shelf import Shelf
from bot.dialogue.buttons import Command
from bot.dialogue.hearing import Heard, hear
from bot.dialogue.knock import is_about_waiting, mention, read_on
from bot.dialogue.learning import learn
from bot.dialogue.orders import ask_for_code, obey
from bot.dialogue.outcome import raised, report_facts
from bot.dialogue.speech import speak
from bot.dialogue.state import DialogueState
from bot.dialogue.steering import answer, hold, leave, meet, not_words, rescue, sos
from bot.dialogue.talk import call_human, phone_taken, talk
from bot.dialogue.turn import Said, Turn
from bot.dialogue.walk import give_rhythm, is_on_walk, offer_step, walk
from nlu.assessment import Assessment
from nlu.labels import Intent, Urgency


def advance(
    state: DialogueState,
    said: Said,
    assessment: Assessment | None,
    urgency: Urgency,
    shelf: Shelf,
) -> Turn:
    """Decide what one message means for the conversation and what is said next.

    `assessment` is None for what has no words; `urgency` is what triage made of this message.
    """
    if isinstance(said.content, Presence):
        return meet(state, said.content, shelf)
    heard = hear(state, said, assessment, urgency, shelf.words)
    turn = offer_step(_advance(state, heard, shelf), heard, shelf)
    return mention(state, give_rhythm(turn), shelf)


def _advance(state: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    if heard.command is Command.EXIT:
        return leave(state, shelf)
    known = learn(state, heard)
    if is_on_walk(heard):
        return walk(state, known, heard, shelf)
    if is_about_waiting(known, heard):
        return read_on(state, known, heard, shelf)
    if heard.code or heard.command is Command.CODE:
        return ask_for_code(state, known, heard)  # also while a person writes: only we have codes
    if state.held_by_operator:
        return hold(state, known, heard, shelf)
    if heard.command is Command.SOS:
        return sos(state, known, heard, shelf)
    if heard.command is Command.HUMAN:
        return call_human(state, known, heard, shelf)
    if heard.is_critical:
        return rescue(state, known, heard, shelf)
    if heard.command:
        return obey(state, known, heard, heard.command, shelf)
    if known.phone_taken and state.asking is None and not isinstance(heard.content, Text):
        return phone_taken(state, known, heard, shelf)  # an old button, a file: no talk to go on
    if heard.press:
        return answer(state, known, heard, heard.press, shelf)
    if not isinstance(heard.content, Text):
        return not_words(state, known, heard, shelf)
    return talk(state, known, heard, shelf)


def unread_turn(state: DialogueState, shelf: Shelf) -> Turn:
    """A message that could not be read at all: static words, and a critical ticket for people."""
    known = raised(replace(state, hidden=False), Urgency.CRITICAL)
    known = replace(known, intent=state.intent or Intent.TALK_TO_HUMAN)
    words = shelf.card("unread", lang=state.lang, register=state.register)
    replies = () if state.held_by_operator else (words,)
    return Turn(state=known, replies=replies, facts=report_facts(known), wants_human=True)


def timer_turn(state: DialogueState, kind: str, shelf: Shelf) -> Turn:
    """Say what the service has to say by itself. Unknown kinds say nothing.

        nobody_answered        nobody has taken a critical ticket yet (said by the alarm at 30 s)
        still_waiting          still nobody, later
        nobody_on_duty         the rota is empty
        operator_took_over     a person writes from now on
        operator_handed_back   the machine writes again

    The caller checks that it is still true. After THOÁT, or when somebody else may hold the phone,
    nothing is ever pushed.
    """
    turn = _service_turn(state, kind, shelf)
    return replace(turn, replies=()) if state.hidden or state.phone_taken else turn


def _service_turn(state: DialogueState, kind: str, shelf: Shelf) -> Turn:
    match kind:
        case "nobody_answered" | "still_waiting" | "nobody_on_duty":
            if state.held_by_operator and kind != "nobody_answered":
                return Turn(state=state)  # somebody writes; only the alarm knows if nobody does
            return _keeping_question(state, f"{kind}_{state.number or 'child'}", shelf)
        case "operator_took_over":
            held = replace(state, held_by_operator=True, asking=None, owed=(), offered={})
            return _keeping_question(held, kind, shelf)
        case "operator_handed_back":
            return _keeping_question(replace(state, held_by_operator=False), kind, shelf)
    return Turn(state=state)


def _keeping_question(state: DialogueState, card: str, shelf: Shelf) -> Turn:
    spoken, replies = speak(state, (card,), None, shelf)
    kept = replace(spoken, asking=state.asking, offered=state.offered, owed=state.owed)
    return Turn(state=kept, replies=replies)
