"""A conversation as people see it: both directions in order, opened with the conversation key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, null, select

from storage.keys.sealing import Key, SealBroken, open_json
from storage.rows import OutboxState
from storage.store import Store
from storage.tables import conversations, inbox, outbox
from storage.talks.talk import body_context


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """One bubble of a conversation as people see it (dòng hội thoại)."""

    cursor: str
    """Opaque; pass the last one back to get what came after it."""
    from_reporter: bool
    author: str
    """`reporter`, `bot`, or an operator's id."""
    at: datetime
    body: Mapping[str, Any] = field(repr=False)
    inbox_id: int | None
    outbox_id: int | None
    state: OutboxState | None
    """How the delivery stands; None for what the reporter wrote."""


def _no_id(label: str) -> Any:
    return null().cast(Integer).label(label)


def _incoming() -> Any:
    return select(
        inbox.c.id.label("inbox_id"),
        _no_id("outbox_id"),
        inbox.c.conversation_id,
        inbox.c.received_at.label("at"),
        inbox.c.body_sealed,
    )


def _outgoing() -> Any:
    return select(
        _no_id("inbox_id"),
        outbox.c.id.label("outbox_id"),
        outbox.c.conversation_id,
        outbox.c.created_at.label("at"),
        outbox.c.body_sealed,
        outbox.c.author,
        outbox.c.state,
    )


_ASKED = select(inbox.c.conversation_id, inbox.c.handled_at).where(
    inbox.c.id == bindparam("message")
)
_ANSWERS = (
    _outgoing().where(outbox.c.answers_inbox_id == bindparam("message")).order_by(outbox.c.id)
)
_NEWEST = tuple(
    query.where(table.c.conversation_id == bindparam("talk"))
    .order_by(table.c.id.desc())
    .limit(bindparam("most", type_=Integer))
    for query, table in ((_incoming(), inbox), (_outgoing(), outbox))
)
_UNREADABLE: Mapping[str, Mapping[str, Any]] = {
    "in": {"type": "unreadable"},
    "out": {"text": "[…]"},
}


async def thread(
    store: Store, conversation_id: str, *, after: str = "", limit: int = 200
) -> tuple[ThreadEntry, ...]:
    """Return what came after a cursor, oldest first; nothing for an erased conversation.

    What waits for TIẾP is not in it: the reporter reads this.

    Within one conversation ids are committed in their order, so a cursor never skips an entry.
    """
    keys = await store.vault.keys([conversation_id])
    key = keys.get(conversation_id)
    if key is None:
        return ()
    seen_in, seen_out = read_cursor(after)
    rows = await store.db.read(
        lambda connection: _rows(connection, conversation_id, seen_in, seen_out, limit)
    )
    entries = []
    for row in rows:
        seen_in, seen_out = max(seen_in, row.inbox_id or 0), max(seen_out, row.outbox_id or 0)
        entries.append(_entry(row, key, f"{seen_in}-{seen_out}"))
    return tuple(entries)


async def newest(
    store: Store, conversation_id: str, *, limit: int = 200
) -> tuple[ThreadEntry, ...]:
    """Return the newest entries, oldest of them first: what a person looks at."""
    keys = await store.vault.keys([conversation_id])
    key = keys.get(conversation_id)
    if key is None:
        return ()
    rows = await store.db.read(lambda connection: _newest_rows(connection, conversation_id, limit))
    return tuple(_entry(row, key, f"{row.inbox_id or 0}-{row.outbox_id or 0}") for row in rows)


async def last_reporter_at(store: Store, conversation_id: str) -> datetime | None:
    """Return when the reporter last wrote."""
    return await store.db.read(
        lambda connection: connection.execute(
            select(conversations.c.last_reporter_at).where(conversations.c.id == conversation_id)
        ).scalar()
    )


async def replies_to(store: Store, inbox_id: int) -> tuple[ThreadEntry, ...] | None:
    """Return the answers to one message, or None while its turn is not committed."""
    found = await store.db.read(lambda connection: _turn_of(connection, inbox_id))
    if found is None:
        return None
    conversation_id, rows = found
    keys = await store.vault.keys([conversation_id])
    key = keys.get(conversation_id)
    return tuple(_entry(row, key, f"0-{row.outbox_id}") for row in rows) if key else ()


def read_cursor(cursor: str) -> tuple[int, int]:
    """Read a cursor; anything that is not one starts at the beginning."""
    parts = cursor.split("-")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts):
        seen_in, seen_out = (min(int(part[:18]), 2**62) for part in parts)
        return seen_in, seen_out
    return 0, 0


def _rows(
    connection: Connection, conversation_id: str, seen_in: int, seen_out: int, limit: int
) -> Sequence[Any]:
    incoming = connection.execute(
        _incoming()
        .where(inbox.c.conversation_id == conversation_id, inbox.c.id > seen_in)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    outgoing = connection.execute(
        _outgoing()
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.id > seen_out,
            outbox.c.state != OutboxState.HELD,
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return _interleaved(list(incoming.all()), list(outgoing.all()))[:limit]


def _newest_rows(connection: Connection, conversation_id: str, limit: int) -> list[Any]:
    wanted = {"talk": conversation_id, "most": limit}
    incoming, outgoing = (list(connection.execute(each, wanted))[::-1] for each in _NEWEST)
    return _interleaved(incoming, outgoing)[-limit:]


def _interleaved(incoming: list[Any], outgoing: list[Any]) -> list[Any]:
    """Merge by time, but keep each direction in the order of its ids: that is what was answered."""
    merged: list[Any] = []
    incoming, outgoing = incoming[::-1], outgoing[::-1]
    while incoming and outgoing:
        first = incoming if incoming[-1].at <= outgoing[-1].at else outgoing
        merged.append(first.pop())
    return merged + incoming[::-1] + outgoing[::-1]


def _turn_of(connection: Connection, inbox_id: int) -> tuple[str, Sequence[Any]] | None:
    asked = connection.execute(_ASKED, {"message": inbox_id}).first()
    if asked is None or asked.handled_at is None:
        return None
    return asked.conversation_id, connection.execute(_ANSWERS, {"message": inbox_id}).all()


def _entry(row: Any, key: Key, cursor: str) -> ThreadEntry:
    is_incoming = row.inbox_id is not None
    direction = "in" if is_incoming else "out"
    body: Mapping[str, Any]
    try:
        body = open_json(key, row.body_sealed, body_context(row.conversation_id, direction))
    except SealBroken:  # the rest of the talk must stay readable
        body = _UNREADABLE[direction]
    at: datetime = row.at
    return ThreadEntry(
        cursor=cursor,
        from_reporter=is_incoming,
        author="reporter" if is_incoming else row.author,
        at=at,
        body=body,
        inbox_id=row.inbox_id,
        outbox_id=row.outbox_id,
        state=None if is_incoming else OutboxState(row.state),
    )
