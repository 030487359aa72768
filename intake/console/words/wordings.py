"""A wording as reviewers see it (lời đang duyệt): shipped, newest, signed by whom, sent or not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.cards import Card, Register, Wording
from bot.content.check import Fault
from bot.content.edits import newest, newest_signed
from bot.content.shelf import Content
from bot.content.signoffs import digest, is_signed
from intake.console.strings import ConsoleLanguage, Words
from intake.shelving import Shelving, edits_of, signed_of
from nlu.labels import Language
from storage.words.content import ContentEdit, ContentSignoff, StoredContent

_PART = r"D-[XY]|[A-F]\d?\w?(?: R\d+)?"
_COLLECTED = re.compile(rf"(?:\bdomain |(?<=\), ))((?:{_PART})\b(?:, (?:{_PART})\b)*)")
"""Parts of the collection of facts that the project began with; nobody at the Centre has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One wording with all that was done to it."""

    card: Card
    shipped: Wording
    now: Wording
    """The newest version: what is read, edited and signed here."""
    sha256: str
    is_signed: bool
    sent: Wording | None
    """What production sends of this wording; None: numbers and a human go instead."""
    versions: tuple[ContentEdit, ...] = ()
    signoffs: tuple[ContentSignoff, ...] = ()
    """Under the newest version, given in the console."""

    @property
    def is_edited(self) -> bool:
        """Whether other words than the shipped ones stand here."""
        return digest(self.now) != digest(self.shipped)

    @property
    def version(self) -> int:
        """Return the number of the newest version; 0: never edited."""
        return self.versions[-1].version if self.versions else 0

    @property
    def last_editor(self) -> str:
        """Return the id of who wrote the newest version, who may not sign it; empty: nobody."""
        return self.versions[-1].edited_by if self.versions else ""

    @property
    def title(self) -> str:
        """Return the first sentence, by which people know the words; ids are for machines."""
        return re.split(r"(?<=[.!?])\s", self.now.text.strip(), maxsplit=1)[0]

    @property
    def path(self) -> str:
        """Return the address of its page."""
        wording = self.shipped
        return f"/console/content/{wording.card}/{wording.lang.value}/{wording.register.value}"


def sources_in_words(card: Card, words: Words) -> str:
    """Return where the facts of a card are from, with words for the parts of our collection."""

    def named(found: re.Match[str]) -> str:
        parts = (part if part.startswith("D-") else part[0] for part in found[1].split(", "))
        return ", ".join(dict.fromkeys(words(f"content_source.{part}") for part in parts))

    return "; ".join(_COLLECTED.sub(named, source) for source in card.sources)


def all_reviewed(shelving: Shelving, stored: StoredContent) -> Iterator[Reviewed]:
    """Yield every wording of every card, in the order of the files."""
    for card in shelving.files.cards.values():
        for wording in card.wordings.values():
            yield _reviewed(shelving.files, stored, card, wording)


def one_reviewed(
    shelving: Shelving, stored: StoredContent, card_id: str, lang: Language, register: Register
) -> Reviewed | None:
    """Return one wording; None where there is none."""
    card = shelving.files.cards.get(card_id)
    wording = card.wordings.get((lang, register)) if card else None
    if card is None or wording is None:
        return None
    return _reviewed(shelving.files, stored, card, wording)


def _reviewed(files: Content, stored: StoredContent, card: Card, wording: Wording) -> Reviewed:
    key = (wording.card, wording.lang.value, wording.register.value)
    versions = tuple(one for one in stored.edits if (one.card, one.lang, one.register) == key)
    signed = files.signed | signed_of(stored)
    ours = edits_of(StoredContent(mark=(0, 0), edits=versions, signoffs=()))
    now = newest(card, wording, ours, files.numbers)
    sent = newest_signed(card, wording, ours, files.numbers, signed)
    sha256 = digest(now)
    return Reviewed(
        card=card,
        shipped=wording,
        now=now,
        sha256=sha256,
        is_signed=is_signed(now, signed),
        sent=sent if is_signed(sent, signed) else None,
        versions=versions,
        signoffs=tuple(
            one
            for one in stored.signoffs
            if (one.card, one.lang, one.register, one.sha256) == (*key, sha256)
        ),
    )


def in_words(fault: Fault, words: Words) -> str:
    """Say what is wrong with a text, in the language of the page."""
    values = dict(fault.values)
    if words.language is ConsoleLanguage.VIETNAMESE and "reason_vi" in values:
        values["reason"] = values["reason_vi"]
    return words(f"fault.{fault.code}", **values)
