"""Cards as data (thẻ hướng dẫn): what the YAML files hold, read strictly.

Structure (kind, number, what follows) is said once, in Vietnamese; other languages add words only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from nlu.labels import ANSWERED_LANGUAGES, Language
from nlu.one_key import read_page

FOLDER = Path(__file__).parent


class ContentError(Exception):
    """A content file cannot be read as cards; the message names the file and the card."""


class CardKind(StrEnum):
    """What a card is for, and with it how long it may be (loại thẻ)."""

    RESCUE = "rescue"
    """The one thing to do this minute; the first bubble of a critical turn."""
    WALK = "walk"
    """One step of a rescue that ends in its own question: one bubble, with the buttons to go on."""
    SAY = "say"
    QUESTION = "question"
    STEPS = "steps"
    """Longer guidance; never the first bubble of a turn."""
    NEUTRAL = "neutral"
    """Gives nothing away to somebody who looks over a shoulder."""


class Register(StrEnum):
    """Who is spoken to (xưng hô)."""

    CHILD = "child"
    ADULT = "adult"
    ANY = "any"


URGENT = frozenset({CardKind.RESCUE, CardKind.WALK})
ASKING = frozenset({CardKind.QUESTION, CardKind.WALK})
LIMITS: Mapping[CardKind, int] = {
    CardKind.RESCUE: 160,
    CardKind.WALK: 160,
    CardKind.SAY: 160,
    CardKind.QUESTION: 160,
    CardKind.NEUTRAL: 160,
    CardKind.STEPS: 500,
}
"""Longest text in characters, the trial mark included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The exact words of a card in one language for one register: what is signed."""

    card: str
    lang: Language
    register: Register
    text: str
    template: str = ""
    """The words as they are edited: numbers are placeholders such as {ambulance}."""
    buttons: tuple[tuple[str, str], ...] = ()
    """(payload, label) in the order shown."""
    review: str = ""
    """What a reviewer still has to do, in words; empty: nothing beyond signing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card with its words in every language."""

    id: str
    kind: CardKind
    number: str = ""
    """Key in numbers.yml of the one number a rescue card shows."""
    then: str = ""
    """Id of the steps that may follow."""
    text_needed: bool = False
    """The facts are missing: a doctor or the Centre must write this text."""
    presses: bool = False
    """It tells how to press a chest: an adult may hear and see the rhythm beside it."""
    sources: tuple[str, ...] = ()
    wordings: Mapping[tuple[Language, Register], Wording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """numbers.yml: the numbers and the few lines that need no signature."""

    numbers: Mapping[str, str]
    numbers_line: Mapping[Language, str]
    neutral_line: Mapping[Language, str]
    draft_mark: Mapping[Language, str]


def read_yaml(path: Path) -> Any:
    """Read one content file; raises `ContentError` naming it."""
    try:
        return read_page(path)
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.name}: {type(error).__name__}") from error
    except ValueError as error:  # a key that stands twice, or bytes that are no text
        raise ContentError(f"{path.name}: {error}") from error


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a wrong shape raises into a `ContentError` that says where it is."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ContentError(f"{what}: {type(error).__name__} {error}") from error


def read_numbers(folder: Path = FOLDER) -> Numbers:
    """Read numbers.yml and fill the lines in."""
    raw = read_yaml(folder / "numbers.yml")
    with reading("numbers.yml"):
        numbers = {key: str(entry["number"]) for key, entry in raw["numbers"].items()}
        return Numbers(
            numbers=numbers,
            numbers_line={
                Language(lang): text.format_map(numbers)
                for lang, text in raw["numbers_line"].items()
            },
            neutral_line={Language(lang): text for lang, text in raw["neutral_line"].items()},
            draft_mark={Language(lang): text for lang, text in raw["draft_mark"].items()},
        )


def read_cards(numbers: Mapping[str, str], folder: Path = FOLDER) -> dict[str, Card]:
    """Read every card of every language; raises `ContentError` at the first thing out of place."""
    cards: dict[str, Card] = {}
    for where, raw in _entries(folder, Language.VIETNAMESE):
        with reading(where):
            for card_id, number in _ids(raw):
                if card_id in cards:
                    raise ContentError(f"{where}: card {card_id} exists twice")
                cards[card_id] = _card(card_id, number, raw)
    wordings: dict[str, dict[tuple[Language, Register], Wording]] = {key: {} for key in cards}
    for lang in ANSWERED_LANGUAGES:
        for where, raw in _entries(folder, lang):
            with reading(where):
                for wording in _of_all_numbers(lang, raw, numbers):
                    if wording.card not in cards:
                        raise ContentError(f"{where}: card {wording.card} is not in vi")
                    wordings[wording.card][lang, wording.register] = wording
    return {key: _with_words(card, wordings[key]) for key, card in cards.items()}


def _entries(folder: Path, lang: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((folder / lang.value).glob("*.yml")):
        where = f"{lang.value}/{path.name}"
        raw = read_yaml(path)
        with reading(where):
            entries = list(raw["cards"])
        yield from ((where, entry) for entry in entries)


def _ids(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (id, number key): a card written `for_numbers` is one card a number."""
    if "for_numbers" not in raw:
        yield raw["id"], raw.get("number", "")
        return
    for number in raw["for_numbers"]:
        yield f"{raw['id']}_{number}", number


def _of_all_numbers(
    lang: Language, raw: Mapping[str, Any], numbers: Mapping[str, str]
) -> Iterator[Wording]:
    for card_id, number in _ids(raw):
        known = {**numbers, "number": numbers[number]} if number else numbers
        yield from _wordings(card_id, lang, raw, known)


_KEYS = {
    "id", "kind", "number", "for_numbers", "then", "text_needed", "presses", "review", "sources",
    "texts", "beside", "buttons",
}  # fmt: skip


def _card(card_id: str, number: str, raw: Mapping[str, Any]) -> Card:
    if unknown := raw.keys() - _KEYS:
        raise ContentError(f"card {card_id}: unknown {', '.join(sorted(unknown))}")
    return Card(
        id=card_id,
        kind=CardKind(raw["kind"]),
        number=number,
        then=raw.get("then", ""),
        text_needed=raw.get("text_needed", False),
        presses=raw.get("presses", False),
        sources=tuple(raw.get("sources", ())),
    )


def _wordings(
    card_id: str, lang: Language, raw: Mapping[str, Any], numbers: Mapping[str, str]
) -> Iterator[Wording]:
    beside = raw.get("beside", "")
    for register, text in raw["texts"].items():
        words = (f"{text}\n{beside}" if beside else text).strip()
        where = f"card {card_id} ({lang.value})"
        yield Wording(
            card=card_id,
            lang=lang,
            register=Register(register),
            text=fill(words, numbers, where),
            template=words,
            buttons=tuple((str(key), str(label)) for key, label in raw.get("buttons", {}).items()),
            review=raw.get("review", ""),
        )


def fill(template: str, numbers: Mapping[str, str], where: str) -> str:
    """Put the numbers in; raises `ContentError` for one that is unknown or written out."""
    try:
        filled = template.format_map(numbers)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise ContentError(f"{where}: bad placeholder") from error
    if written := [number for number in numbers.values() if number in template]:
        raise ContentError(f"{where}: {written[0]} needs a placeholder")
    return filled


def _with_words(card: Card, wordings: Mapping[tuple[Language, Register], Wording]) -> Card:
    if (Language.VIETNAMESE, Register.ANY) not in wordings:
        raise ContentError(f"card {card.id}: no Vietnamese text for any reader")
    return Card(
        id=card.id, kind=card.kind, number=card.number, then=card.then,
        text_needed=card.text_needed, presses=card.presses, sources=card.sources,
        wordings=wordings,
    )  # fmt: skip
