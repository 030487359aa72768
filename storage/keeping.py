"""The condition that a ticket is open to somebody (storage/kept_from.py): for the queue's SQL."""

from sqlalchemy import ColumnElement, literal, not_, select

from storage.safeguarding_tables import kept_from
from storage.tables import tickets


def is_open_to(user_id: str) -> ColumnElement[bool]:
    """Return the condition on `tickets` that somebody is not kept from them."""
    found = select(literal(1)).where(
        kept_from.c.ticket_id == tickets.c.id,
        kept_from.c.user_id == user_id,
        kept_from.c.lifted_at.is_(None),
    )
    return not_(found.exists())
