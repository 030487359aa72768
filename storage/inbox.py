"""Stop 2: a message is stored once, before anything else; its conversation is leased."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from storage.contacts import ContactIds, add_contact, find_contact
from storage.database import insert_new, new_id, ring
from storage.errors import StorageUnavailable, TooFast
from storage.leases import take_token
from storage.rows import Bucket, Lane, Lease, NewInbound, Received
from storage.sealing import Key, seal_json
from storage.store import Store
from storage.tables import conversations, inbox
from storage.vault import KeyKind

_RACES = 3


class _Overtaken(Exception):
    """Another process stored this sender's first message a moment ago."""


def body_context(conversation_id: str, direction: str) -> str:
    """Bind a sealed body to its conversation and its direction (`in` or `out`)."""
    return f"conversation:{conversation_id}:{direction}"


async def receive(
    store: Store,
    message: NewInbound,
    *,
    owner: str,
    now: datetime,
    lease_seconds: float,
    bucket: Bucket | None,
) -> Received:
    """Commit the message; the same (channel, external id) again stores nothing.

    Raises `TooFast` when the bucket is empty (never in the emergency lane) and
    `StorageUnavailable` when the database cannot be written: then spool it.
    """
    for _ in range(_RACES):
        known = await find_contact(store, message.channel, message.account)
        ids = known or ContactIds(contact_id=new_id(), conversation_id=new_id())
        keys = await _keys_of(store, ids, is_new=known is None)

        def work(
            connection: Connection,
            ids: ContactIds = ids,
            keys: dict[str, Key] = keys,
            is_new: bool = known is None,
        ) -> Received:
            if is_new and not _add_sender(connection, store, ids, message, keys):
                raise _Overtaken
            lease = Lease(
                conversation_id=ids.conversation_id,
                token=f"{owner}:{new_id()}",
                until=now + timedelta(seconds=lease_seconds),
            )
            return _insert(connection, message, lease, keys[ids.conversation_id], bucket, now)

        try:
            return await store.db.transaction(work)
        except _Overtaken:
            continue
    raise StorageUnavailable("contact_race")


async def sweep(
    store: Store, *, owner: str, now: datetime, lease_seconds: float, limit: int
) -> tuple[Lease, ...]:
    """Lease conversations that wait and that nobody walks: after a crash, a restart, a failure."""
    until = now + timedelta(seconds=lease_seconds)
    return await store.db.transaction(
        lambda connection: _sweep(connection, owner, now, until, limit)
    )


def oldest_waiting(connection: Connection, conversation_id: str) -> int | None:
    """Return the id of the first unhandled message of a conversation."""
    found: int | None = connection.execute(
        select(func.min(inbox.c.id)).where(
            inbox.c.conversation_id == conversation_id, inbox.c.handled_at.is_(None)
        )
    ).scalar()
    return found


def begin_walk(connection: Connection, inbox_id: int) -> None:
    """Count a walk before it begins, so that a crash inside it is counted too."""
    connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(walks=inbox.c.walks + 1))


async def _keys_of(store: Store, ids: ContactIds, *, is_new: bool) -> dict[str, Key]:
    if is_new:
        return dict(
            await store.vault.create(
                {
                    ids.contact_id: KeyKind.CONTACT,
                    ids.conversation_id: KeyKind.CONVERSATION,
                }
            )
        )
    keys = dict(await store.vault.keys([ids.conversation_id]))
    if ids.conversation_id not in keys:  # erased while the person writes again
        keys |= await store.vault.create({ids.conversation_id: KeyKind.CONVERSATION})
    return keys


def _add_sender(
    connection: Connection,
    store: Store,
    ids: ContactIds,
    message: NewInbound,
    keys: dict[str, Key],
) -> bool:
    lookup = store.vault.lookup(message.channel, message.account)
    return add_contact(connection, ids, message, lookup=lookup, contact_key=keys[ids.contact_id])


def _insert(
    connection: Connection,
    message: NewInbound,
    lease: Lease,
    key: Key,
    bucket: Bucket | None,
    now: datetime,
) -> Received:
    conversation_id = lease.conversation_id
    held_until = _lock(connection, conversation_id)
    row = {
        "channel": message.channel,
        "external_id": message.external_id,
        "conversation_id": conversation_id,
        "body_sealed": seal_json(key, message.body, body_context(conversation_id, "in")),
        "lane": int(message.lane),
        "walks": 0,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
    }
    is_new = insert_new(connection, inbox, row)
    inbox_id, owner_id = connection.execute(
        select(inbox.c.id, inbox.c.conversation_id).where(
            inbox.c.channel == message.channel, inbox.c.external_id == message.external_id
        )
    ).one()
    if not is_new:
        return Received(inbox_id=inbox_id, conversation_id=owner_id, seen_before=True, lease=None)
    if bucket and message.lane is not Lane.EMERGENCY and not take_token(connection, bucket, now):
        raise TooFast(bucket.name.split(":")[0])
    is_free = held_until is None or held_until < now
    _count_waiting(connection, lease if is_free else None, conversation_id, now)
    if is_free:
        begin_walk(connection, oldest_waiting(connection, conversation_id) or inbox_id)
    ring(connection, f"conversation:{conversation_id}")
    return Received(
        inbox_id=inbox_id,
        conversation_id=conversation_id,
        seen_before=False,
        lease=lease if is_free else None,
    )


def _lock(connection: Connection, conversation_id: str) -> datetime | None:
    """Lock the conversation, so that ids in it are committed in their order; return its lease."""
    until: datetime | None = connection.execute(
        select(conversations.c.lease_until)
        .where(conversations.c.id == conversation_id)
        .with_for_update()
    ).scalar_one()
    return until


def _count_waiting(
    connection: Connection, lease: Lease | None, conversation_id: str, now: datetime
) -> None:
    values: dict[str, Any] = {
        "waiting": conversations.c.waiting + 1,
        "last_reporter_at": now,
    }
    if lease:
        values |= {"lease_token": lease.token, "lease_until": lease.until}
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(**values)
    )


def _sweep(
    connection: Connection, owner: str, now: datetime, until: datetime, limit: int
) -> tuple[Lease, ...]:
    lane = (
        select(func.min(inbox.c.lane))
        .where(inbox.c.conversation_id == conversations.c.id, inbox.c.handled_at.is_(None))
        .scalar_subquery()
    )
    ids = connection.execute(
        select(conversations.c.id)
        .where(
            conversations.c.waiting > 0,
            or_(conversations.c.lease_until.is_(None), conversations.c.lease_until < now),
        )
        .order_by(lane, conversations.c.last_reporter_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).scalars()
    leases = tuple(
        Lease(conversation_id=found, token=f"{owner}:{new_id()}", until=until) for found in ids
    )
    for lease in leases:
        connection.execute(
            update(conversations)
            .where(conversations.c.id == lease.conversation_id)
            .values(lease_token=lease.token, lease_until=lease.until)
        )
        first = oldest_waiting(connection, lease.conversation_id)
        if first is not None:
            begin_walk(connection, first)
    return leases
