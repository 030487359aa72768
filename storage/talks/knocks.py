"""The knock (gõ cửa): one neutral line that something waits, decided under the conversation's lock.

It stands on a lock screen, so it is sent once in a silence, within a safe time, or not at all.
"""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import tickets
from storage.rows import NewOutbound, TicketRow, TimerRow
from storage.store import Store
from storage.tables import conversations
from storage.talks.holding import standing_of
from storage.talks.outgoing import add_replies
from storage.talks.standing import Standing
from storage.tickets.rows import record
from storage.timers import settle_inside


async def knock(
    store: Store,
    timer: TimerRow,
    *,
    message: NewOutbound,
    seen: Standing,
    until: datetime,
    now: datetime,
) -> bool:
    """Send the line and settle the timer; False: the reporter wrote meanwhile, look again.

    `seen` is what the decision rests on. After `until` the line is not sent any more.
    """
    key = (await store.vault.keys([timer.subject]))[timer.subject]

    def work(connection: Connection) -> bool:
        row = connection.execute(
            select(conversations).where(conversations.c.id == timer.subject).with_for_update()
        ).one()
        if row.waiting or standing_of(row) != seen:
            return False
        if not settle_inside(connection, timer, now=now):
            return True
        add_replies(
            connection,
            (message,),
            channel=row.channel,
            conversation_id=row.id,
            key=key,
            answers_inbox_id=None,
            now=now,
            hold_after=until,
        )
        connection.execute(
            update(conversations).where(conversations.c.id == row.id).values(knocked_at=now)
        )
        if ticket := tickets.ticket_of(connection, row.id, now=now):
            record(connection, store, "knock_sent", ticket, user_id=None, now=now)
        return True

    return await store.db.transaction(work)


def record_given(
    connection: Connection, store: Store, ticket: TicketRow, count: int, *, now: datetime
) -> None:
    """Note that what waited went out, as the last statement of the turn."""
    record(
        connection,
        store,
        "held_given",
        ticket,
        user_id=None,
        now=now,
        detail={"count": count},
    )
