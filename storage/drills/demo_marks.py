"""Which rows belong to the invented year (dữ liệu mẫu): told apart as drills are, by their source.

The tag is a keyed hash: nobody outside can write it into a link, and no table keeps it. Invented
staff are those whose account was made with the mark in its event, which the chain protects.
"""

from sqlalchemy import ColumnElement, Connection, select

from storage.drills.drill_marks import is_drill_talk
from storage.keys.vault import Vault
from storage.store import Store
from storage.tables import conversations, events, tickets, users

_LETTERS = str.maketrans("0123456789", "ghijkmnpqr")
"""Digits in a row could be somebody's number, which is no tag (bot/channels/sources.py)."""
_LENGTH = 24
DEMO = "demo"
"""The mark in the event of an account: `{"demo": true}`."""


def demo_tag(vault: Vault) -> str:
    """Return the source of every invented talk on this installation."""
    return f"demo-{vault.lookup(DEMO, 'talk').hex()[:_LENGTH].translate(_LETTERS)}"


def is_demo_talk(vault: Vault) -> ColumnElement[bool]:
    """Whether a row of `conversations` is invented, in SQL."""
    return conversations.c.source == demo_tag(vault)


async def holds_real_tickets(store: Store) -> bool:
    """Whether there is a ticket that is neither invented nor a drill's."""
    asked = (
        select(tickets.c.id)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .where(~is_demo_talk(store.vault), ~is_drill_talk(conversations.c.id))
        .limit(1)
    )
    return await store.db.read(lambda connection: connection.execute(asked).first() is not None)


def demo_people(connection: Connection) -> tuple[str, ...]:
    """Return the ids of invented staff who are still here."""
    asked = select(events.c.detail).where(events.c.kind == "user_created").order_by(events.c.id)
    marked = [row.detail["user"] for row in connection.execute(asked) if row.detail.get(DEMO)]
    here = set(connection.execute(select(users.c.id).where(users.c.id.in_(marked))).scalars())
    return tuple(each for each in marked if each in here)
