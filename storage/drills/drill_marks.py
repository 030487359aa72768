"""Which talks and tickets are drills (diễn tập): for what shows them and what must not count."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select

from storage.drills.tables import drills
from storage.store import Store
from storage.tables import conversations, tickets

_DRILLS_AMONG = (
    select(tickets.c.id)
    .join(conversations, conversations.c.id == tickets.c.conversation_id)
    .join(drills, drills.c.tag == conversations.c.source)
    .where(tickets.c.id.in_(bindparam("ids", expanding=True)))
)


async def drill_numbers(store: Store, numbers: Collection[str]) -> frozenset[str]:
    """Return which of these tickets belong to drills."""
    asked = (
        select(tickets.c.number)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(drills, drills.c.tag == conversations.c.source)
        .where(tickets.c.number.in_(numbers))
    )
    return await store.db.read(lambda connection: frozenset(connection.execute(asked).scalars()))


def drills_among(connection: Connection, ticket_ids: Collection[str]) -> frozenset[str]:
    """Return which of these tickets belong to drills, inside a transaction."""
    found = connection.execute(_DRILLS_AMONG, {"ids": tuple(ticket_ids)})
    return frozenset(found.scalars())


def is_drill_talk(conversation_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a conversation is a drill's, in SQL: what counts or learns leaves these out."""
    talk = conversations.alias()
    return exists().where(talk.c.id == conversation_id, drills.c.tag == talk.c.source)
