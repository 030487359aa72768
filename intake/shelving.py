"""The shelf in use (kệ thẻ đang dùng): exchanged whole when reviewers edit or sign, never changed.

Every process hears the bell after a change; a turn that is being decided keeps the shelf it began
with, so the dialogue always sees one immutable value.
"""

import asyncio
from dataclasses import dataclass

from bot.content.cards import Register
from bot.content.edits import Edit, Signed
from bot.content.shelf import Content, Shelf, make_shelf
from nlu.labels import Language
from storage.store import Store
from storage.words import content
from storage.words.content import StoredContent

_LOOK_AGAIN_SECONDS = 60.0
"""A ring can get lost with a connection to PostgreSQL."""


@dataclass(slots=True)
class Shelving:
    """The files as they were shipped, and the shelf made of them and of the store's edits."""

    files: Content
    mode_is_production: bool
    shelf: Shelf
    mark: tuple[int, int] = (0, 0)


def shelving_of(files: Content, *, mode_is_production: bool) -> Shelving:
    """Return the shelf of the files alone: what holds until the store was read."""
    shelf = make_shelf(files, mode_is_production=mode_is_production)
    return Shelving(files=files, mode_is_production=mode_is_production, shelf=shelf)


async def refresh(store: Store, shelving: Shelving) -> bool:
    """Take over what was edited and signed since; True when there was anything."""
    if await content.mark(store) == shelving.mark:
        return False
    stored = await content.read(store)
    shelving.shelf = await asyncio.to_thread(
        make_shelf,
        shelving.files,
        mode_is_production=shelving.mode_is_production,
        edits=edits_of(stored),
        signed=signed_of(stored),
    )
    shelving.mark = stored.mark
    return True


async def keep_fresh(store: Store, shelving: Shelving) -> None:
    """Refresh whenever the bell rings, for ever."""
    with store.db.bell.listen(content.TOPIC) as ear:
        while True:
            await refresh(store, shelving)
            await ear.wait(_LOOK_AGAIN_SECONDS)


def edits_of(stored: StoredContent) -> tuple[Edit, ...]:
    """Return the versions as the content knows them; languages of a later release are left out."""
    known = {each.value for each in Language}, {each.value for each in Register}
    return tuple(
        Edit(
            card=one.card,
            lang=Language(one.lang),
            register=Register(one.register),
            template=one.text,
            labels=one.labels,
        )
        for one in stored.edits
        if one.lang in known[0] and one.register in known[1]
    )


def signed_of(stored: StoredContent) -> Signed:
    """Return what the signatures of the store are under."""
    return frozenset((one.card, one.lang, one.register, one.sha256) for one in stored.signoffs)
