"""Identifiers of a ticket that somebody had shown (hiện thông tin cá nhân), as events."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from storage.store import Store
from storage.tickets.rows import ReasonMissing, read, record, seal_note

REVEALED: Final = "identifiers_revealed"


async def reveal(store: Store, ticket_id: str, *, reason: str, user_id: str, now: datetime) -> None:
    """Note that somebody had the identifiers of a ticket shown, and why."""
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> None:
        ticket = read(connection, ticket_id)
        record(
            connection, store, REVEALED, ticket, user_id=user_id, now=now, note_sealed=sealed
        )  # fmt: skip

    await store.db.transaction(work)
