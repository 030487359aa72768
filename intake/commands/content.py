"""`langnghe content history | export | sign`: what reviewers did in the console, and the files."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.content import commands
from bot.content.cards import FOLDER, ContentError, Register
from bot.content.edits import Key, newest
from bot.content.shelf import Content, read_content
from bot.content.signoffs import Signoff, add_signoff, digest, read_signoffs
from bot.content.words import fold
from bot.content.writing import rewrite
from intake.clock import utc_now
from intake.commands.shell import ACTOR, opened_store
from intake.console.local_time import full_time
from intake.settings import read_settings
from intake.shelving import edits_of
from nlu.labels import Language
from storage import schema
from storage.accounts import users
from storage.words import content
from storage.words.content import StoredContent


def run(options: argparse.Namespace) -> int:
    """Do what `langnghe content history | export | sign` was asked to."""
    match options.action:
        case "history":
            return history(options)
        case "export":
            return export(options)
        case _:
            return sign(options)


def sign(options: argparse.Namespace, *, folder: Path = FOLDER) -> int:
    """Sign a text of the files; 1 when the same person wrote it in the console (four eyes)."""
    if asyncio.run(_wrote_last(options, folder)):
        sys.stderr.write(
            f"{options.name.strip()} wrote these words last: somebody else must read and sign "
            "them (người sửa sau cùng không tự ký, người khác phải đọc và ký)\n"
        )
        return 1
    return commands.sign(options, folder=folder)


def history(options: argparse.Namespace) -> int:
    """Print every version and signature, oldest first, of one card or of all."""
    asyncio.run(_history(options.card))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write the newest versions and all signatures into the files; 1 when some need a hand."""
    folder = Path(options.to) if options.to else FOLDER
    by_hand = asyncio.run(_export(folder))
    for one in by_hand:
        sys.stderr.write(f"{one}\n")
    return 1 if by_hand else 0


async def _wrote_last(options: argparse.Namespace, folder: Path) -> bool:
    """Whether the words in the file are the newest version, and the signer's own."""
    if schema.current(read_settings(os.environ).data.database_url) is None:
        return False  # no service here yet, so nobody edited anything in its console
    async with opened_store() as store:
        stored = await content.read(store)
        names = {each.id: each.display_name for each in await users.list_users(store)}
    key = (options.card, options.lang, options.register)
    ours = [one for one in stored.edits if (one.card, one.lang, one.register) == key]
    if not ours or ours[-1].sha256 != _digest_in_files(folder, key):
        return False
    return fold(names.get(ours[-1].edited_by, "")) == fold(options.name)


def _digest_in_files(folder: Path, key: tuple[str, str, str]) -> str:
    cards = read_content(folder).cards
    found = cards[key[0]].wordings.values() if key[0] in cards else ()
    return next((digest(one) for one in found if (one.lang, one.register) == key[1:]), "")


async def _history(card: str) -> None:
    async with opened_store() as store:
        stored = await content.read(store)
        names = {each.id: each.display_name for each in await users.list_users(store)}
    lines = [
        (
            one.edited_at,
            f"{one.card} {one.lang} {one.register}  version {one.version}  "
            f"{names.get(one.edited_by, '-')}  {one.sha256[:16]}\n"
            f"  before: {one.text_before!r}\n"
            f"  after:  {'the shipped words' if one.text is None else repr(one.text)}"
            f"{_buttons(one.labels)}",
        )
        for one in stored.edits
        if card in ("", one.card)
    ]
    lines += [
        (
            one.signed_at,
            f"{one.card} {one.lang} {one.register}  signed by {one.name}, {one.role}  "
            f"{one.sha256[:16]}",
        )
        for one in stored.signoffs
        if card in ("", one.card)
    ]
    for at, words in sorted(lines):
        sys.stdout.write(f"{full_time(at)}  {words}\n")
    if not lines:
        sys.stdout.write("Nothing was edited or signed in the console.\n")


async def _export(folder: Path) -> list[str]:
    async with opened_store() as store:
        stored = await content.read(store)
        count, by_hand = await asyncio.to_thread(_write, folder, stored)
        signed = await asyncio.to_thread(_write_signoffs, folder, stored)
        if count or signed:
            await content.note_exported(store, count=count, actor_id=ACTOR, now=utc_now())
    sys.stdout.write(f"{count} texts and {signed} signatures written to {folder}.\n")
    return by_hand


def _write(folder: Path, stored: StoredContent) -> tuple[int, list[str]]:
    files = read_content(folder)
    count, by_hand = 0, []
    for key in dict.fromkeys(one.key for one in edits_of(stored)):
        found = _changed(files, stored, key)
        if found is None:
            continue
        now, labels = found
        if labels:
            by_hand.append(f"{key[0]} ({key[1]}, {key[2]}) has other buttons:{_buttons(labels)}")
        if now is None:
            continue
        try:
            rewrite(folder, *key, now)
            count += 1
        except ContentError as error:
            by_hand.append(f"{error}:\n{now}")
    return count, by_hand


def _buttons(labels: Mapping[str, str]) -> str:
    return "".join(f"\n  {payload}: {label}" for payload, label in labels.items())


def _changed(
    files: Content, stored: StoredContent, key: Key
) -> tuple[str | None, dict[str, str]] | None:
    """Return the words to write, if they changed, and the labels that a hand must change.

    None when the files have it all. Readers of one card share its buttons in the files.
    """
    card_id, lang, register = key
    card = files.cards.get(card_id)
    wording = card.wordings.get((lang, register)) if card else None
    if card is None or wording is None:
        return None
    ours = [one for one in edits_of(stored) if one.key == key]
    now = newest(card, wording, ours, files.numbers)
    if digest(now) == digest(wording):
        return None
    labels = dict(set(now.buttons) - set(wording.buttons))
    return now.template if now.template != wording.template else None, labels


def _write_signoffs(folder: Path, stored: StoredContent) -> int:
    file = folder / "signoffs.yml"
    known = {(one.card, one.lang.value, one.sha256, one.name) for one in read_signoffs(file)}
    new = [
        one for one in stored.signoffs if (one.card, one.lang, one.sha256, one.name) not in known
    ]
    for one in new:
        add_signoff(
            Signoff(
                card=one.card,
                lang=Language(one.lang),
                register=Register(one.register),
                sha256=one.sha256,
                name=one.name,
                role=one.role,
                date=one.signed_at.date(),
            ),
            file,
        )
    return len(new)
