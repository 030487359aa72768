"""Staff in rows: what is sealed about them, and how a row is read."""

from typing import Any

from sqlalchemy import Row

from storage.rows import UserRow
from storage.sealing import Key, open_text, seal_text


def to_user(row: Row[Any], staff_key: Key) -> UserRow:
    """Map a row of `users`."""
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
