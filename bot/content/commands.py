"""`langnghe content check | list | preview | sign`: what people who answer for the words need."""

import argparse
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.content.cards import FOLDER, Card, ContentError, Register, Wording, read_cards
from bot.content.cards import read_numbers as read_numbers_file
from bot.content.check import find_problems
from bot.content.signoffs import (
    Signoff,
    add_signoff,
    digest,
    is_signed,
    keys_of,
    read_signoffs,
)
from nlu.labels import Language


def check(_options: argparse.Namespace, *, folder: Path = FOLDER) -> int:
    """Validate all content; 1 when something must be mended."""
    problems = find_problems(folder)
    for problem in problems:
        _write(f"{problem.where}: {problem.what}")
    cards = _cards(folder) if not problems else {}
    if problems:
        _write(f"{len(problems)} problems.")
        return 1
    needed = [card.id for card in cards.values() if card.text_needed]
    _write(f"{len(cards)} cards are well formed.")
    _write(f"Text still needed from a doctor or the Centre: {', '.join(needed) or 'none'}.")
    return 0


def list_cards(_options: argparse.Namespace, *, folder: Path = FOLDER) -> int:
    """Print every text with its length and who signed it."""
    try:
        signed = keys_of(read_signoffs(folder / "signoffs.yml"))
        cards = _cards(folder)
    except ContentError as error:
        return _fail(str(error))
    for card in cards.values():
        for wording in card.wordings.values():
            _write("  ".join(_line(card, wording, signed)))
    return 0


def preview(options: argparse.Namespace, *, folder: Path = FOLDER) -> int:
    """Print a card as a phone shows it, every language and reader, or those that were named."""
    try:
        signed = keys_of(read_signoffs(folder / "signoffs.yml"))
        card = _cards(folder).get(options.card)
    except ContentError as error:
        return _fail(str(error))
    if card is None:
        return _fail(f"there is no card {options.card}")
    shown = [
        one
        for one in card.wordings.values()
        if options.lang in ("", one.lang.value) and options.register in ("", one.register.value)
    ]
    if not shown:
        return _fail(f"{card.id} has no such text")
    for wording in shown:
        _write("\n".join(_phone(card, wording, is_signed(wording, signed))))
    _write(f"Sources: {'; '.join(card.sources)}")
    return 0


_PHONE_COLUMNS = 36


def _phone(card: Card, wording: Wording, signed: bool) -> Iterator[str]:
    """Yield the lines of a bubble with its buttons."""
    state = "signed" if signed else "unsigned"
    yield f"{wording.lang.value} {wording.register.value} ({card.kind.value}, {state})"
    yield f"╭{'─' * (_PHONE_COLUMNS + 2)}╮"
    for line in wording.text.splitlines():
        for part in textwrap.wrap(line, _PHONE_COLUMNS) or [""]:
            yield f"│ {part.ljust(_PHONE_COLUMNS)} │"
    yield f"╰{'─' * (_PHONE_COLUMNS + 2)}╯"
    if wording.buttons:
        yield "  " + "  ".join(f"[{label}]" for _, label in wording.buttons)


def sign(options: argparse.Namespace, *, folder: Path = FOLDER) -> int:
    """Sign a text exactly as it stands: `card`, `lang`, `register`, `name`, `role`, `date`."""
    problems = find_problems(folder)
    if problems:
        return _fail("the content has problems; `langnghe content check` names them")
    try:
        wording = _wording(folder, options.card, options.lang, options.register)
        when = _date(getattr(options, "date", ""))
    except ValueError as error:
        return _fail(str(error))
    if not options.name.strip() or not options.role.strip():
        return _fail("a signature needs a name and a role")
    file = folder / "signoffs.yml"
    if is_signed(wording, keys_of(read_signoffs(file))):
        _write("This text is signed already.")
        return 0
    add_signoff(
        Signoff(
            card=wording.card,
            lang=wording.lang,
            register=wording.register,
            sha256=digest(wording),
            name=options.name.strip(),
            role=options.role.strip(),
            date=when,
        ),
        file,
    )
    _write(f"Signed by {options.name.strip()}:\n{wording.text}")
    return 0


def _wording(folder: Path, card_id: str, lang: str, register: str) -> Wording:
    card = _cards(folder).get(card_id)
    if card is None:
        raise ValueError(f"there is no card {card_id}")
    try:
        return card.wordings[Language(lang), Register(register)]
    except (KeyError, ValueError):
        known = ", ".join(f"{one.value}/{who}" for one, who in card.wordings)
        raise ValueError(f"{card_id} has these texts: {known}") from None


def _date(given: date | str) -> date:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError("a signature needs --date, written like 2026-11-24") from None


def _cards(folder: Path) -> dict[str, Card]:
    return read_cards(read_numbers_file(folder).numbers, folder)


def _line(
    card: Card, wording: Wording, signed: frozenset[tuple[str, str, str, str]]
) -> Iterator[str]:
    yield f"{wording.lang.value} {wording.register:<5} {card.kind:<8} {len(wording.text):>3}"
    yield "signed  " if is_signed(wording, signed) else "unsigned"
    yield card.id
    if card.text_needed:
        yield "text needed"
    if wording.review:
        yield wording.review


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _fail(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1
