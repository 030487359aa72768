"""Persons on a channel (contacts) and the one conversation each of them has."""

import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.database import insert_new
from storage.keys.sealing import Key, seal
from storage.rows import NewInbound
from storage.store import Store
from storage.tables import contacts, conversations

_BEGIN_TALK = conversations.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactIds:
    """The ids that a sender has with us."""

    contact_id: str
    conversation_id: str


def account_context(contact_id: str) -> str:
    """Bind a sealed account id to its row."""
    return f"contact:{contact_id}:account"


async def find_contact(store: Store, channel: str, account: str) -> ContactIds | None:
    """Return the ids of a sender that wrote before."""
    lookup = store.vault.lookup(channel, account)
    return await store.db.read(lambda connection: _find(connection, channel, lookup))


async def find_conversation(store: Store, channel: str, account: str) -> str | None:
    """Return the conversation of a sender that wrote before."""
    found = await find_contact(store, channel, account)
    return found.conversation_id if found else None


async def is_blocked(store: Store, channel: str, account: str) -> bool:
    """Whether this sender blocked us."""
    lookup = store.vault.lookup(channel, account)
    found = await store.db.read(
        lambda connection: connection.execute(
            select(contacts.c.is_blocked).where(
                contacts.c.channel == channel, contacts.c.lookup == lookup
            )
        ).scalar()
    )
    return bool(found)


async def set_blocked(
    store: Store, channel: str, account: str, *, is_blocked: bool, now: datetime
) -> None:
    """Note that the reporter blocked us or came back; a stranger leaves no row."""
    lookup = store.vault.lookup(channel, account)
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                update(contacts)
                .where(contacts.c.channel == channel, contacts.c.lookup == lookup)
                .values(is_blocked=is_blocked)
            ).rowcount
        )
    )


def forget_lookup(connection: Connection, ids: ContactIds) -> None:
    """Let an erased person be a stranger who writes for the first time."""
    connection.execute(
        update(contacts).where(contacts.c.id == ids.contact_id).values(lookup=os.urandom(32))
    )


def add_contact(
    connection: Connection,
    ids: ContactIds,
    message: NewInbound,
    *,
    lookup: bytes,
    contact_key: Key,
) -> bool:
    """Insert contact and conversation; False when another process was faster."""
    row = {
        "id": ids.contact_id,
        "channel": message.channel,
        "lookup": lookup,
        "account_sealed": seal(
            contact_key, message.account.encode(), account_context(ids.contact_id)
        ),
        "name_sealed": _sealed_name(ids, message, contact_key),
        "is_blocked": False,
        "created_at": message.received_at,
    }
    if not insert_new(connection, contacts, row):
        return False
    talk = {
        "id": ids.conversation_id,
        "contact_id": ids.contact_id,
        "channel": message.channel,
        "source": message.source[:64],
        "waiting": 0,
        "created_at": message.received_at,
    }
    connection.execute(_BEGIN_TALK, talk)
    return True


def _sealed_name(ids: ContactIds, message: NewInbound, key: Key) -> bytes | None:
    if not message.name:
        return None
    return seal(key, message.name.encode(), f"contact:{ids.contact_id}:name")


def _find(connection: Connection, channel: str, lookup: bytes) -> ContactIds | None:
    row = connection.execute(
        select(contacts.c.id, conversations.c.id)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.channel == channel, contacts.c.lookup == lookup)
    ).first()
    return ContactIds(contact_id=row[0], conversation_id=row[1]) if row else None
