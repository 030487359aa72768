"""`langnghe watch`: watch the service from outside, or write what it shows in the meantime."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content.shelf import Shelf, read_content
from intake.chat.first_aid import first_aid
from intake.chat.numbers import NumbersCard, numbers_cards
from intake.commands.shell import opened_store
from intake.errors import IntakeError
from intake.settings import Mode, read_settings
from intake.shelving import refresh, shelving_of
from intake.watch.__main__ import main
from nlu.labels import Language
from storage.errors import StorageError


def watch(options: argparse.Namespace) -> int:
    """Watch until killed; with `--export` only write the pages."""
    return export(Path(options.export)) if options.export else main()


def export(folder: Path) -> int:
    """Write the page as the words are now: signed cards in production, drafts marked in trial."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(render_page(asyncio.run(_shelf())), "utf-8")
    sys.stdout.write(f"{page}\n")
    return 0


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


async def _shelf() -> Shelf:
    """Return the words that reviewers have edited and signed; without a database the shipped."""
    is_production = read_settings(os.environ).mode is Mode.PRODUCTION
    shelving = shelving_of(read_content(), mode_is_production=is_production)
    try:
        async with opened_store() as store:
            await refresh(store, shelving)
    except (IntakeError, StorageError) as error:
        sys.stderr.write(f"langnghe: the shipped words are written: {error}\n")
    return shelving.shelf
