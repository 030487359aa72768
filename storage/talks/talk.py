"""A conversation's row and messages, opened with its key: what a walk begins with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage.keys.sealing import Key, SealBroken, open_json
from storage.rows import InboxRow, Lane, Loaded, TicketRow
from storage.tables import inbox
from storage.talks.holding import standing_of

_UNREADABLE_WALKS = 99
"""A message that does not open counts as walked too often: a person looks at it."""
_WAITING = (
    select(inbox)
    .where(inbox.c.conversation_id == bindparam("talk"), inbox.c.handled_at.is_(None))
    .order_by(inbox.c.id)
)


def body_context(conversation_id: str, direction: str) -> str:
    """Bind a sealed body to its conversation and its direction (`in` or `out`)."""
    return f"conversation:{conversation_id}:{direction}"


def state_context(conversation_id: str) -> str:
    """Bind a sealed dialogue state to its conversation."""
    return f"conversation:{conversation_id}:state"


def opened(
    row: Any, key: Key, *, waiting: tuple[InboxRow, ...], ticket: TicketRow | None
) -> Loaded:
    """Open a row of `conversations`; a state that does not open starts anew."""
    state = opened_state(row, key)
    standing = standing_of(row)
    return Loaded(
        conversation_id=row.id,
        channel=row.channel,
        state={
            **state,
            "held_by_operator": row.held_by is not None,
            "words_wait": standing.held > 0,
        },
        waiting=waiting,
        ticket=ticket,
        standing=standing,
    )


def waiting_in(connection: Connection, conversation_id: str, key: Key) -> tuple[InboxRow, ...]:
    """Return the unhandled messages of a conversation, oldest first."""
    rows = connection.execute(_WAITING, {"talk": conversation_id})
    return tuple(_inbox_row(row, key) for row in rows)


def opened_state(row: Any, key: Key) -> Mapping[str, Any]:
    """Return the dialogue's state; one that does not open is empty."""
    if not row.state_sealed:
        return {}
    try:
        return open_json(key, row.state_sealed, state_context(row.id))
    except SealBroken:
        return {}


def _inbox_row(row: Any, key: Key) -> InboxRow:
    body: Mapping[str, Any]
    try:
        body, walks = (
            open_json(key, row.body_sealed, body_context(row.conversation_id, "in")),
            row.walks,
        )
    except SealBroken:
        body, walks = {"type": "unreadable"}, _UNREADABLE_WALKS
    return InboxRow(
        id=row.id,
        channel=row.channel,
        external_id=row.external_id,
        sent_at=row.sent_at,
        received_at=row.received_at,
        body=body,
        lane=Lane(row.lane),
        walks=walks,
    )
