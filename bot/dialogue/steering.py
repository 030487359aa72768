"""Buttons, words that work at any step, and things that are not words (nút bấm, từ lệnh, tệp)."""

from dataclasses import replace

from bot.channels.contract import Attachment, Location, Presence, SharedContact
from bot.content.shelf import Shelf
from bot.dialogue.buttons import Press
from bot.dialogue.dangers import SOS, rescue_card
from bot.dialogue.hearing import Heard
from bot.dialogue.learning import has_ticket, is_graver
from bot.dialogue.outcome import outcome
from bot.dialogue.questions import ASK_DANGER, urgent_question
from bot.dialogue.speech import (
    HOW_TO,
    INTRODUCTION,
    INTRODUCTION_AFTER_RESCUE,
    first_words,
    speak,
)
from bot.dialogue.state import DialogueState, Question
from bot.dialogue.talk import go_on, keep_question, phone_taken, take_report
from bot.dialogue.turn import Turn
from bot.dialogue.walk import PULLED_OUT, pulled_out
from nlu.labels import Intent


def rescue(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """Say the rescue words first, then the introduction if it is due, then one question."""
    card = rescue_card(state, known, heard, shelf)
    if card == PULLED_OUT and not state.walk:
        return pulled_out(state, known, heard, shelf)
    number = shelf.cards[card].number
    is_old_news = card in state.cards_shown and not is_graver(state, heard)
    first = f"still_here_{number}" if is_old_news else card
    shown = replace(known, number=number)
    # The question depends on what was just said ("call 115" -> "did you get through?").
    asked = urgent_question(replace(shown, cards_shown=(*shown.cards_shown, card)))
    # At the water every line counts: who speaks stands in each bubble, the rest can wait.
    introduction = "" if card == "rescue_drowning" else INTRODUCTION_AFTER_RESCUE
    cards = (first, shelf.cards[card].then, introduction)
    return outcome(state, heard, speak(shown, cards, asked, shelf))


def sos(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """SOS: rescue words and all the numbers, every time."""
    shown = replace(known, number=shelf.cards[SOS].number)
    cards = (SOS, "numbers", INTRODUCTION_AFTER_RESCUE)
    spoken = speak(shown, cards, urgent_question(shown), shelf)
    return outcome(state, heard, spoken, wants_human=True)


def leave(state: DialogueState, shelf: Shelf) -> Turn:
    """THOÁT: a harmless text, then silence. The ticket and its alarm stay as they are."""
    hidden = replace(state, asking=None, owed=(), offered={}, hidden=True)
    message = shelf.card("quick_exit", lang=state.lang, register=None)
    return Turn(state=hidden, replies=(message,))


def meet(state: DialogueState, presence: Presence, shelf: Shelf) -> Turn:
    """Somebody opened the channel: say who we are, once."""
    if presence.kind != "started" or state.held_by_operator:
        return Turn(state=state)
    known = replace(state, hidden=False)
    spoken = speak(known, (INTRODUCTION, "hello", HOW_TO), None, shelf)
    return keep_question(state, Turn(state=spoken[0], replies=spoken[1]))


def hold(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """A person writes now: record everything, say nothing unless a life is in danger anew, or
    somebody else has the phone: then the person may not write either."""
    if heard.command == "sos":
        spoken = speak(known, (SOS, "numbers"), None, shelf)
        return outcome(state, heard, spoken, wants_human=True)
    if heard.is_critical:
        card = rescue_card(state, known, heard, shelf)
        if card not in state.cards_shown:
            shown = replace(known, number=shelf.cards[card].number)
            return outcome(state, heard, speak(shown, (card,), None, shelf))
    if heard.asks_who_writes:
        return phone_taken(state, known, heard, shelf)
    wants_human = heard.command in ("human", "erase")
    return outcome(state, heard, (known, ()), wants_human=wants_human)


def answer(
    state: DialogueState, known: DialogueState, heard: Heard, press: Press, shelf: Shelf
) -> Turn:
    """A button that is not alarming: acknowledge it and go on."""
    if press.is_("danger:no") or press.is_("skip:danger"):
        return _no_danger(state, known, heard, shelf)
    if press.is_("more:yes"):
        return outcome(state, heard, speak(known, ("i_hear", *known.owed), None, shelf))
    if press.is_("called:no"):
        lead = f"still_here_{known.number or 'ambulance'}"
        return go_on(state, known, heard, shelf, lead=lead)
    is_refused = press.is_skip or press.subject == "stop"
    lead = _LEADS.get(f"{press.subject}:{press.answer}", "noted")
    return go_on(state, known, heard, shelf, lead="skip_ok" if is_refused else lead)


_LEADS = {
    "safe:yes": "good_safe",
    "company:yes": "good_company",
    "company:no": "not_alone",
    "called:yes": "good_called",
    "write:no": "write_unsafe",
}


def _no_danger(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    if known.intent is not None and known.intent.is_report:
        return take_report(state, known, heard, shelf)
    if Question.DANGER not in state.asked:  # an old button, pressed again
        return go_on(state, known, heard, shelf, lead="noted")
    return outcome(state, heard, speak(known, ("listening", *known.owed), None, shelf))


def not_words(state: DialogueState, known: DialogueState, heard: Heard, shelf: Shelf) -> Turn:
    """A photo, voice, place, telephone number, or a kind nobody can read."""
    match heard.content:
        case Attachment(kind=kind):
            return _attachment(state, known, heard, kind, shelf)
        case Location():
            return _open_or_go_on(state, known, heard, "got_location", shelf)
        case SharedContact():
            return _open_or_go_on(state, known, heard, "got_contact", shelf)
    spoken = speak(known, first_words(known, _puzzle(heard)), None, shelf)
    return keep_question(state, outcome(state, heard, spoken))


def _puzzle(heard: Heard) -> str:
    from_button = heard.content.__class__.__name__ == "ButtonPress"
    return "unknown_button" if from_button else "unknown_kind"


def _attachment(
    state: DialogueState, known: DialogueState, heard: Heard, kind: str, shelf: Shelf
) -> Turn:
    intimate = {known.intent, *known.also} & {Intent.SEXUAL_ABUSE, Intent.ONLINE_ABUSE}
    card = _GOT.get(kind, "got_file")
    if intimate and kind != "voice":
        card = "no_pictures"
    if heard.assessment and heard.intent and heard.intent.is_report:
        return take_report(state, known, heard, shelf, extra=card)
    return _open_or_go_on(state, known, heard, card, shelf)


_GOT = {"photo": "got_photo", "voice": "got_voice"}


def _open_or_go_on(
    state: DialogueState, known: DialogueState, heard: Heard, card: str, shelf: Shelf
) -> Turn:
    """Nothing known yet: a person must look, and danger is asked about. Else the talk goes on."""
    if has_ticket(state) and state.asking and isinstance(heard.content, Attachment):
        spoken = speak(known, (card,), None, shelf)  # a picture does not answer "where?"
        return keep_question(state, outcome(state, heard, spoken))
    if has_ticket(state):
        return go_on(state, known, heard, shelf, lead=card)
    asked = None if Question.DANGER in state.asked else ASK_DANGER
    spoken = speak(known, first_words(known, card), asked, shelf)
    return outcome(state, heard, spoken, wants_human=True)
