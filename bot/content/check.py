"""What every card must keep to (kiểm tra nội dung), checked before a person is asked to sign it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.cards import (
    ASKING,
    FOLDER,
    LIMITS,
    URGENT,
    Card,
    CardKind,
    ContentError,
    Numbers,
    Wording,
    read_cards,
    read_numbers,
    read_yaml,
)
from bot.content.shelf import GENERIC_RESCUE, NUMBERS_AND_HUMAN, RESCUE_OF_DANGER
from bot.content.signoffs import read_signoffs
from bot.content.words import fold, read_words
from bot.dialogue.buttons import read_payload
from nlu.labels import Intent, Language

KNOCK, WORDS_WAIT = "knock", "words_wait"
"""Cards that may stand on a lock screen for anybody to read."""
LONGEST_PAYLOAD_BYTES = 64
LONGEST_LABEL = 20
MOST_BUTTONS = 3
_MACHINE = ("Máy", "máy", "Automated", "automated", "machine", "ម៉ាស៊ីន")
_A_SOURCE = re.compile(
    r"\b(Law on Children|AI Law 134/2025|Law 91/2025|Decree \d+/20\d\d)\b.*\b(Art\. ?\d|cited in)"
    r"|Mẫu số \d\d|Plan 423\b.*\blines \d|\bdomain (A4 R\d|[BCE]\d|D\d|D-[XY])"
)
"""What a card may stand on: an article, a form, lines of the Plan, a section of the brief."""
_OUR_OWN = re.compile(r"\b(issue|design|ticket) \d|\bthe truth\b")
"""Our own papers are no source: a reviewer cannot look them up."""
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
    reason_vi: str
    is_for_machine: bool = False
    """Only a machine may not say it: people may."""

    def breaks(self, text: str) -> bool:
        """Whether the text says it, the allowed turns of phrase apart."""
        rest = self.but.sub(" ", text) if self.but else text
        return self.pattern.search(rest) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What must not be said: anywhere, and where somebody may look over a shoulder."""

    everywhere: tuple[Rule, ...]
    neutral: tuple[Rule, ...]
    knock: tuple[Rule, ...]
    """For the lines of a lock screen, besides: no person, no office, no number, no child."""


_SAYS: Mapping[str, str] = {
    "empty": "says nothing",
    "too_long": "{length} characters with the trial mark, at most {limit}",
    "questions": "{count} question marks in a {kind} card",
    "many_questions": "{count} question marks: one question at a time",
    "khmer": "Khmer needs the Vietnamese beside it and a word on its review",
    "one_number": "shows [{shown}], not the one number {number}",
    "machine": "does not say that a machine speaks (AI Law Art. 11)",
    "forbidden": "says what must not be said: {reason}",
    "buttons": "more than {most} buttons, or two alike",
    "payload": "button {payload} is not in the vocabulary",
    "label": "label of {payload} is empty or longer than {longest}",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a wording: a code and its values; the console says it in Vietnamese."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return _SAYS[self.code].format(**self.values)


def find_problems(folder: Path = FOLDER) -> tuple[Problem, ...]:
    """Check all content; a file that cannot be read at all is the only problem reported then."""
    try:
        numbers = read_numbers(folder)
        cards = read_cards(numbers.numbers, folder)
        read_signoffs(folder / "signoffs.yml")
        words = read_words(folder)
        rulebook = read_rulebook(folder)
    except ContentError as error:
        return (Problem(where="content", what=str(error)),)
    missing = [one for one in (*REQUIRED, *words.situations, *words.topics) if one not in cards]
    return (
        *(Problem(where=one, what="a card of this name is needed") for one in missing),
        *(problem for card in cards.values() for problem in _of_card(card, cards)),
        *(
            Problem(where=_name(wording), what=str(fault))
            for card in cards.values()
            for wording in card.wordings.values()
            for fault in faults_of(card, wording, numbers, rulebook)
        ),
    )


def read_rules(folder: Path = FOLDER, *, part: str = "forbidden") -> tuple[Rule, ...]:
    """Read a part of rules.yml: what no card may say, no neutral card, or no knock."""
    return tuple(
        Rule(
            pattern=re.compile(raw["pattern"], re.IGNORECASE),
            but=re.compile(raw["but"], re.IGNORECASE) if "but" in raw else None,
            reason=raw["reason"],
            reason_vi=raw["vi"],
            is_for_machine=raw.get("speaker") == "machine",
        )
        for raw in read_yaml(folder / "rules.yml")[part]
    )


def read_rulebook(folder: Path = FOLDER) -> Rulebook:
    """Read all rules."""
    return Rulebook(
        everywhere=read_rules(folder),
        neutral=read_rules(folder, part="neutral"),
        knock=read_rules(folder, part="knock"),
    )


def _of_card(card: Card, cards: Mapping[str, Card]) -> Iterator[Problem]:
    if not card.sources:
        yield Problem(where=card.id, what="no source is named")
    for source in card.sources:
        if not _A_SOURCE.search(source) or _OUR_OWN.search(source):
            yield Problem(where=card.id, what=f"{source!r} names no article and no fact")
    if card.then and card.then not in cards:
        yield Problem(where=card.id, what=f"follows with {card.then}, which is no card")
    if card.id in (KNOCK, WORDS_WAIT) and card.kind is not CardKind.NEUTRAL:
        yield Problem(where=card.id, what="what stands on a lock screen is neutral")
    if card.kind in URGENT and not card.number:
        yield Problem(where=card.id, what="a rescue card names one number")
    payloads = {tuple(key for key, _ in one.buttons) for one in card.wordings.values()}
    if len(payloads) > 1:
        yield Problem(where=card.id, what="languages offer different buttons")


def faults_of(
    card: Card, wording: Wording, numbers: Numbers, rulebook: Rulebook
) -> Iterator[Fault]:
    """Yield what must change in one wording before anybody may sign it."""
    text = wording.text
    if not text.strip():
        yield Fault("empty")
    shown = len(numbers.draft_mark[wording.lang]) + len(text)
    if shown > LIMITS[card.kind]:
        yield Fault("too_long", {"length": shown, "limit": LIMITS[card.kind]})
    marks = text.count("?")
    if marks != (1 if card.kind in ASKING else 0):
        yield Fault("questions", {"count": marks, "kind": card.kind.value})
    if wording.lang is Language.KHMER and not (wording.review and "\n" in text):
        yield Fault("khmer")
    if card.kind in URGENT:
        yield from _of_rescue(card, text, numbers.numbers)
    rules = rulebook.everywhere
    if card.kind is CardKind.NEUTRAL:
        rules = (*rules, *rulebook.neutral)
    if card.id in (KNOCK, WORDS_WAIT):
        rules = (*rules, *rulebook.knock)
    yield from _of_rules(text, rules)
    yield from _of_buttons(wording)


def faults_of_reply(text: str, rulebook: Rulebook) -> Iterator[Fault]:
    """Yield what must change in words that staff keep to send (câu soạn sẵn)."""
    marks = text.count("?")
    if marks > 1:
        yield Fault("many_questions", {"count": marks})
    yield from _of_rules(text, (rule for rule in rulebook.everywhere if not rule.is_for_machine))


def _of_rules(text: str, rules: Iterable[Rule]) -> Iterator[Fault]:
    for rule in rules:
        if rule.breaks(text):
            yield Fault("forbidden", {"reason": rule.reason, "reason_vi": rule.reason_vi})


def _of_rescue(card: Card, text: str, numbers: Mapping[str, str]) -> Iterator[Fault]:
    shown = {key for key, number in numbers.items() if re.search(rf"(?<!\d){number}(?!\d)", text)}
    if card.number and shown != {card.number}:
        yield Fault("one_number", {"shown": ", ".join(sorted(shown)), "number": card.number})
    if not any(word in text for word in _MACHINE):
        yield Fault("machine")


def _of_buttons(wording: Wording) -> Iterator[Fault]:
    labels = [label for _, label in wording.buttons]
    if len(labels) > MOST_BUTTONS or len({fold(label) for label in labels}) < len(labels):
        yield Fault("buttons", {"most": MOST_BUTTONS})
    for payload, label in wording.buttons:
        if len(payload.encode()) > LONGEST_PAYLOAD_BYTES or read_payload(payload) is None:
            yield Fault("payload", {"payload": payload})
        if not 0 < len(label) <= LONGEST_LABEL:
            yield Fault("label", {"payload": payload, "longest": LONGEST_LABEL})


def _name(wording: Wording) -> str:
    return f"{wording.card} ({wording.lang.value}, {wording.register})"
