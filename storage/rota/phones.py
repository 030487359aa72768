"""Telephones of staff (điện thoại cán bộ): sealed, and rung in the order of the rota."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage import events
from storage.accounts.user_rows import open_name
from storage.database import insert_into
from storage.keys.sealing import Key, open_text, seal_text
from storage.rota.rows import ShiftRole
from storage.rota.shifts import lock_user, planned
from storage.rota.tables import staff_phones
from storage.store import Store
from storage.tables import users


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Somebody whose telephone can ring."""

    user_id: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    is_on_call: bool
    """By the rota, now."""


async def set_phone(
    store: Store, user_id: str, *, phone: str, now: datetime, actor_id: str
) -> None:
    """Keep somebody's telephone; empty: none. Raises `NotFound`."""
    sealed = seal_text(store.vault.staff_key, phone, _context(user_id)) if phone else None

    def work(connection: Connection) -> None:
        lock_user(connection, user_id)
        connection.execute(staff_phones.delete().where(staff_phones.c.user_id == user_id))
        if sealed is not None:
            statement = insert_into(connection.dialect.name, staff_phones).values(
                user_id=user_id, phone_sealed=sealed, changed_at=now, changed_by=actor_id
            )
            connection.execute(statement)
        events.append(
            connection, store.vault, kind="phone_changed", at=now, actor_id=actor_id,
            detail={"user": user_id},
        )  # fmt: skip

    await store.db.transaction(work)


async def phones_of_all(store: Store) -> dict[str, str]:
    """Return every telephone by user."""
    return await store.db.read(lambda connection: _phones(connection, store.vault.staff_key))


async def on_call(store: Store, *, now: datetime) -> tuple[str, ...]:
    """Return who is on call by the rota (trực điện thoại), whether or not there is a number."""
    return await store.db.read(lambda connection: _on_call(connection, now))


async def reachable(store: Store, *, now: datetime) -> tuple[Reachable, ...]:
    """Return everybody with a telephone, who is on call first."""

    def work(connection: Connection) -> tuple[Reachable, ...]:
        key, on_call_now = store.vault.staff_key, _on_call(connection, now)
        phones = _phones(connection, key)
        rows = connection.execute(
            select(users.c.id, users.c.display_name_sealed)
            .where(users.c.is_active, users.c.id.in_(phones))
            .order_by(users.c.login)
        )
        found = [
            Reachable(
                user_id=row.id,
                name=open_name(key, row.id, row.display_name_sealed),
                phone=phones[row.id],
                is_on_call=row.id in on_call_now,
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda each: not each.is_on_call))

    return await store.db.read(work)


def _on_call(connection: Connection, now: datetime) -> tuple[str, ...]:
    found = planned(connection, now, now + timedelta(microseconds=1))
    now_on = (each for each in found if each.role is ShiftRole.ON_CALL)
    return tuple(dict.fromkeys(each.user_id for each in now_on))


def _phones(connection: Connection, key: Key) -> dict[str, str]:
    rows = connection.execute(select(staff_phones))
    return {row.user_id: open_text(key, row.phone_sealed, _context(row.user_id)) for row in rows}


def _context(user_id: str) -> str:
    return f"user:{user_id}:phone"
