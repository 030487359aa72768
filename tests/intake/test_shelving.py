"""Reviewed words reach running processes: trial shows the newest, production the newest signed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.content.edits import reworded
from bot.content.shelf import read_content
from bot.content.signoffs import digest
from intake.shelving import Shelving, keep_fresh, refresh, shelving_of
from nlu.labels import Language
from storage.schema import migrate
from storage.store import Store, open_store
from storage.words import content
from storage.words.content import NewEdit, NewSignoff
from tests.conftest import Clock

FILES = read_content()
NEW = "Không có chi. Có gì bạn cứ nhắn, hay gọi {child}."
NEWER = "Không có chi nha. Có gì cứ nhắn, hay gọi {child}."


@pytest.fixture
async def store(settings) -> AsyncIterator[Store]:
    data = settings.data
    data.master_key_file.parent.mkdir(parents=True)
    migrate(data.database_url)
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as opened:
        yield opened


def _sha256(template: str) -> str:
    card = FILES.cards["thanks"]
    wording = next(one for one in card.wordings.values() if one.lang is Language.VIETNAMESE)
    return digest(reworded(card, wording, template, FILES.numbers))


async def _edit(store: Store, clock: Clock, text: str | None, *, after: int) -> None:
    new = NewEdit(
        card="thanks", lang="vi", register="any", text=text, text_before="", sha256="0" * 64
    )
    await content.edit(store, new, after=after, user_id="u", now=clock())


async def _sign(store: Store, clock: Clock, template: str) -> None:
    new = NewSignoff(
        card="thanks", lang="vi", register="any", sha256=_sha256(template), name="Thử", role="bs"
    )
    await content.sign(store, new, user_id="v", now=clock())


def _shelving(*, production: bool) -> Shelving:
    return shelving_of(FILES, mode_is_production=production)


def _thanks(shelving: Shelving) -> str:
    return shelving.shelf.plain("thanks", Language.VIETNAMESE)


async def test_trial_shows_the_newest_words_marked_until_they_are_signed(store, clock) -> None:
    shelving = _shelving(production=False)
    await _edit(store, clock, NEW, after=0)

    assert await refresh(store, shelving)
    assert _thanks(shelving) == f"[nháp] {NEW.format(child='111')}"
    await _sign(store, clock, NEW)
    assert await refresh(store, shelving)
    assert _thanks(shelving) == NEW.format(child="111")
    assert not await refresh(store, shelving)


async def test_production_keeps_the_signed_words_while_newer_ones_wait(store, clock) -> None:
    shelving = _shelving(production=True)
    await _edit(store, clock, NEW, after=0)
    await refresh(store, shelving)
    assert "Công an 113" in _thanks(shelving)

    await _sign(store, clock, NEW)
    await _edit(store, clock, NEWER, after=1)
    await refresh(store, shelving)

    assert _thanks(shelving) == NEW.format(child="111")


async def test_going_back_to_the_shipped_words_pulls_signed_ones_at_once(store, clock) -> None:
    shelving = _shelving(production=True)
    await _edit(store, clock, NEW, after=0)
    await _sign(store, clock, NEW)
    await _edit(store, clock, None, after=1)

    await refresh(store, shelving)

    assert "Công an 113" in _thanks(shelving)


async def test_a_turn_keeps_the_shelf_it_began_with(store, clock) -> None:
    shelving = _shelving(production=False)
    begun = shelving.shelf
    await _edit(store, clock, NEW, after=0)
    await refresh(store, shelving)

    assert begun.plain("thanks", Language.VIETNAMESE) != _thanks(shelving)


async def test_a_running_process_hears_of_an_edit_by_the_bell(store, clock) -> None:
    shelving = _shelving(production=False)
    loop = asyncio.create_task(keep_fresh(store, shelving))
    await asyncio.sleep(0)

    await _edit(store, clock, NEW, after=0)
    async with asyncio.timeout(10):
        while shelving.mark == (0, 0):  # noqa: ASYNC110 - the loop says nothing when it is done
            await asyncio.sleep(0.01)
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop

    assert NEW.format(child="111") in _thanks(shelving)


async def test_an_edit_of_what_is_no_longer_there_is_left_out(store, clock) -> None:
    shelving = _shelving(production=False)
    gone = NewEdit(
        card="gone", lang="vi", register="any", text="x", text_before="", sha256="0" * 64
    )
    await content.edit(store, gone, after=0, user_id="u", now=clock())
    await _edit(store, clock, "Gọi {no_such_number}", after=0)

    assert await refresh(store, shelving)

    assert _thanks(shelving).startswith("[nháp] Không có chi. Khi nào cần")
