"""Roles (vai trò): who has which, and the roles that the Centre made itself.

What a role may is a list of names here; intake/permissions.py knows what they mean.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage import events
from storage.accounts.second_people import keep_one
from storage.accounts.tables import invitations, roles
from storage.errors import NotFound, StorageError
from storage.rota import duty
from storage.store import Store
from storage.tables import sessions, users
from storage.tickets.leaving import lay_down, record_laid_down


class RoleNameTaken(StorageError):
    """There is a role of this name already."""


class RoleInUse(StorageError):
    """Somebody has this role, or was invited to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """A role of the Centre's own."""

    id: str
    name: str
    permissions: tuple[str, ...]
    holders: int


async def set_role(
    store: Store,
    user_id: str,
    *,
    role: str,
    now: datetime,
    actor_id: str,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Give another role; nothing of the old one stays. `beside` is what `keep_one` must find.

    The user is off duty and signed out, and their tickets wait for somebody again.
    """

    def work(connection: Connection) -> None:
        if beside is not None:
            keep_one(connection, user_id, beside)
        changed = connection.execute(update(users).where(users.c.id == user_id).values(role=role))
        if changed.rowcount != 1:
            raise NotFound
        _send_away(connection, store, (user_id,), now=now, actor_id=actor_id)
        detail = {"user": user_id, "role": role}
        events.append(
            connection, store.vault, kind="role_changed", at=now, actor_id=actor_id, detail=detail
        )

    await store.db.transaction(work)


async def own_roles(store: Store) -> tuple[RoleRow, ...]:
    """Return the roles that the Centre made, by name, with how many people have each."""
    held = select(users.c.role, func.count().label("holders")).group_by(users.c.role).subquery()
    found = await store.db.read(
        lambda connection: connection.execute(
            select(roles, func.coalesce(held.c.holders, 0).label("holders"))
            .outerjoin(held, held.c.role == roles.c.id)
            .order_by(roles.c.name)
        ).all()
    )
    return tuple(
        RoleRow(id=row.id, name=row.name, permissions=tuple(row.permissions), holders=row.holders)
        for row in found
    )


async def make_role(
    store: Store, *, name: str, permissions: Iterable[str], now: datetime, actor_id: str
) -> str:
    """Make a role and return its id; raises `RoleNameTaken`."""
    role_id, allowed = f"own-{token_hex(5)}", sorted(permissions)

    def work(connection: Connection) -> str:
        _refuse_taken(connection, role_id, name)
        row = {
            "id": role_id, "name": name, "permissions": allowed,
            "created_at": now, "changed_at": now,
        }  # fmt: skip
        connection.execute(roles.insert().values(**row))
        _note(connection, store, "role_made", now, actor_id, role_id, added=allowed)
        return role_id

    return await store.db.transaction(work)


async def edit_role(
    store: Store,
    role_id: str,
    *,
    name: str,
    permissions: Iterable[str],
    now: datetime,
    actor_id: str,
) -> None:
    """Change a role; raises `NotFound`, `RoleNameTaken`.

    When it loses something, its holders are off duty and signed out, and their tickets wait for
    somebody again: nobody goes on with what was taken away.
    """
    allowed = set(permissions)

    def work(connection: Connection) -> None:
        before = connection.execute(
            select(roles.c.permissions).where(roles.c.id == role_id).with_for_update()
        ).scalar()
        if before is None:
            raise NotFound
        _refuse_taken(connection, role_id, name)
        connection.execute(
            update(roles)
            .where(roles.c.id == role_id)
            .values(name=name, permissions=sorted(allowed), changed_at=now)
        )
        lost = sorted(set(before) - allowed)
        if lost:
            holders = connection.execute(select(users.c.id).where(users.c.role == role_id))
            _send_away(connection, store, tuple(holders.scalars()), now=now, actor_id=actor_id)
        added = sorted(allowed - set(before))
        _note(connection, store, "role_edited", now, actor_id, role_id, added=added, lost=lost)

    await store.db.transaction(work)


async def remove_role(store: Store, role_id: str, *, now: datetime, actor_id: str) -> None:
    """Remove a role that nobody has; raises `RoleInUse`."""

    def work(connection: Connection) -> None:
        is_held = connection.execute(select(users.c.id).where(users.c.role == role_id).limit(1))
        waits = connection.execute(
            select(invitations.c.id).where(
                invitations.c.role == role_id,
                invitations.c.used_at.is_(None),
                invitations.c.revoked_at.is_(None),
                invitations.c.expires_at > now,
            )
        )
        if is_held.first() or waits.first():
            raise RoleInUse
        if connection.execute(delete(roles).where(roles.c.id == role_id)).rowcount:
            _note(connection, store, "role_removed", now, actor_id, role_id)

    await store.db.transaction(work)


def _send_away(
    connection: Connection, store: Store, gone: tuple[str, ...], *, now: datetime, actor_id: str
) -> None:
    """Sign people out; all rows are locked before the first event is appended."""
    laid_down = []
    for user_id in gone:
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        duty.end_shift(connection, user_id)
        laid_down.append((user_id, lay_down(connection, user_id, now=now)))
    for user_id, tickets in laid_down:
        record_laid_down(connection, store, tickets, user_id=user_id, actor_id=actor_id, now=now)


def _refuse_taken(connection: Connection, role_id: str, name: str) -> None:
    taken = select(roles.c.id).where(func.lower(roles.c.name) == name.lower())
    if connection.execute(taken.where(roles.c.id != role_id)).first():
        raise RoleNameTaken


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    now: datetime,
    actor_id: str,
    role_id: str,
    **more: Any,
) -> None:
    detail = {"role": role_id, **more}
    events.append(connection, store.vault, kind=kind, at=now, actor_id=actor_id, detail=detail)
