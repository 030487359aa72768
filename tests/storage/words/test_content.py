"""Edits and signatures of the content: versions in order, nobody overwrites, all are events."""

import pytest
from sqlalchemy import select

from storage import events
from storage.errors import Changed, OwnWords
from storage.store import Store
from storage.tables import content_signoffs
from storage.words import content
from storage.words.content import NewEdit, NewSignoff
from tests.tickets_made import add_user

NAME = "Trần Thị Thử"


def version(text: str | None, before: str = "Chữ cũ") -> NewEdit:
    return NewEdit(
        card="thanks", lang="vi", register="any", text=text, text_before=before, sha256="a" * 64
    )


SIGNOFF = NewSignoff(
    card="thanks", lang="vi", register="any", sha256="a" * 64, name=NAME, role="bác sĩ"
)


async def test_every_version_is_kept_with_who_when_and_what_stood_there(
    store: Store, clock
) -> None:
    user = await add_user(store, clock())

    await content.edit(store, version("Chữ mới"), after=0, user_id=user.id, now=clock())
    clock.forward(60)
    await content.edit(
        store, version(None, before="Chữ mới"), after=1, user_id=user.id, now=clock()
    )

    first, second = (await content.read(store)).edits
    assert (first.version, first.text, first.text_before) == (1, "Chữ mới", "Chữ cũ")
    assert (second.version, second.text, second.text_before) == (2, None, "Chữ mới")
    assert (second.edited_by, second.edited_at) == (user.id, clock())


async def test_who_edits_what_somebody_else_changed_meanwhile_is_told(store: Store, clock) -> None:
    await content.edit(store, version("Một"), after=0, user_id="u", now=clock())

    with pytest.raises(Changed):
        await content.edit(store, version("Hai"), after=0, user_id="v", now=clock())

    assert [one.text for one in (await content.read(store)).edits] == ["Một"]


async def test_a_person_signs_a_text_once_and_the_name_is_sealed(store: Store, clock) -> None:
    assert await content.sign(store, SIGNOFF, user_id="u", now=clock())
    assert not await content.sign(store, SIGNOFF, user_id="u", now=clock())

    (signed,) = (await content.read(store)).signoffs
    assert (signed.name, signed.role, signed.signed_at) == (NAME, "bác sĩ", clock())
    sealed = await store.db.read(
        lambda c: c.execute(select(content_signoffs.c.name_sealed)).scalar_one()
    )
    assert "Thử".encode() not in sealed


async def test_every_change_is_an_event_moves_the_mark_and_rings(store: Store, clock) -> None:
    assert await content.mark(store) == (0, 0)

    with store.db.bell.listen(content.TOPIC) as ear:
        await content.edit(store, version("Một"), after=0, user_id="u", now=clock())
        assert await ear.wait(5)
        await content.sign(store, SIGNOFF, user_id="v", now=clock())
        assert await ear.wait(5)
    await content.edit(store, version(None), after=1, user_id="u", now=clock())
    await content.note_exported(store, count=1, actor_id="command_line", now=clock())

    assert (await content.read(store)).mark == await content.mark(store)
    told = [each.kind for each in await events.events_after(store, 0)]
    assert told == ["content_edited", "content_signed", "content_restored", "content_exported"]
    assert (await events.verify(store)).is_whole


async def test_whoever_wrote_the_words_last_may_not_sign_them(store: Store, clock) -> None:
    await content.edit(store, version("Một"), after=0, user_id="u", now=clock())

    with pytest.raises(OwnWords):
        await content.sign(store, SIGNOFF, user_id="u", now=clock())

    assert (await content.read(store)).signoffs == ()
    assert await content.sign(store, SIGNOFF, user_id="v", now=clock())


async def test_who_wrote_an_earlier_version_may_sign_what_somebody_made_of_it(
    store: Store, clock
) -> None:
    await content.edit(store, version("Một"), after=0, user_id="u", now=clock())
    await content.edit(store, version("Hai"), after=1, user_id="v", now=clock())

    assert await content.sign(store, SIGNOFF, user_id="u", now=clock())
