"""Corrections and lessons: kept with the ticket, without a copy of words, gone with its key."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nlu.labels import Intent, Urgency
from storage import events, housekeeping, tickets
from storage.copies.backup_rows import ROW_TABLES
from storage.errors import NotFound
from storage.learning import lessons, messages
from storage.learning.corrections import CorrectionState
from storage.learning.lessons import CorrectionRow, Lesson
from storage.rows import Keep, NewInbound, TicketChange, TicketRow
from storage.store import Store
from storage.tables import corrections, metadata
from storage.talks import inbox, road
from tests.tickets_made import HAZARD, add_user, lower_by_two, open_ticket

WORDS = "dạ nhỏ Tèo ở ấp Mỹ Lợi cứ bị mấy bạn chặn đường lấy tiền hoài"
LESSON = Lesson(
    text="ngày nào con cũng bị mấy anh lớp trên giật tiền ăn sáng",
    intent=Intent.BULLYING,
    urgency=Urgency.NORMAL,
    lang="vi",
    style="standard",
    author_role="child",
)
_numbers = itertools.count()


async def _report(
    store: Store,
    now: Any,
    *,
    account: str,
    kind: Intent = Intent.CHILD_LABOUR,
    urgency: Urgency = Urgency.NORMAL,
    text: str = WORDS,
    machine: bool = True,
) -> TicketRow:
    """A reporter writes; the machine understands it so."""
    received = await inbox.receive(
        store,
        NewInbound(
            channel="web",
            account=account,
            external_id=f"c-{next(_numbers)}",
            sent_at=now,
            received_at=now,
            body={"type": "text", "text": text},
        ),
        owner="test",
        now=now,
        lease_seconds=30,
        bucket=None,
    )
    assert received.lease is not None
    loaded = await road.load(store, received.lease, now=now)
    said = {"intent": kind.value, "urgency": urgency.value, "model": "shipped-12ab"}
    change = TicketChange(
        kind=kind,
        urgency=urgency,
        danger=None,
        commune_code=None,
        machine=said if machine else {},
    )
    kept = await road.keep(
        store,
        Keep(
            lease=received.lease,
            inbox_id=received.inbox_id,
            now=now,
            state={},
            ticket=change,
            ticket_id=loaded.ticket.id if loaded.ticket else None,
        ),
    )
    assert kept.ticket is not None
    return kept.ticket


async def _correct(store: Store, ticket: TicketRow, now: Any, **to: Any) -> str:
    user = await add_user(store, now)
    if "kind" in to:
        await tickets.change_kind(
            store, ticket.id, kind=to["kind"], reason="đọc lại", user_id=user.id, now=now
        )
    if "urgency" in to and ticket.urgency is Urgency.CRITICAL:
        await lower_by_two(store, ticket, to["urgency"], now)
    elif "urgency" in to:
        await tickets.change_urgency(
            store, ticket.id, urgency=to["urgency"], reason="đọc lại", user_id=user.id, now=now
        )
    return user.id


async def _waiting(store: Store) -> tuple[CorrectionRow, ...]:
    return await lessons.corrections_in(store, CorrectionState.WAITING)


async def test_a_correction_says_what_the_machine_said_and_what_the_human_said(
    store: Store, clock
) -> None:
    ticket = await _report(store, clock(), account="a")
    clock.forward(60)
    user_id = await _correct(store, ticket, clock(), kind=Intent.BULLYING, urgency=Urgency.HIGH)

    (row,) = await _waiting(store)

    assert (row.machine_kind, row.machine_urgency) == ("child_labour", "normal")
    assert row.machine_model == "shipped-12ab"
    assert (row.kind, row.urgency) == (Intent.BULLYING, Urgency.HIGH)
    assert (row.ticket_id, row.number) == (ticket.id, ticket.number)
    assert (row.corrected_at, row.corrected_by) == (clock(), user_id)
    (message,) = await messages.of_conversation(store, ticket.conversation_id)
    assert message.inbox_id == row.inbox_id
    assert message.body["text"] == WORDS


async def test_the_words_are_nowhere_in_the_row(store: Store, clock) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)

    row = await store.db.read(lambda c: c.execute(select(corrections)).one())

    assert not any("Tèo" in str(value) for value in row)


async def test_who_comes_round_to_what_the_machine_said_leaves_no_correction(
    store: Store, clock
) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)
    await _correct(store, ticket, clock(), kind=Intent.CHILD_LABOUR)

    assert await _waiting(store) == ()


async def test_the_message_that_raised_the_ticket_is_the_one_that_misled(
    store: Store, clock
) -> None:
    await _report(store, clock(), account="a")
    clock.forward(60)
    ticket = await _report(
        store, clock(), account="a", kind=Intent.PHYSICAL_VIOLENCE, urgency=Urgency.CRITICAL,
        text="anh đánh em hoài",
    )  # fmt: skip
    clock.forward(60)
    await _report(
        store, clock(), account="a", kind=Intent.SMALLTALK, urgency=Urgency.LOW, text="dạ cảm ơn"
    )
    await _correct(store, ticket, clock(), urgency=Urgency.HIGH)

    (row,) = await _waiting(store)

    said = {each.inbox_id: each for each in await messages.of_conversation(
        store, ticket.conversation_id
    )}  # fmt: skip
    assert said[row.inbox_id or 0].body["text"] == "anh đánh em hoài"
    assert (row.machine_kind, row.machine_urgency) == ("physical_violence", "critical")


async def test_a_ticket_from_before_the_machine_signed_its_readings_is_corrected_too(
    store: Store, clock
) -> None:
    ticket = await _report(store, clock(), account="a", machine=False)
    bare = await open_ticket(store, clock(), HAZARD)
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)
    await _correct(store, bare, clock(), kind=Intent.BULLYING)

    first, second = await _waiting(store)

    assert (first.machine_kind, first.machine_model) == ("child_labour", "")
    assert (second.machine_kind, second.inbox_id) == ("drowning_hazard", None)


async def test_a_lesson_is_written_looked_at_exported_and_each_is_an_event(
    store: Store, clock
) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)
    user = await add_user(store, clock(), role="supervisor")
    (row,) = await _waiting(store)

    await lessons.write(store, row, LESSON, needs_second_look=True, user_id=user.id, now=clock())
    (flagged,) = await lessons.written(store)
    await lessons.look_twice(store, row, user_id=user.id, now=clock())
    (clean,) = await lessons.written(store)
    await lessons.note_exported(store, [row.id], actor_id=user.id, detail={}, now=clock())

    assert flagged.lesson == LESSON
    assert flagged.correction.needs_second_look
    assert not clean.correction.needs_second_look
    (exported,) = await lessons.written(store)
    assert exported.correction.exported_at == clock()
    told = [each.kind for each in await events.events_after(store, 0)]
    assert told[-3:] == ["lesson_written", "lesson_looked_at", "lessons_exported"]
    assert (await events.verify(store)).is_whole


async def test_a_correction_set_aside_leaves_the_list_and_a_lesson_of_it_is_forgotten(
    store: Store, clock
) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)
    (row,) = await _waiting(store)
    await lessons.write(store, row, LESSON, needs_second_look=False, user_id="u", now=clock())

    await lessons.set_aside(store, row, user_id="u", now=clock())

    assert await lessons.count_waiting(store) == 0
    assert await lessons.written(store) == ()
    sealed = await store.db.read(lambda c: c.execute(select(corrections.c.lesson_sealed)).scalar())
    assert sealed is None


async def test_a_lesson_is_sealed_in_the_table(store: Store, clock) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)
    (row,) = await _waiting(store)
    await lessons.write(store, row, LESSON, needs_second_look=False, user_id="u", now=clock())

    sealed = await store.db.read(lambda c: c.execute(select(corrections.c.lesson_sealed)).scalar())

    assert sealed is not None
    assert b"ti\xe1\xbb\x81n" not in sealed


async def test_with_the_ticket_its_corrections_and_lessons_are_gone(store: Store, clock) -> None:
    ticket = await _report(store, clock(), account="a")
    other = await _report(store, clock(), account="b")
    for each in (ticket, other):
        await _correct(store, each, clock(), kind=Intent.BULLYING)
    row, kept = await _waiting(store)
    await lessons.write(store, row, LESSON, needs_second_look=False, user_id="u", now=clock())

    await store.vault.forget(ticket.id)

    assert await lessons.written(store) == ()
    assert await lessons.read(store, row.id) is None
    with pytest.raises(NotFound):
        await lessons.write(store, row, LESSON, needs_second_look=False, user_id="u", now=clock())
    clock.forward(timedelta(hours=1).total_seconds())
    assert await housekeeping.tidy(store, now=clock()) == 1
    left = await store.db.read(lambda c: c.execute(select(corrections.c.id)).scalars().all())
    assert left == [kept.id]


async def test_with_the_talk_the_message_behind_a_correction_is_gone(store: Store, clock) -> None:
    ticket = await _report(store, clock(), account="a")
    await _correct(store, ticket, clock(), kind=Intent.BULLYING)

    await store.vault.forget(ticket.conversation_id)

    assert await messages.of_conversation(store, ticket.conversation_id) == ()
    assert await messages.recent(store, since=clock(), limit=10) == ()
    assert len(await _waiting(store)) == 1


async def test_recent_messages_come_newest_first_with_the_number_of_their_ticket(
    store: Store, clock
) -> None:
    old = await _report(store, clock(), account="a")
    clock.forward(60)
    new = await _report(store, clock(), account="b", text="chào cô")

    found = await messages.recent(store, since=clock() - timedelta(hours=1), limit=10)
    only = await messages.recent(store, since=clock(), limit=10)

    assert [(each.body["text"], each.ticket_number) for each in found] == [
        ("chào cô", new.number),
        (WORDS, old.number),
    ]
    assert [each.ticket_number for each in only] == [new.number]


def test_every_table_is_in_a_backup() -> None:
    assert set(ROW_TABLES) == set(metadata.tables.values())
