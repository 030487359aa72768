"""Stop 2: a message is stored once, before anything else; its conversation is leased."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from storage.database import insert_into, new_id, ring
from storage.errors import StorageUnavailable, TooFast
from storage.keys.sealing import Key, SealBroken, open_json, seal_json
from storage.keys.vault import KeyKind
from storage.leases import take_token
from storage.rows import Bucket, InboxRow, Lane, Lease, Loaded, NewInbound, Received
from storage.store import Store
from storage.tables import conversations, inbox
from storage.talks.contacts import ContactIds, add_contact, find_contact, forget_lookup
from storage.talks.talk import body_context, opened
from storage.tickets import ticket_of

_RACES = 3
_WALKS_COUNTED = 99
_LOCKED = select(conversations).where(conversations.c.id == bindparam("talk")).with_for_update()
"""Locks the conversation, so that ids in it are committed in their order."""
_COUNTED = (
    update(conversations)
    .where(conversations.c.id == bindparam("talk"))
    .values(
        waiting=conversations.c.waiting + 1,
        last_reporter_at=bindparam("at"),
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
    )
)
_WALK_BEGUN = (
    update(inbox)
    .where(
        inbox.c.id
        == select(func.min(inbox.c.id))
        .where(inbox.c.conversation_id == bindparam("talk"), inbox.c.handled_at.is_(None))
        .scalar_subquery()
    )
    .values(walks=case((inbox.c.walks < _WALKS_COUNTED, inbox.c.walks + 1), else_=inbox.c.walks))
)


class _Overtaken(Exception):
    """Another process stored this sender's first message a moment ago."""


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
    lookup = store.vault.lookup(message.channel, message.account)
    for _ in range(_RACES):
        known = await _known(store, message, lookup)
        keys = await _keys_of(store, known) if known else None
        erased, ids = (known, None) if keys is None else (None, known)
        if ids is None or keys is None:
            ids = ContactIds(contact_id=new_id(), conversation_id=new_id())
            keys = await _new_keys(store, ids)
        lease = Lease(
            conversation_id=ids.conversation_id,
            token=f"{owner}:{new_id()}",
            until=now + timedelta(seconds=lease_seconds),
        )

        def work(
            connection: Connection,
            ids: ContactIds = ids,
            keys: dict[str, Key] = keys,
            lease: Lease = lease,
            erased: ContactIds | None = erased,
            is_new: bool = ids is not known,
        ) -> Received:
            if erased:
                forget_lookup(connection, erased)
            if is_new and not add_contact(
                connection, ids, message, lookup=lookup, contact_key=keys[ids.contact_id]
            ):
                raise _Overtaken
            return _insert(connection, message, lease, keys[ids.conversation_id], bucket, now)

        try:
            received = await store.db.transaction(work)
        except _Overtaken:
            store.senders.pop(lookup, None)
            continue
        store.senders.remember(lookup, (ids.contact_id, ids.conversation_id))
        return received
    raise StorageUnavailable("contact_race")


async def sweep(
    store: Store, *, owner: str, now: datetime, lease_seconds: float, limit: int
) -> tuple[Lease, ...]:
    """Lease conversations that wait and that nobody walks: after a crash, a restart, a failure."""
    until = now + timedelta(seconds=lease_seconds)
    return await store.db.transaction(
        lambda connection: _sweep(connection, owner, now, until, limit)
    )


def begin_walk(connection: Connection, conversation_id: str) -> None:
    """Count a walk of the first waiting message before it begins: a crash is counted too."""
    connection.execute(_WALK_BEGUN, {"talk": conversation_id})


async def _known(store: Store, message: NewInbound, lookup: bytes) -> ContactIds | None:
    if found := store.senders.get(lookup):
        return ContactIds(contact_id=found[0], conversation_id=found[1])
    return await find_contact(store, message.channel, message.account)


async def _new_keys(store: Store, ids: ContactIds) -> dict[str, Key]:
    kinds = {ids.contact_id: KeyKind.CONTACT, ids.conversation_id: KeyKind.CONVERSATION}
    return dict(await store.vault.create(kinds))


async def _keys_of(store: Store, ids: ContactIds) -> dict[str, Key] | None:
    """Return the keys of a known sender; None for one who was erased and writes again."""
    keys = dict(await store.vault.keys([ids.contact_id, ids.conversation_id]))
    return keys if len(keys) == 2 else None


def _insert(
    connection: Connection,
    message: NewInbound,
    lease: Lease,
    key: Key,
    bucket: Bucket | None,
    now: datetime,
) -> Received:
    conversation_id = lease.conversation_id
    locked = connection.execute(_LOCKED, {"talk": conversation_id}).first()
    if locked is None:
        raise _Overtaken  # the conversation was erased: start anew
    is_free = locked.lease_until is None or locked.lease_until < now
    is_alone = is_free and locked.waiting == 0
    inbox_id = connection.execute(
        _inserted(connection.dialect.name),
        {
            "channel": message.channel,
            "external_id": message.external_id,
            "conversation_id": conversation_id,
            "body_sealed": seal_json(key, message.body, body_context(conversation_id, "in")),
            "lane": int(message.lane),
            "walks": int(is_alone),
            "sent_at": message.sent_at,
            "received_at": message.received_at,
        },
    ).scalar()
    if inbox_id is None:
        seen = _seen_before(connection, message, conversation_id, key)
        if seen is not None:
            return seen
        other = replace(message, external_id=_other_id(message))
        return _insert(connection, other, lease, key, bucket, now)
    if bucket and message.lane is not Lane.EMERGENCY and not take_token(connection, bucket, now):
        raise TooFast(bucket.name.split(":")[0])
    connection.execute(
        _COUNTED,
        {
            "talk": conversation_id,
            "at": (_is_step(message) and locked.last_reporter_at) or now,
            "token": lease.token if is_free else locked.lease_token,
            "until": lease.until if is_free else locked.lease_until,
        },
    )
    if is_free and locked.waiting:
        begin_walk(connection, conversation_id)
    ring(connection, f"conversation:{conversation_id}")
    return Received(
        inbox_id=inbox_id,
        conversation_id=conversation_id,
        seen_before=False,
        lease=lease if is_free else None,
        loaded=_loaded(connection, message, locked, inbox_id, key, now) if is_alone else None,
    )


def _is_step(message: NewInbound) -> bool:
    """Whether a live location moved on: the phone sends it, whoever holds it."""
    return message.body.get("is_edit") is True and message.body.get("type") == "location"


def _loaded(
    connection: Connection,
    message: NewInbound,
    locked: Any,
    inbox_id: int,
    key: Key,
    now: datetime,
) -> Loaded:
    """Return what the walk begins with; it is at hand, so `road.load` need not read it again."""
    row = InboxRow(
        id=inbox_id,
        channel=message.channel,
        external_id=message.external_id,
        sent_at=message.sent_at,
        received_at=message.received_at,
        body=message.body,
        lane=message.lane,
        walks=1,
    )
    ticket = ticket_of(connection, locked.id, now=now)
    return opened(locked, key, waiting=(row,), ticket=ticket)


@cache
def _inserted(dialect: str) -> Any:
    return insert_into(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.id)


def _seen_before(
    connection: Connection, message: NewInbound, conversation_id: str, key: Key
) -> Received | None:
    """Return the stored message; None when the id was given to other words before."""
    row = connection.execute(
        select(inbox.c.id, inbox.c.conversation_id, inbox.c.body_sealed).where(
            inbox.c.channel == message.channel, inbox.c.external_id == message.external_id
        )
    ).one()
    if row.conversation_id != conversation_id:
        return None
    try:
        stored = open_json(key, row.body_sealed, body_context(conversation_id, "in"))
    except SealBroken:
        stored = None
    if stored is not None and stored != _as_stored(message):
        return None
    return Received(inbox_id=row.id, conversation_id=conversation_id, seen_before=True, lease=None)


def _as_stored(message: NewInbound) -> Any:
    return json.loads(json.dumps(message.body))


def _other_id(message: NewInbound) -> str:
    """An id that was used before comes again with other words: vendors start anew, pages err."""
    words = json.dumps([message.account, message.body], sort_keys=True)
    return f"{message.external_id[:90]}:{hashlib.sha256(words.encode()).hexdigest()[:32]}"


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
        begin_walk(connection, lease.conversation_id)
    return leases
