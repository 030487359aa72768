"""Messages of reporters, opened one by one or many: for lessons and for comparing models."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, select

from storage.keys.sealing import SealBroken, open_json
from storage.store import Store
from storage.tables import inbox, tickets
from storage.talks.talk import body_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message of a reporter; what was erased or does not open is never among them."""

    inbox_id: int
    conversation_id: str
    received_at: datetime
    body: Mapping[str, Any] = field(repr=False)
    ticket_number: str = ""
    """The ticket that it belongs to; empty where the talk has none."""
    ticket_urgency: str = ""
    """As it stands now: what the machine said, unless a person sized it anew."""


_NEWEST = (
    select(inbox)
    .where(inbox.c.conversation_id == bindparam("talk"))
    .order_by(inbox.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


async def of_conversation(
    store: Store, conversation_id: str, *, limit: int = 500
) -> tuple[Inbound, ...]:
    """Return the newest messages that a reporter wrote in one talk, oldest of them first."""
    return (await of_conversations(store, (conversation_id,), limit=limit))[conversation_id]


async def of_conversations(
    store: Store, conversation_ids: Collection[str], *, limit: int
) -> Mapping[str, tuple[Inbound, ...]]:
    """Return the same of several talks, read at once."""

    def work(connection: Connection) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        for talk in conversation_ids:
            rows = connection.execute(_NEWEST, {"talk": talk, "most": limit}).all()
            found += rows[::-1]
        return found

    opened = await _opened(store, await store.db.read(work), {})
    by_talk: dict[str, list[Inbound]] = {talk: [] for talk in conversation_ids}
    for each in opened:
        by_talk[each.conversation_id].append(each)
    return {talk: tuple(each) for talk, each in by_talk.items()}


async def recent(store: Store, *, since: datetime, limit: int) -> tuple[Inbound, ...]:
    """Return the newest messages of all talks, newest first, each with its ticket's number."""

    def work(connection: Connection) -> tuple[Sequence[Any], Sequence[Any]]:
        rows = connection.execute(
            select(inbox)
            .where(inbox.c.received_at >= since)
            .order_by(inbox.c.id.desc())
            .limit(limit)
        ).all()
        talks = select(inbox.c.conversation_id).where(inbox.c.received_at >= since)
        known = connection.execute(
            select(
                tickets.c.conversation_id,
                tickets.c.number,
                tickets.c.urgency,
                tickets.c.closed_at,
            )
            .where(tickets.c.conversation_id.in_(talks))
            .order_by(tickets.c.opened_at)
        ).all()
        return rows, known

    rows, known = await store.db.read(work)
    by_talk: dict[str, list[Row[Any]]] = {}
    for ticket in known:
        by_talk.setdefault(ticket.conversation_id, []).append(ticket)
    of_message = {row.id: _ticket(by_talk.get(row.conversation_id, []), row) for row in rows}
    return await _opened(store, rows, of_message)


def _ticket(candidates: Sequence[Row[Any]], message: Row[Any]) -> Row[Any] | None:
    """Choose the first ticket that had not ended when the message came, else the newest."""
    for ticket in candidates:
        if ticket.closed_at is None or ticket.closed_at >= message.received_at:
            return ticket
    return candidates[-1] if candidates else None


async def _opened(
    store: Store, rows: Sequence[Row[Any]], of_message: Mapping[int, Row[Any] | None]
) -> tuple[Inbound, ...]:
    keys = await store.vault.keys({row.conversation_id for row in rows})
    found = []
    for row in rows:
        key = keys.get(row.conversation_id)
        if key is None:
            continue
        try:
            body = open_json(key, row.body_sealed, body_context(row.conversation_id, "in"))
        except SealBroken:
            continue
        ticket = of_message.get(row.id)
        found.append(
            Inbound(
                inbox_id=row.id,
                conversation_id=row.conversation_id,
                received_at=row.received_at,
                body=body,
                ticket_number=ticket.number if ticket else "",
                ticket_urgency=ticket.urgency if ticket else "",
            )
        )
    return tuple(found)
