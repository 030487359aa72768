"""Opens the composer again after a phone changed hands (mở lại ô viết): a supervisor's decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from storage.errors import NotFound
from storage.keys.sealing import Key, open_json, seal_json
from storage.store import Store
from storage.tables import conversations, tickets
from storage.talks.talk import opened_state, state_context
from storage.tickets.rows import (
    ReasonMissing,
    change,
    facts_context,
    lock,
    record,
    seal_note,
)

CHANGED_HANDS: Final = "phone_changed_hands"
"""The fact that locks the composer."""


async def unlock_composer(
    store: Store,
    ticket_id: str,
    *,
    reason: str,
    user_id: str,
    forgets: Mapping[str, Any],
    now: datetime,
) -> None:
    """Let people write to the reporter again; raises `NotFound` and `ReasonMissing`.

    `forgets` is laid over the dialogue's state. What waits goes on waiting until TIẾP.
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing
    talk_id = await store.db.read(
        lambda connection: connection.execute(
            select(tickets.c.conversation_id).where(tickets.c.id == ticket_id)
        ).scalar()
    )
    keys = await store.vault.keys([ticket_id, talk_id or ""])
    if talk_id not in keys or ticket_id not in keys:
        raise NotFound

    def work(connection: Connection) -> None:
        ticket = lock(connection, ticket_id)
        facts = _facts(connection, ticket_id, keys[ticket_id])
        blob = seal_json(keys[ticket_id], facts, facts_context(ticket_id))
        after = change(connection, ticket_id, facts_sealed=blob)
        if ticket.conversation_id == talk_id:  # else they write on another line by now
            _change_state(connection, talk_id, keys[talk_id], forgets)
        record(
            connection,
            store,
            "composer_unlocked",
            after,
            user_id=user_id,
            now=now,
            note_sealed=sealed,
        )

    await store.db.transaction(work)


def _facts(connection: Connection, ticket_id: str, key: Key) -> Mapping[str, Any]:
    blob = connection.execute(
        select(tickets.c.facts_sealed).where(tickets.c.id == ticket_id)
    ).scalar()
    known = open_json(key, blob, facts_context(ticket_id)) if blob else {}
    return {**known, CHANGED_HANDS: False}


def _change_state(
    connection: Connection, talk_id: str, key: Key, forgets: Mapping[str, Any]
) -> None:
    row = connection.execute(select(conversations).where(conversations.c.id == talk_id)).one()
    state = {**opened_state(row, key), **forgets}
    connection.execute(
        update(conversations)
        .where(conversations.c.id == talk_id)
        .values(
            state_sealed=seal_json(key, state, state_context(talk_id)),
            is_hushed=state.get("hidden", False),
        )
    )
