"""The one condition by which a ticket is kept from somebody (kept_from.py), in SQL.

Whoever is kept from a ticket is kept from every ticket of that talk: each shows the whole of it.
"""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select

from storage.safeguarding.tables import kept_from
from storage.tables import tickets

_named, _of_talk = tickets.alias("named"), tickets.alias("of_talk")


def is_open_to(user_id: "str | BindParameter[str]") -> ColumnElement[bool]:
    """Return the condition on `tickets` that somebody is not kept from them."""
    return tickets.c.id.not_in(kept_tickets().where(kept_from.c.user_id == user_id))


def kept_tickets() -> Select[Any]:
    """Select the ids of tickets that are kept, out of `kept_from`; the caller says from whom."""
    return (
        select(_of_talk.c.id)
        .join(_named, _named.c.conversation_id == _of_talk.c.conversation_id)
        .join(kept_from, kept_from.c.ticket_id == _named.c.id)
        .where(kept_from.c.lifted_at.is_(None))
    )


def kept_users() -> Select[Any]:
    """Select who is kept from which of the tickets `ids`."""
    mine = kept_tickets().where(_of_talk.c.id.in_(bindparam("ids", expanding=True)))
    return mine.add_columns(kept_from.c.user_id).distinct()


def kept_talks(user_id: str) -> Select[Any]:
    """Select the talks of tickets that are kept from somebody."""
    return (
        select(_named.c.conversation_id)
        .join(kept_from, kept_from.c.ticket_id == _named.c.id)
        .where(kept_from.c.user_id == user_id, kept_from.c.lifted_at.is_(None))
    )
