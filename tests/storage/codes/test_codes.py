"""Return codes in the store: one a ticket, guessing costs time, a line comes to its ticket."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from nlu.labels import Urgency
from storage import events, housekeeping, tickets
from storage.codes import codes
from storage.codes.codes import CodeText, Presented, Tried, give_code, last_code, present_code
from storage.codes.lines import lines_of, tickets_on
from storage.codes.tables import code_tries, return_codes
from storage.codes.tries import FREE_TRIES, WAITS
from storage.rows import Keep, Received, TicketChange, TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations
from storage.talks import road
from tests.tickets_made import BEATEN, DROWNING, HAZARD, add_user, open_ticket, write

CODE = CodeText(stem="am tra banh mi cay tre", digits="42", number="48217730")
WORDS, NUMBER = replace(CODE, number=""), CodeText(number=CODE.number)
WRONG = CodeText(stem="ca chep voi con xe dap", digits="17")


async def give(store: Store, ticket: TicketRow, now, code: CodeText = CODE) -> bool:
    return await give_code(store, ticket.id, code, channel="web", now=now)


async def present(store: Store, line: str, now, code: CodeText = WORDS) -> Presented:
    return await present_code(store, line, code, channel="web", now=now)


async def new_line(store: Store, now) -> str:
    return (await write(store, now)).conversation_id


async def kinds(store: Store) -> list[str]:
    return [event.kind for event in await events.events_after(store, 0)]


@pytest.mark.parametrize("code", [WORDS, NUMBER])
async def test_a_code_brings_another_line_to_the_ticket(
    store: Store, clock, code: CodeText
) -> None:
    ticket = await open_ticket(store, clock(), BEATEN)
    assert await give(store, ticket, clock())
    line = await new_line(store, clock())

    opened = await present(store, line, clock(), code)

    assert opened.tried is Tried.RIGHT
    assert opened.ticket
    assert opened.ticket.number == ticket.number
    assert opened.left == ticket.conversation_id
    assert await tickets_on(store, line) == {ticket.id}
    assert await tickets_on(store, ticket.conversation_id) == {ticket.id}
    found = await tickets.look_again(store, ticket.number)
    assert found
    assert found.ticket.conversation_id == line
    assert [each.conversation_id for each in await lines_of(store, found.ticket)] == [
        ticket.conversation_id,
        line,
    ]
    assert (await kinds(store))[-2:] == ["return_code_given", "return_code_used"]
    assert await last_code(store, ticket.id) == (clock(), clock())


async def test_the_code_itself_is_nowhere(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    await present(store, await new_line(store, clock()), clock(), WRONG)

    stored = await store.db.read(lambda c: c.execute(select(return_codes)).one())
    told = await events.events_after(store, 0)

    hashes = [value for value in stored if isinstance(value, bytes)]
    assert [len(value) for value in hashes] == [32, 32, 32]
    detail = repr([event.detail for event in told])
    for code in (CODE, WRONG):
        assert code.stem not in detail + repr(code)
        assert code.number == "" or code.number not in detail + repr(code)


async def test_a_second_code_ends_the_first(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    second = CodeText(stem="ca ro bo sua me ga", digits="07", number="99999999")
    await give(store, ticket, clock(), second)

    line = await new_line(store, clock())

    assert (await present(store, line, clock())).tried is Tried.WRONG
    assert (await present(store, line, clock(), NUMBER)).tried is Tried.WRONG
    right = await present(store, line, clock(), replace(second, number=""))
    assert right.tried is Tried.RIGHT


async def test_a_code_that_another_ticket_has_is_not_given(store: Store, clock) -> None:
    first, second = [await open_ticket(store, clock()) for _ in range(2)]
    assert await give(store, first, clock())

    assert not await give(store, second, clock())
    assert not await give(store, second, clock(), replace(CODE, digits="43"))  # the same number
    assert await last_code(store, second.id) is None


async def test_five_wrong_codes_lock_the_line_longer_and_longer(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    line, other = await new_line(store, clock()), await new_line(store, clock())
    for _ in range(FREE_TRIES):
        assert (await present(store, line, clock(), WRONG)).tried is Tried.WRONG

    for wait in WAITS:
        assert (await present(store, line, clock())).tried is Tried.LATER
        clock.forward(wait.total_seconds() - 1)
        assert (await present(store, line, clock())).tried is Tried.LATER
        clock.forward(2)
        assert (await present(store, line, clock(), WRONG)).tried is Tried.WRONG

    assert (await present(store, other, clock())).tried is Tried.RIGHT
    clock.forward(timedelta(days=2).total_seconds())
    assert (await present(store, line, clock(), WRONG)).tried is Tried.WRONG
    assert (await present(store, line, clock())).tried is Tried.RIGHT
    outcomes = [
        event.detail["outcome"]
        for event in await events.events_after(store, 0)
        if event.kind == "return_code_tried"
    ]
    assert len(outcomes) == FREE_TRIES + 3 * len(WAITS) + 1


async def test_who_has_the_words_cannot_try_all_digits_from_many_lines(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    for guess in range(FREE_TRIES):
        line = await new_line(store, clock())
        code = replace(WORDS, digits=f"{guess:02}")
        assert (await present(store, line, clock(), code)).tried is Tried.WRONG

    line = await new_line(store, clock())
    assert (await present(store, line, clock())).tried is Tried.LATER
    clock.forward(WAITS[0].total_seconds() + 1)
    assert (await present(store, line, clock())).tried is Tried.RIGHT


async def test_numbers_are_looked_at_seldom_however_many_lines_ask(store: Store, clock) -> None:
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    guesses = [CodeText(number=str(40_000_000 + number)) for number in range(25)]

    tried = [
        (await present(store, await new_line(store, clock()), clock(), guess)).tried
        for guess in guesses
    ]

    assert tried == [Tried.WRONG] * 20 + [Tried.LATER] * 5
    line = await new_line(store, clock())
    assert (await present(store, line, clock(), NUMBER)).tried is Tried.LATER
    assert (await present(store, line, clock())).tried is Tried.RIGHT  # the words are not held up


async def test_two_tries_at_once_are_counted_one_by_one(store: Store, clock) -> None:
    line = await new_line(store, clock())

    await asyncio.gather(*(present(store, line, clock(), WRONG) for _ in range(4)))

    row = await store.db.read(lambda c: c.execute(select(code_tries)).one())
    assert (row.subject, row.tries) == (line, 4)


async def test_a_code_opens_nothing_30_days_after_the_end_and_is_swept_away(
    store: Store, clock
) -> None:
    user = await add_user(store, clock())
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    for state in (TicketState.RESOLVED, TicketState.CLOSED):
        await tickets.move_ticket(
            store, ticket.id, to=state, reason="xong", user_id=user.id, now=clock()
        )
    clock.forward(timedelta(days=29).total_seconds())
    assert (await present(store, await new_line(store, clock()), clock())).tried is Tried.RIGHT

    clock.forward(timedelta(days=2).total_seconds())

    assert (await present(store, await new_line(store, clock()), clock())).tried is Tried.WRONG
    await housekeeping.tidy(store, now=clock())
    assert await last_code(store, ticket.id) is None


@pytest.mark.parametrize("erased", ["ticket", "talk"])
async def test_an_erased_ticket_or_talk_takes_its_code_along(
    store: Store, clock, erased: str
) -> None:
    ticket, kept = [await open_ticket(store, clock()) for _ in range(2)]
    await give(store, ticket, clock())
    await give(store, kept, clock(), CodeText(stem="b", digits="11", number="55555555"))
    await store.vault.forget(ticket.id if erased == "ticket" else ticket.conversation_id)

    assert await codes.forget_erased(store) == 1
    assert await codes.forget_erased(store) == 0

    assert await last_code(store, ticket.id) is None
    assert await last_code(store, kept.id)


async def test_the_operator_who_holds_the_talk_holds_it_on_the_new_line(
    store: Store, clock
) -> None:
    user = await add_user(store, clock())
    ticket = await open_ticket(store, clock())
    await give(store, ticket, clock())
    await tickets.claim_ticket(store, ticket.id, user_id=user.id, now=clock())
    await tickets.take_over(
        store, ticket.conversation_id, ticket_id=ticket.id, user_id=user.id, now=clock()
    )
    line = await new_line(store, clock())

    await present(store, line, clock())

    asked = select(conversations.c.id, conversations.c.held_by)
    rows = await store.db.read(lambda c: c.execute(asked).all())
    held = {row.id: row.held_by for row in rows}
    assert held == {ticket.conversation_id: None, line: user.id}


async def test_a_line_with_a_ticket_of_its_own_has_both_and_writes_to_the_gravest(
    store: Store, clock
) -> None:
    old = await open_ticket(store, clock(), HAZARD)
    await give(store, old, clock())
    own = await open_ticket(store, clock(), DROWNING, account="elsewhere")

    opened = await present(store, own.conversation_id, clock())

    assert opened.ticket
    assert opened.ticket.number == old.number
    assert await tickets_on(store, own.conversation_id) == {old.id, own.id}
    taken = await store.db.read(lambda c: tickets.ticket_of(c, own.conversation_id, now=clock()))
    assert taken
    assert taken.urgency is Urgency.CRITICAL
    found = await tickets.look_again(store, own.number)
    assert found
    assert found.previous_number == old.number


def turn(received: Received, now, **changes: object) -> Keep:
    assert received.lease
    values = {"lease": received.lease, "inbox_id": received.inbox_id, "now": now, "state": {}}
    return Keep(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes


async def test_people_answer_where_the_reporter_wrote_last_unless_the_phone_changed_hands(
    store: Store, clock
) -> None:
    await write_and_keep(store, clock(), "old", change=BEATEN)
    (row,) = await tickets.queue(store)
    ticket = row.ticket
    await give(store, ticket, clock())
    received = await write(store, clock(), account="new")
    await present(store, received.conversation_id, clock())
    await road.keep(store, turn(received, clock()))

    await write_and_keep(store, clock(), "old", is_in_other_hands=True)
    assert await line_of(store, ticket) == received.conversation_id
    kept = await write_and_keep(store, clock(), "old")

    assert kept == ticket.id
    assert await line_of(store, ticket) == ticket.conversation_id
    assert len(await tickets.queue(store)) == 1


async def write_and_keep(
    store: Store, now, account: str, *, change: TicketChange | None = None, **more: object
) -> str | None:
    received = await write(store, now, account=account)
    assert received.lease
    loaded = await road.load(store, received.lease, now=now)
    known = loaded.ticket.id if loaded.ticket else None
    kept = await road.keep(store, turn(received, now, ticket=change, ticket_id=known, **more))
    return kept.ticket.id if kept.ticket else None


async def line_of(store: Store, ticket: TicketRow) -> str:
    found = await tickets.look_again(store, ticket.number)
    assert found
    return found.ticket.conversation_id
