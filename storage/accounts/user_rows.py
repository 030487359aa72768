"""Staff in rows: what is sealed about them, and how a row is read."""

from typing import Any

from sqlalchemy import Row, Select, exists, select

from storage.accounts.tables import access_asks, roles, second_factors
from storage.keys.sealing import Key, open_text, seal_text
from storage.rows import UserRow
from storage.tables import users

_AWAITS = exists().where(
    access_asks.c.user_id == users.c.id,
    access_asks.c.is_waiting,
    access_asks.c.settled_at.is_(None),
)


def select_staff() -> Select[Any]:
    """Select staff with what `to_user` reads beside their row: an own role, a second factor,
    and whether a second person has yet to confirm them.
    """
    return (
        select(
            users,
            roles.c.name.label("role_name"),
            roles.c.permissions.label("role_permissions"),
            second_factors.c.confirmed_at.label("factor_since"),
            _AWAITS.label("awaits_second_person"),
        )
        .select_from(users)
        .outerjoin(roles, roles.c.id == users.c.role)
        .outerjoin(second_factors, second_factors.c.user_id == users.c.id)
    )


def to_user(row: Row[Any], staff_key: Key) -> UserRow:
    """Map a row of `select_staff`."""
    chat = row.staff_chat_sealed
    return UserRow(
        id=row.id,
        login=row.login,
        display_name=open_name(staff_key, row.id, row.display_name_sealed),
        role=row.role,
        is_active=row.is_active,
        is_on_duty=row.is_on_duty and row.duty_until is not None,
        duty_until=row.duty_until if row.is_on_duty else None,
        must_change_password=row.must_change_password,
        staff_chat=open_text(staff_key, chat, _context(row.id, "chat")) if chat else "",
        role_name=row.role_name or "",
        own_permissions=tuple(row.role_permissions or ()),
        has_second_factor=row.factor_since is not None,
        awaits_second_person=bool(row.awaits_second_person),
    )


def open_name(staff_key: Key, user_id: str, sealed: bytes) -> str:
    """Return the name that people see."""
    return open_text(staff_key, sealed, _context(user_id, "name"))


def seal_name(staff_key: Key, user_id: str, name: str) -> bytes:
    """Seal the name that people see."""
    return seal_text(staff_key, name, _context(user_id, "name"))


def seal_chat(staff_key: Key, user_id: str, chat: str) -> bytes | None:
    """Seal where a staff messenger reaches this person; None for nowhere."""
    return seal_text(staff_key, chat, _context(user_id, "chat")) if chat else None


def _context(user_id: str, part: str) -> str:
    return f"user:{user_id}:{part}"
