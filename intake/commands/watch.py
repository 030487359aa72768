"""`langnghe watch`: watch the service from outside, or write what it shows in the meantime."""

import argparse
import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content.shelf import Shelf, read_content
from intake.chat.first_aid import first_aid
from intake.chat.numbers import NumbersCard, numbers_cards
from intake.commands.shell import opened_store
from intake.errors import IntakeError
from intake.settings import Mode, Settings, read_settings
from intake.shelving import refresh, shelving_of
from intake.telephone import twiml
from intake.telephone.twiml import Speaker
from intake.watch import pages
from intake.watch.__main__ import main
from nlu.labels import Language
from storage.errors import StorageError

SPOKEN = {pages.DOWN: "tel_down", "closed.xml": "tel_closed"}
"""The files that the carrier reads, and the card in each."""


def watch(options: argparse.Namespace) -> int:
    """Watch until killed; with `--export` only write the pages."""
    return export(Path(options.export)) if options.export else main()


def export(folder: Path) -> int:
    """Write the page and what a caller hears, as the words are now: in production signed ones."""
    settings = read_settings(os.environ)
    shelf = asyncio.run(_shelf(settings))
    files = {"index.html": render_page(shelf)}
    for name, card in SPOKEN.items():
        files[name] = render_voice(card, shelf, settings)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        sys.stdout.write(f"{folder / name}\n")
    return 0


def render_voice(card: str, shelf: Shelf, settings: Settings) -> str:
    """Return what a caller hears, as TwiML: read by the voice, for recordings may be down too."""
    telephone = replace(settings.telephone, prompts_url="")
    return twiml.of_words(
        (card,), Speaker(shelf=shelf, settings=telephone, public_url=settings.web.public_url)
    )


def render_page(shelf: Shelf) -> str:
    """Return the page of numbers and rescue words: one file, no script, nothing to load."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    rescue = shelf.card("rescue_drowning", lang=Language.ENGLISH, register=None)
    return environment.get_template("watch_page.html").render(
        numbers=_bilingual(numbers_cards(shelf)),
        aid=first_aid(shelf),
        english=rescue.text if rescue.card == "rescue_drowning" else "",
    )


def _bilingual(cards: tuple[NumbersCard, ...]) -> list[tuple[str, str, str, str]]:
    """Return digits to dial, digits to read, the Vietnamese name and the English one."""
    by_language = {card.lang: card for card in cards}
    pairs = zip(
        by_language[Language.VIETNAMESE.value].numbers,
        by_language[Language.ENGLISH.value].numbers,
        strict=True,
    )
    return [(each.digits, each.shown, each.name, english.name) for each, english in pairs]


async def _shelf(settings: Settings) -> Shelf:
    """Return the words that reviewers have edited and signed; without a database the shipped."""
    is_production = settings.mode is Mode.PRODUCTION
    shelving = shelving_of(read_content(), mode_is_production=is_production)
    try:
        async with opened_store() as store:
            await refresh(store, shelving)
    except (IntakeError, StorageError) as error:
        sys.stderr.write(f"langnghe: the shipped words are written: {error}\n")
    return shelving.shelf
