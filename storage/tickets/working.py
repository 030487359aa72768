"""Who works on a ticket: claim it, give it back, take the talk over from the bot, note things."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from nlu.labels import Intent, Urgency
from storage.alarm.alarms import call_somebody, note_answer, stop_alarm, watch_silence
from storage.errors import NotFound
from storage.queue.order import next_in_turn
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations, tickets, users
from storage.tickets.rows import (
    ENDED_STATES,
    HELD_STATES,
    WAITING_STATES,
    IllegalMove,
    ReasonMissing,
    change,
    give_back_talk,
    lock,
    read,
    record,
    seal_note,
    to_ticket,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who has it now; the loser of a race learns by whom."""

    won: bool
    holder_id: str


async def claim_ticket(store: Store, ticket_id: str, *, user_id: str, now: datetime) -> Claim:
    """Take a ticket that nobody holds; the alarm stops. One's own ticket is won again.

    A holder who takes a ticket anew that became graver stops the ringing that this caused.
    Raises `IllegalMove` for a ticket that has ended and `NotFound`, also for who has left.
    """

    def work(connection: Connection) -> Claim:
        _must_be_active(connection, user_id)
        ticket = _claim(connection, store, ticket_id, user_id, now)
        if ticket is not None:
            return Claim(won=True, holder_id=user_id)
        found = read(connection, ticket_id)
        if found.holder_id is None or found.state in ENDED_STATES:
            raise IllegalMove(found.state, TicketState.ACKNOWLEDGED)
        if found.holder_id == user_id:
            _acknowledge_anew(connection, store, ticket_id, user_id, now)
        return Claim(won=found.holder_id == user_id, holder_id=found.holder_id)

    return await store.db.transaction(work)


async def next_most_urgent(
    store: Store,
    *,
    user_id: str,
    now: datetime,
    passes_over: Collection[Intent] = (),
    only_critical: bool = False,
) -> TicketRow | None:
    """Claim the next ticket that nobody holds, if any; two callers get two tickets.

    Kinds that are passed over come last; a critical ticket is never passed over.
    """

    def work(connection: Connection) -> TicketRow | None:
        _must_be_active(connection, user_id)
        for ticket_id in next_in_turn(
            connection,
            user_id=user_id,
            passes_over=passes_over,
            only_critical=only_critical,
            now=now,
        ):
            claimed = _claim(connection, store, ticket_id, user_id, now)
            if claimed is not None:
                return claimed
        return None

    return await store.db.transaction(work)


async def release_ticket(
    store: Store, ticket_id: str, *, user_id: str, reason: str, now: datetime
) -> TicketRow:
    """Give a held ticket back to the queue; a critical one rings again, the bot speaks again.

    Anybody may release anybody's, with a reason: a holder may have fallen asleep.
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        if before.state not in HELD_STATES:
            raise IllegalMove(before.state, TicketState.NEW)
        after = change(
            connection, ticket_id, state=TicketState.NEW, holder_id=None, acknowledged_at=None
        )
        give_back_talk(connection, after)
        stop_alarm(connection, ticket_id, now=now)
        call_somebody(connection, after, now=now)
        record(
            connection,
            store,
            "ticket_released",
            after,
            user_id=user_id,
            now=now,
            detail={"holder": before.holder_id},
            note_sealed=sealed,
        )
        return after

    return await store.db.transaction(work)


async def take_over(
    store: Store, conversation_id: str, *, ticket_id: str, user_id: str, now: datetime
) -> Claim:
    """Write to the reporter oneself (bot im lặng); the loser of a race learns by whom."""

    def work(connection: Connection) -> Claim:
        ticket = lock(connection, ticket_id)
        taken = connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.held_by.is_(None))
            .values(held_by=user_id)
        )
        if taken.rowcount == 1:
            record(connection, store, "talk_taken", ticket, user_id=user_id, now=now)
            return Claim(won=True, holder_id=user_id)
        held_by = connection.execute(
            select(conversations.c.held_by).where(conversations.c.id == conversation_id)
        ).scalar()
        if held_by is None:
            raise NotFound
        return Claim(won=held_by == user_id, holder_id=held_by)

    return await store.db.transaction(work)


async def hand_back(
    store: Store, conversation_id: str, *, ticket_id: str, user_id: str, now: datetime
) -> None:
    """Let the bot speak again (trả lại cho bot); a talk that nobody holds stays as it is."""

    def work(connection: Connection) -> None:
        ticket = lock(connection, ticket_id)
        given = connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.held_by.is_not(None))
            .values(held_by=None)
        )
        if given.rowcount == 1:
            record(connection, store, "talk_handed_back", ticket, user_id=user_id, now=now)

    await store.db.transaction(work)


async def add_note(store: Store, ticket_id: str, *, text: str, user_id: str, now: datetime) -> None:
    """Write something down on a ticket (ghi chú); sealed with the ticket's key."""
    sealed = await seal_note(store, ticket_id, text)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> None:
        ticket = lock(connection, ticket_id)
        record(
            connection, store, "note_added", ticket, user_id=user_id, now=now, note_sealed=sealed
        )

    await store.db.transaction(work)


def _must_be_active(connection: Connection, user_id: str) -> None:
    """Refuse who has left, and let nobody leave before the claim is committed."""
    is_active = connection.execute(
        select(users.c.is_active).where(users.c.id == user_id).with_for_update(read=True)
    ).scalar()
    if not is_active:
        raise NotFound


def _acknowledge_anew(
    connection: Connection, store: Store, ticket_id: str, user_id: str, now: datetime
) -> None:
    """The holder has seen that the ticket became graver; the reporter still waits for words."""
    before = lock(connection, ticket_id)
    if before.holder_id != user_id or not note_answer(connection, ticket_id, now=now):
        return
    after = change(connection, ticket_id, acknowledged_at=now)
    watch_silence(connection, ticket_id, after.conversation_id, now)
    record(
        connection, store, "ticket_claimed", after, user_id=user_id, now=now, detail={"anew": True}
    )


def _claim(
    connection: Connection, store: Store, ticket_id: str, user_id: str, now: datetime
) -> TicketRow | None:
    """Take the ticket if nobody holds it: one statement decides the race."""
    row = connection.execute(
        update(tickets)
        .where(
            tickets.c.id == ticket_id,
            tickets.c.holder_id.is_(None),
            tickets.c.state.in_(WAITING_STATES),
        )
        .values(holder_id=user_id, state=TicketState.ACKNOWLEDGED, acknowledged_at=now)
        .returning(tickets)
    ).first()
    if row is None:
        return None
    ticket = to_ticket(row)
    stop_alarm(connection, ticket_id, now=now)
    if ticket.urgency is Urgency.CRITICAL:
        watch_silence(connection, ticket_id, ticket.conversation_id, now)
    record(connection, store, "ticket_claimed", ticket, user_id=user_id, now=now)
    return ticket
