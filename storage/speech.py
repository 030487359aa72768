"""Words to the reporter outside a turn: an operator's, or a timer's of ours."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import events
from storage.alarms import note_answer
from storage.outbox import add_replies
from storage.rows import NewOutbound
from storage.store import Store
from storage.tables import conversations, tickets


async def say(
    store: Store,
    *,
    conversation_id: str,
    ticket_id: str | None,
    user_id: str | None,
    message: NewOutbound,
    now: datetime,
) -> int:
    """Write to the reporter outside a turn: an operator (with `user_id`) or a timer of ours."""
    keys = await store.vault.keys([conversation_id])
    key = keys[conversation_id]

    def work(connection: Connection) -> int:
        channel = connection.execute(
            select(conversations.c.channel)
            .where(conversations.c.id == conversation_id)
            .with_for_update()
        ).scalar_one()
        (row_id,) = add_replies(
            connection,
            (message,),
            channel=channel,
            conversation_id=conversation_id,
            key=key,
            answers_inbox_id=None,
            now=now,
        )
        if user_id and ticket_id:
            _note_operator(connection, store, ticket_id, user_id, row_id, now)
        return row_id

    return await store.db.transaction(work)


def _note_operator(
    connection: Connection,
    store: Store,
    ticket_id: str,
    user_id: str,
    row_id: int,
    now: datetime,
) -> None:
    connection.execute(
        update(tickets).where(tickets.c.id == ticket_id).values(last_operator_at=now)
    )
    note_answer(connection, ticket_id, now=now)
    events.append(
        connection,
        store.vault,
        kind="operator_wrote",
        at=now,
        ticket_id=ticket_id,
        actor_id=user_id,
        detail={"outbox_id": row_id},
    )
