"""What every card must keep to (kiểm tra nội dung), checked before a person is asked to sign it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.cards import (
    ASKING,
    FOLDER,
    LIMITS,
    URGENT,
    Card,
    ContentError,
    Numbers,
    Wording,
    read_cards,
    read_numbers,
    read_yaml,
)
from bot.content.shelf import GENERIC_RESCUE, NUMBERS_AND_HUMAN, RESCUE_OF_DANGER
from bot.content.signoffs import read_signoffs
from bot.content.words import read_words
from bot.dialogue.buttons import read_payload
from nlu.labels import Intent, Language

LONGEST_PAYLOAD_BYTES = 64
LONGEST_LABEL = 24
MOST_BUTTONS = 3
_MACHINE = ("Máy", "máy", "Automated", "automated", "machine", "ម៉ាស៊ីន")
REQUIRED = (
    GENERIC_RESCUE,
    NUMBERS_AND_HUMAN,
    *RESCUE_OF_DANGER.values(),
    *(f"report_{intent.value}" for intent in Intent if intent.is_report),
)
"""Cards that code finds by a made-up name; the others are named in the dialogue's tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the content that must be mended before anybody signs it."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that no text may hold (rules.yml)."""

    pattern: re.Pattern[str]
    but: re.Pattern[str] | None
    reason: str

    def breaks(self, text: str) -> bool:
        """Whether the text says it, the allowed turns of phrase apart."""
        rest = self.but.sub(" ", text) if self.but else text
        return self.pattern.search(rest) is not None


def find_problems(folder: Path = FOLDER) -> tuple[Problem, ...]:
    """Check all content; a file that cannot be read at all is the only problem reported then."""
    try:
        numbers = read_numbers(folder)
        cards = read_cards(numbers.numbers, folder)
        read_signoffs(folder / "signoffs.yml")
        words = read_words(folder)
        rules = read_rules(folder)
    except ContentError as error:
        return (Problem(where="content", what=str(error)),)
    missing = [one for one in (*REQUIRED, *words.situations, *words.topics) if one not in cards]
    return (
        *(Problem(where=one, what="a card of this name is needed") for one in missing),
        *(problem for card in cards.values() for problem in _of_card(card, cards)),
        *(
            Problem(where=_name(wording), what=what)
            for card in cards.values()
            for wording in card.wordings.values()
            for what in _of_wording(card, wording, numbers, rules)
        ),
    )


def read_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Read rules.yml."""
    return tuple(
        Rule(
            pattern=re.compile(raw["pattern"], re.IGNORECASE),
            but=re.compile(raw["but"], re.IGNORECASE) if "but" in raw else None,
            reason=raw["reason"],
        )
        for raw in read_yaml(folder / "rules.yml")["forbidden"]
    )


def _of_card(card: Card, cards: Mapping[str, Card]) -> Iterator[Problem]:
    if not card.sources:
        yield Problem(where=card.id, what="no source is named")
    if card.then and card.then not in cards:
        yield Problem(where=card.id, what=f"follows with {card.then}, which is no card")
    if card.kind in URGENT and not card.number:
        yield Problem(where=card.id, what="a rescue card names one number")
    payloads = {tuple(key for key, _ in one.buttons) for one in card.wordings.values()}
    if len(payloads) > 1:
        yield Problem(where=card.id, what="languages offer different buttons")


def _of_wording(
    card: Card, wording: Wording, numbers: Numbers, rules: tuple[Rule, ...]
) -> Iterator[str]:
    text = wording.text
    shown = len(numbers.draft_mark[wording.lang]) + len(text)
    if shown > LIMITS[card.kind]:
        yield f"{shown} characters with the trial mark, at most {LIMITS[card.kind]}"
    marks = text.count("?")
    if marks != (1 if card.kind in ASKING else 0):
        yield f"{marks} question marks in a {card.kind} card"
    if wording.lang is Language.KHMER and not (wording.review and "\n" in text):
        yield "Khmer needs the Vietnamese beside it and a word on its review"
    if card.kind in URGENT:
        yield from _of_rescue(card, text, numbers.numbers)
    yield from (f"says what must not be said: {r.reason}" for r in rules if r.breaks(text))
    yield from _of_buttons(wording)


def _of_rescue(card: Card, text: str, numbers: Mapping[str, str]) -> Iterator[str]:
    shown = {key for key, number in numbers.items() if re.search(rf"(?<!\d){number}(?!\d)", text)}
    if card.number and shown != {card.number}:
        yield f"shows {sorted(shown)}, not the one number {card.number}"
    if not any(word in text for word in _MACHINE):
        yield "does not say that a machine speaks (AI Law Art. 11)"


def _of_buttons(wording: Wording) -> Iterator[str]:
    labels = [label for _, label in wording.buttons]
    if len(labels) > MOST_BUTTONS or len(set(labels)) < len(labels):
        yield f"more than {MOST_BUTTONS} buttons, or two alike"
    for payload, label in wording.buttons:
        if len(payload.encode()) > LONGEST_PAYLOAD_BYTES or read_payload(payload) is None:
            yield f"button {payload} is not in the vocabulary"
        if not 0 < len(label) <= LONGEST_LABEL:
            yield f"label of {payload} is empty or longer than {LONGEST_LABEL}"


def _name(wording: Wording) -> str:
    return f"{wording.card} ({wording.lang.value}, {wording.register})"
