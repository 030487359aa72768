"""Filters of the queue that somebody keeps under a key of their own (bộ lọc đã lưu)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.database import insert_new
from storage.keys.sealing import open_text, seal_text
from storage.queue.tables import saved_filters
from storage.store import Store

DIGITS = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A view with its filters, under `g` and a digit."""

    digit: int
    name: str = field(repr=False)
    asked: str
    """As it stands in the address of the desk."""


async def save_filter(
    store: Store, user_id: str, *, digit: int, name: str, asked: str, now: datetime
) -> None:
    """Keep a filter; what was under the digit before is replaced."""
    row = {
        "user_id": user_id,
        "digit": digit,
        "name_sealed": seal_text(store.vault.staff_key, name, _context(user_id, digit)),
        "asked": asked,
        "created_at": now,
    }

    def work(connection: Connection) -> None:
        _forget(connection, user_id, digit)
        insert_new(connection, saved_filters, row)

    await store.db.transaction(work)


async def forget_filter(store: Store, user_id: str, digit: int) -> None:
    """Forget a filter; without one nothing happens."""
    await store.db.transaction(lambda connection: _forget(connection, user_id, digit))


async def filters_of(store: Store, user_id: str) -> tuple[SavedFilter, ...]:
    """Return somebody's filters by digit."""
    found = await store.db.read(
        lambda connection: connection.execute(
            select(saved_filters)
            .where(saved_filters.c.user_id == user_id)
            .order_by(saved_filters.c.digit)
        ).all()
    )
    key = store.vault.staff_key
    return tuple(
        SavedFilter(
            digit=row.digit,
            name=open_text(key, row.name_sealed, _context(user_id, row.digit)),
            asked=row.asked,
        )
        for row in found
    )


def _forget(connection: Connection, user_id: str, digit: int) -> None:
    connection.execute(
        delete(saved_filters).where(
            saved_filters.c.user_id == user_id, saved_filters.c.digit == digit
        )
    )


def _context(user_id: str, digit: int) -> str:
    return f"filter:{user_id}:{digit}"
