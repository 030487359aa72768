"""Mẫu số 01 on the page of a ticket: written by people, sealed, one event for each change."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from nlu.labels import Intent
from storage import events
from storage.codes import earlier
from storage.errors import Changed
from storage.safeguarding import kept_from
from storage.store import Store
from storage.tickets import forms, look_again
from storage.tickets.form_tables import ticket_forms
from storage.tickets.rows import ReasonMissing
from tests.tickets_made import HAZARD, add_user, enrich, open_ticket

NAME = "Bé Na"


async def _told(store: Store, ticket_id: str, kind: str) -> list[dict[str, object]]:
    found = await events.ticket_events(store, ticket_id)
    return [dict(each.detail) for each in found if each.kind == kind]


async def test_a_field_is_sealed_and_its_event_names_it_without_its_content(
    store: Store, clock
) -> None:
    ticket = await open_ticket(store, clock())

    await forms.write_form(
        store, ticket.id, {"child_name": NAME}, seen=0, user_id="lan", now=clock()
    )

    written = await forms.form_of(store, ticket.id)
    assert (written.version, written.fields) == (1, {"child_name": NAME})
    (detail,) = await _told(store, ticket.id, forms.WRITTEN)
    assert (detail["fields"], detail["version"]) == (["child_name"], 1)
    assert NAME not in str(detail)
    blob = await store.db.read(lambda c: c.execute(select(ticket_forms.c.form_sealed)).scalar())
    assert NAME.encode() not in blob


async def test_who_saw_an_older_version_is_refused_and_nothing_changes(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    say = {"seen": 0, "now": clock()}
    await forms.write_form(store, ticket.id, {"child_age": "8"}, user_id="lan", **say)

    with pytest.raises(Changed):
        await forms.write_form(store, ticket.id, {"child_age": "9"}, user_id="minh", **say)

    assert (await forms.form_of(store, ticket.id)).fields == {"child_age": "8"}
    assert len(await _told(store, ticket.id, forms.WRITTEN)) == 1


async def test_saving_nothing_new_is_no_event(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())

    await forms.write_form(store, ticket.id, {}, seen=0, user_id="lan", now=clock())

    assert (await forms.form_of(store, ticket.id)).version == 0
    assert await _told(store, ticket.id, forms.WRITTEN) == []


async def test_a_further_message_overwrites_nothing_that_a_person_wrote(
    store: Store, clock
) -> None:
    ticket = await open_ticket(store, clock())
    await forms.write_form(
        store, ticket.id, {"child_name": NAME}, seen=0, user_id="lan", now=clock()
    )

    await enrich(store, ticket, clock(), HAZARD)

    assert (await forms.form_of(store, ticket.id)).fields == {"child_name": NAME}


async def test_matters_are_added_and_removed_with_a_reason_and_once(store: Store, clock) -> None:
    heard = replace(HAZARD, facts={"also": ["bullying", HAZARD.kind.value]})
    opened = await open_ticket(store, clock(), heard)
    say = {"reason": "nghe lại cuộc gọi", "user_id": "lan", "now": clock()}

    for _ in range(2):
        await forms.add_matter(store, opened.id, Intent.PHYSICAL_VIOLENCE, **say)
        await forms.remove_matter(store, opened.id, Intent.BULLYING, **say)
    with pytest.raises(ReasonMissing):
        await forms.add_matter(store, opened.id, Intent.BULLYING, **{**say, "reason": " "})

    detail = await look_again(store, opened.number)
    assert detail is not None
    written = await forms.form_of(store, opened.id)
    assert forms.also_of(detail.ticket, written) == ("physical_violence",)
    added = await _told(store, opened.id, "matter_added")
    removed = await _told(store, opened.id, "matter_removed")
    assert [each["matter"] for each in (*added, *removed)] == ["physical_violence", "bullying"]
    assert written.version == 0  # whoever fills in the form meanwhile is not refused


async def test_other_tickets_of_a_contact_are_found_but_those_kept_from_the_reader(
    store: Store, clock
) -> None:
    reader = await add_user(store, clock())
    first = await open_ticket(store, clock(), account="reporter-x")
    second = await open_ticket(store, clock(), account="reporter-x")
    await open_ticket(store, clock(), account="reporter-y")

    before = await earlier.tickets_of_contact(store, second.id, reader_id=reader.id)
    await kept_from.keep(
        store, first.id, from_user=reader.id, reason="có tên", user_id="boss", now=clock()
    )
    after = await earlier.tickets_of_contact(store, second.id, reader_id=reader.id)

    assert [each.number for each in before] == [first.number]
    assert after == ()
    assert len(await earlier.tickets_of_contact(store, second.id, reader_id="x")) == 1
