"""Texts that wait for TIẾP (tin chờ): held in the outbox, sealed, in their order; nothing is lost.

In a messenger the words of a message are its notification, on a phone that others may hold by now.
Whoever calls these has the conversation's row lock.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from storage.rows import Lane, NewTimer, OutboxState
from storage.tables import conversations, outbox
from storage.talks.standing import LATE_AFTER, Standing
from storage.timers import cancel_timers, set_timers

KNOCK: Final = "knock"
"""The kind of the timer that looks whether to knock; its subject is a conversation."""
TOO_LATE: Final = "late"
"""Why a knock was not sent; no dead letter."""
_HELD = outbox.c.state == OutboxState.HELD


def standing_of(row: Any) -> Standing:
    """Read a row of `conversations`."""
    return Standing(
        held=row.held,
        is_hushed=row.is_hushed,
        knocked_at=row.knocked_at,
        last_reporter_at=row.last_reporter_at,
    )


def call_knock(connection: Connection, conversation_id: str, *, due_at: datetime) -> None:
    """Let the timekeeper look whether, and when, to knock."""
    timer = NewTimer(kind=KNOCK, subject=conversation_id, due_at=due_at)
    set_timers(connection, (timer,))


def count_held(connection: Connection, conversation_id: str) -> None:
    """Write down how many texts wait, after something was held or given."""
    waiting = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.conversation_id == conversation_id, _HELD)
        .scalar_subquery()
    )
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(held=waiting)
    )


def hold_unsent(connection: Connection, conversation_id: str, *, now: datetime) -> None:
    """Hold what has not gone out yet: THOÁT was said, or somebody else has the phone."""
    _drop_knocks(connection, now, outbox.c.conversation_id == conversation_id)
    held = connection.execute(
        update(outbox)
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.state == OutboxState.PENDING,
        )
        .values(state=OutboxState.HELD)
    )
    if held.rowcount:
        count_held(connection, conversation_id)


def give(connection: Connection, conversation_id: str, *, is_pulled: bool, now: datetime) -> int:
    """Let what waits go out in its order (TIẾP), and return how many texts that are."""
    mine = (outbox.c.conversation_id == conversation_id, _HELD)
    if is_pulled:
        given = _write_again(connection, conversation_id, now)
    else:
        given = connection.execute(
            update(outbox)
            .where(*mine)
            .values(state=OutboxState.PENDING, due_at=now, hold_after=now + LATE_AFTER)
        ).rowcount
    _drop_knocks(connection, now, outbox.c.conversation_id == conversation_id)
    cancel_timers(connection, subject=conversation_id, kinds=(KNOCK,))
    if given:
        count_held(connection, conversation_id)
    return given


def hold_late(connection: Connection, channel: str, *, now: datetime) -> None:
    """Hold what could not be sent in time; a knock that comes too late is none any more.

    Takes the conversations' locks itself, before it touches a send.
    """
    late = (
        outbox.c.channel == channel,
        outbox.c.state == OutboxState.PENDING,
        outbox.c.hold_after < now,
    )
    found = set(connection.execute(select(outbox.c.conversation_id).where(*late)).scalars())
    for conversation_id in sorted(found):
        connection.execute(
            select(conversations.c.id)
            .where(conversations.c.id == conversation_id)
            .with_for_update()
        )
        mine = (*late, outbox.c.conversation_id == conversation_id)
        _drop_knocks(connection, now, *mine)
        held = connection.execute(update(outbox).where(*mine).values(state=OutboxState.HELD))
        if held.rowcount:
            count_held(connection, conversation_id)
            call_knock(connection, conversation_id, due_at=now)


def _drop_knocks(connection: Connection, now: datetime, *which: ColumnElement[bool]) -> None:
    """A knock that has not gone out is not needed any more; nobody misses it."""
    connection.execute(
        update(outbox)
        .where(
            *which,
            outbox.c.state == OutboxState.PENDING,
            outbox.c.lane == Lane.REPLY,
            outbox.c.repeat_in_doubt.is_(False),
        )
        .values(state=OutboxState.DEAD, error=TOO_LATE, settled_at=now)
    )


def _write_again(connection: Connection, conversation_id: str, now: datetime) -> int:
    """Give the texts new ids: an open page reads on from the last id that it has seen."""
    mine = (outbox.c.conversation_id == conversation_id, _HELD)
    rows = connection.execute(select(outbox).where(*mine).order_by(outbox.c.id)).mappings().all()
    if not rows:
        return 0
    connection.execute(delete(outbox).where(*mine))
    sent = {"state": OutboxState.SENT, "created_at": now, "settled_at": now}
    again = [{key: row[key] for key in row if key != "id"} | sent for row in rows]
    connection.execute(outbox.insert(), again)
    return len(rows)
