"""Canned replies: approved by a second person, once; an edit takes the approval back."""

import asyncio
from dataclasses import replace

import pytest

from storage import events
from storage.errors import Changed, NotFound, OwnWords
from storage.words import canned
from storage.words.canned import CannedWords, TitleTaken
from tests.tickets_made import add_user

WORDS = CannedWords(lang="vi", register="child", title="Đang đi tới", text="Cô đang tới {commune}.")
OTHER = replace(WORDS, text="Cô sắp tới {commune} rồi nha.")


async def _two(store, clock) -> tuple[str, str]:
    lan, hoa = await add_user(store, clock()), await add_user(store, clock(), role="supervisor")
    return lan.id, hoa.id


async def _approved(store) -> list[CannedWords]:
    return [one.words for one in await canned.approved(store, lang="vi")]


async def test_words_count_once_another_person_approved_them(store, clock) -> None:
    lan, hoa = await _two(store, clock)
    reply_id = await canned.add(store, WORDS, user_id=lan, now=clock())

    before = await _approved(store)
    with pytest.raises(OwnWords):
        await canned.approve(store, reply_id, seen=WORDS.sha256, user_id=lan, now=clock())
    await canned.approve(store, reply_id, seen=WORDS.sha256, user_id=hoa, now=clock())

    assert before == []
    assert await _approved(store) == [WORDS]
    assert await canned.approved(store, lang="en") == ()


async def test_an_edit_takes_the_approval_back(store, clock) -> None:
    lan, hoa = await _two(store, clock)
    reply_id = await canned.add(store, WORDS, user_id=lan, now=clock())
    await canned.approve(store, reply_id, seen=WORDS.sha256, user_id=hoa, now=clock())

    same = await canned.edit(store, reply_id, WORDS, seen=WORDS.sha256, user_id=hoa, now=clock())
    still = await _approved(store)
    await canned.edit(store, reply_id, OTHER, seen=WORDS.sha256, user_id=hoa, now=clock())

    assert (same, still) == (False, [WORDS])
    assert await _approved(store) == []
    with pytest.raises(OwnWords):
        await canned.approve(store, reply_id, seen=OTHER.sha256, user_id=hoa, now=clock())
    assert await canned.approve(store, reply_id, seen=OTHER.sha256, user_id=lan, now=clock())


async def test_nobody_approves_or_overwrites_words_that_they_have_not_seen(store, clock) -> None:
    lan, hoa = await _two(store, clock)
    reply_id = await canned.add(store, WORDS, user_id=lan, now=clock())
    await canned.edit(store, reply_id, OTHER, seen=WORDS.sha256, user_id=lan, now=clock())

    with pytest.raises(Changed):
        await canned.approve(store, reply_id, seen=WORDS.sha256, user_id=hoa, now=clock())
    with pytest.raises(Changed):
        await canned.edit(store, reply_id, WORDS, seen=WORDS.sha256, user_id=hoa, now=clock())
    with pytest.raises(NotFound):
        await canned.retire(store, reply_id + 1, user_id=hoa, now=clock())


async def test_of_two_who_add_or_approve_at_once_one_does(store, clock) -> None:
    lan, hoa = await _two(store, clock)
    boss = (await add_user(store, clock(), role="supervisor")).id

    added = await asyncio.gather(
        *(canned.add(store, WORDS, user_id=lan, now=clock()) for _ in range(2)),
        return_exceptions=True,
    )
    (kept,) = await canned.replies(store)
    approved = await asyncio.gather(
        *(
            canned.approve(store, kept.id, seen=WORDS.sha256, user_id=who, now=clock())
            for who in (hoa, boss)
        )
    )

    assert sorted(type(one).__name__ for one in added) == ["TitleTaken", "int"]
    assert sorted(approved) == [False, True]
    told = [one.kind for one in await canned.history(store, kept.id)]
    assert told == ["canned_approved", "canned_added"]
    assert (await events.verify(store)).is_whole


async def test_a_title_is_free_again_once_its_reply_is_retired(store, clock) -> None:
    lan, _ = await _two(store, clock)
    first = await canned.add(store, WORDS, user_id=lan, now=clock())
    other = await canned.add(store, replace(OTHER, title="Khác"), user_id=lan, now=clock())

    with pytest.raises(TitleTaken):
        await canned.edit(
            store, other, WORDS, seen=replace(OTHER, title="Khác").sha256, user_id=lan, now=clock()
        )
    retired = [await canned.retire(store, first, user_id=lan, now=clock()) for _ in range(2)]
    again = await canned.add(store, WORDS, user_id=lan, now=clock())

    assert retired == [True, False]
    assert {one.id for one in await canned.replies(store)} == {other, again}
    with pytest.raises(Changed):
        await canned.edit(store, first, OTHER, seen=WORDS.sha256, user_id=lan, now=clock())
