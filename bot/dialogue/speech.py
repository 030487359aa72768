"""How a turn is put into bubbles (cách nói): at most three, one question, the rest is owed."""

from collections.abc import Iterable
from dataclasses import replace

from bot.channels.contract import OutboundMessage
from bot.content.cards import CardKind
from bot.content.shelf import Shelf
from bot.content.words import fold
from bot.dialogue.questions import Asked
from bot.dialogue.state import DialogueState
from nlu.labels import AuthorRole

MOST_BUBBLES = 3
MOST_BUTTONS = 5
INTRODUCTION = "introduction"
INTRODUCTION_AFTER_RESCUE = "introduction_after_rescue"
HOW_TO = "how_to"
INTRODUCTION_AT_16 = "introduction_at_16"
"""Tells youths of 16 and 17 that they are taken in (they ask: am I too old)."""
_INTRODUCTIONS = (INTRODUCTION, INTRODUCTION_AFTER_RESCUE, INTRODUCTION_AT_16)

Spoken = tuple[DialogueState, tuple[OutboundMessage, ...]]


def speak(known: DialogueState, cards: Iterable[str], asked: Asked | None, shelf: Shelf) -> Spoken:
    """Say `cards` in order, then the question. What finds no room is owed to the next turn.

    A question whose text may not be sent (production, unsigned) counts as not asked.
    """
    wanted = [one for one in dict.fromkeys(cards) if one and not _was_said(known, one, shelf)]
    question = _question(known, asked, shelf)
    room = MOST_BUBBLES - (question is not None)
    now, later = wanted[:room], wanted[room:]
    said = [shelf.card(one, lang=known.lang, register=known.register) for one in now]
    bubbles = tuple({bubble.text: bubble for bubble in reversed(said)}.values())[::-1]
    shown = dict.fromkeys((*known.cards_shown, *(bubble.card for bubble in said)))
    state = replace(
        known,
        introduced=known.introduced or any(one in shown for one in _INTRODUCTIONS),
        cards_shown=tuple(shown),
        owed=tuple(later),
        asking=None,
        offered={},
    )
    if question is None or asked is None:
        return state, bubbles
    if question.card != asked.card:
        replacement = () if question.text in {one.text for one in bubbles} else (question,)
        return state, (*bubbles, *replacement)
    return _asking(state, asked, question), (*bubbles, question)


def first_words(known: DialogueState, *cards: str) -> tuple[str, ...]:
    """Put the introduction in front, and how to steer behind, when they are still due."""
    if known.introduced:
        return (*cards, *known.owed)
    is_youth = known.child_age in (16, 17) and known.register is AuthorRole.CHILD
    introduction = INTRODUCTION_AT_16 if is_youth else INTRODUCTION
    return (introduction, *cards, *known.owed, HOW_TO)


def speak_apart(known: DialogueState, card: str, asked: Asked | None, shelf: Shelf) -> Spoken:
    """Answer a word that steers: what is owed waits for the next answer."""
    alone = replace(known, owed=())
    spoken, bubbles = speak(alone, first_words(alone, card), asked, shelf)
    return replace(spoken, owed=tuple(dict.fromkeys((*spoken.owed, *known.owed)))), bubbles


def _was_said(known: DialogueState, card: str, shelf: Shelf) -> bool:
    if card in _INTRODUCTIONS:
        return known.introduced
    once = card == HOW_TO or shelf.kind(card) is CardKind.STEPS
    return once and card in known.cards_shown


def _question(known: DialogueState, asked: Asked | None, shelf: Shelf) -> OutboundMessage | None:
    if asked is None:
        return None
    message = shelf.card(asked.card, lang=known.lang, register=known.register)
    if message.card != asked.card:
        return message
    buttons = (*asked.buttons, *message.buttons)[: max(len(asked.buttons), MOST_BUTTONS)]
    return replace(message, buttons=buttons, asks_location=asked.asks_location)


def _asking(state: DialogueState, asked: Asked, question: OutboundMessage) -> DialogueState:
    offered = {fold(button.label): button.payload for button in question.buttons}
    if not any(payload.startswith("skip:") for payload in offered.values()) and asked.buttons:
        offered["bo qua"] = "skip:where"
    return replace(
        state,
        asking=asked.question,
        asked=tuple(dict.fromkeys((*state.asked, asked.question))),
        offered=offered,
    )
