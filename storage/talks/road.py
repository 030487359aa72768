"""Stops 3 and 7: load a conversation under its lease, and keep all that a turn decided together."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage import tickets, timers
from storage.codes import lines
from storage.database import new_id, ring
from storage.errors import Erased, LeaseLost
from storage.keys.sealing import Key, seal_json
from storage.keys.vault import KeyKind
from storage.rows import Keep, Kept, Lease, Loaded
from storage.store import Store
from storage.tables import conversations, inbox
from storage.talks import holding
from storage.talks.inbox import begin_walk
from storage.talks.knocks import record_given
from storage.talks.outgoing import add_replies
from storage.talks.report import ReportKey, keep_report
from storage.talks.standing import LATE_AFTER
from storage.talks.talk import opened, state_context, waiting_in

_CONVERSATION = select(conversations).where(conversations.c.id == bindparam("talk"))
_LOCKED = (
    select(
        conversations.c.channel,
        conversations.c.lease_token,
        conversations.c.waiting,
        conversations.c.held,
    )
    .where(conversations.c.id == bindparam("talk"))
    .with_for_update()
)
_HANDLED = (
    update(inbox)
    .where(inbox.c.id == bindparam("message"))
    .values(handled_at=bindparam("at"), doubt=bindparam("chance"))
)
_SETTLED = (
    update(conversations)
    .where(conversations.c.id == bindparam("talk"))
    .values(
        state_sealed=bindparam("sealed"),
        waiting=conversations.c.waiting - 1,
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        is_hushed=bindparam("hushed"),
    )
)

_TOLD = (
    update(conversations)
    .where(conversations.c.id == bindparam("talk"))
    .values(knocked_at=bindparam("at"))
)


class _TicketMoved(Exception):
    """A person closed or opened the conversation's ticket since it was loaded."""


@dataclass(frozen=True, slots=True)
class _Keys:
    conversation: Key
    report: ReportKey | None


async def load(store: Store, lease: Lease, *, now: datetime) -> Loaded:
    """Return the conversation with what waits in it; raises `LeaseLost` and `Erased`.

    A state that does not open starts anew; a message that does not open goes to a person.
    """
    key = await _key_of(store, lease.conversation_id)
    return await store.db.read(lambda connection: _load(connection, lease, key, now))


async def peek(store: Store, conversation_id: str, *, now: datetime) -> Loaded:
    """Return the conversation without a lease, for a timer that may have something to say.

    Raises `Erased`.
    """
    key = await _key_of(store, conversation_id)
    return await store.db.read(
        lambda connection: _read(connection, _row(connection, conversation_id), key, now)
    )


async def keep(store: Store, keep: Keep) -> Kept:
    """Commit a turn: state, replies, ticket, events, timers; raises `LeaseLost`.

    Releases the lease when nothing more waits, else returns what does and counts its walk.
    """
    while True:
        keys = await _keys_of(store, keep)

        def work(connection: Connection, keep: Keep = keep, keys: _Keys = keys) -> Kept:
            return _keep(connection, store, keep, keys)

        try:
            return await store.db.transaction(work)
        except _TicketMoved:
            keep = replace(keep, ticket_id=await _ticket_id(store, keep))


async def discard(store: Store, lease: Lease, *, now: datetime) -> None:
    """Settle what waits in an erased conversation: nobody can ever read it."""

    def work(connection: Connection) -> None:
        _lock(connection, lease)
        connection.execute(
            update(inbox)
            .where(inbox.c.conversation_id == lease.conversation_id, inbox.c.handled_at.is_(None))
            .values(handled_at=now)
        )
        connection.execute(
            update(conversations)
            .where(conversations.c.id == lease.conversation_id)
            .values(waiting=0, lease_token=None, lease_until=None)
        )

    await store.db.transaction(work)


async def release(store: Store, lease: Lease) -> None:
    """Give the conversation back after a failed walk; what waits in it is swept up again."""
    await store.db.transaction(
        lambda connection: (
            connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == lease.conversation_id,
                    conversations.c.lease_token == lease.token,
                )
                .values(lease_token=None, lease_until=None)
            ).rowcount
        )
    )


async def _key_of(store: Store, conversation_id: str) -> Key:
    keys = await store.vault.keys([conversation_id])
    if conversation_id not in keys:
        raise Erased(conversation_id)
    return keys[conversation_id]


def _load(connection: Connection, lease: Lease, key: Key, now: datetime) -> Loaded:
    row = _row(connection, lease.conversation_id)
    if row.lease_token != lease.token:
        raise LeaseLost(lease.conversation_id)
    return _read(connection, row, key, now)


def _row(connection: Connection, conversation_id: str) -> Any:
    return connection.execute(_CONVERSATION, {"talk": conversation_id}).one()


def _read(connection: Connection, row: Any, key: Key, now: datetime) -> Loaded:
    return opened(
        row,
        key,
        waiting=waiting_in(connection, row.id, key),
        ticket=tickets.ticket_of(connection, row.id, now=now),
    )


async def _keys_of(store: Store, keep: Keep) -> _Keys:
    key = await _key_of(store, keep.lease.conversation_id)
    if keep.ticket is None:
        return _Keys(key, None)
    ticket_id = keep.ticket_id or new_id()
    ticket_keys = await store.vault.create({ticket_id: KeyKind.TICKET})
    return _Keys(key, ReportKey(ticket_id, ticket_keys[ticket_id]))


async def _ticket_id(store: Store, keep: Keep) -> str | None:
    found = await store.db.read(
        lambda connection: tickets.ticket_of(connection, keep.lease.conversation_id, now=keep.now)
    )
    return found.id if found else None


def _keep(connection: Connection, store: Store, keep: Keep, keys: _Keys) -> Kept:
    conversation_id = keep.lease.conversation_id
    locked = _lock(connection, keep.lease)
    before = tickets.ticket_of(connection, conversation_id, now=keep.now)
    if (before.id if before else None) != keep.ticket_id:
        raise _TicketMoved
    moves = before is not None and before.conversation_id != conversation_id
    if before is not None and moves and not keep.is_in_other_hands:
        before = lines.follow(connection, before, conversation_id, now=keep.now)
    has_ticket = keep.ticket is not None or (before is not None and before.closed_at is None)
    chance = None if has_ticket else keep.doubt
    connection.execute(_HANDLED, {"message": keep.inbox_id, "at": keep.now, "chance": chance})
    given = _move_held(connection, keep, has_held=locked.held > 0)
    reply_ids = add_replies(
        connection,
        keep.replies,
        channel=locked.channel,
        conversation_id=conversation_id,
        key=keys.conversation,
        answers_inbox_id=keep.inbox_id,
        now=keep.now,
        hold_after=keep.now + LATE_AFTER,
    )
    timers.cancel_timers(connection, subject=conversation_id, kinds=keep.timers_cancel)
    timers.set_timers(connection, keep.timers_set)
    has_more = locked.waiting > 1
    _settle_conversation(connection, keep, keys.conversation, has_more=has_more)
    more = waiting_in(connection, conversation_id, keys.conversation) if has_more else ()
    ring(connection, f"conversation:{conversation_id}")
    change = keep_report(connection, store.vault, keep, before=before, keys=keys.report)
    if given and change.ticket:
        record_given(connection, store, change.ticket, given, now=keep.now)
    return Kept(
        reply_ids=reply_ids,
        ticket=change.ticket,
        ticket_opened=change.opened,
        became_critical=change.became_critical,
        more=more,
    )


def _move_held(connection: Connection, keep: Keep, *, has_held: bool) -> int:
    """Let what waits go out, or stay; return how many texts go out."""
    conversation_id = keep.lease.conversation_id
    if keep.hold.is_hushed:
        holding.hold_unsent(connection, conversation_id, now=keep.now)
        return 0
    if keep.hold.tells:
        connection.execute(_TOLD, {"talk": conversation_id, "at": keep.now})
    if not (keep.hold.gives and has_held):
        return 0
    return holding.give(connection, conversation_id, is_pulled=keep.hold.is_pulled, now=keep.now)


def _lock(connection: Connection, lease: Lease) -> Any:
    """Lock the conversation and make sure that it is still ours."""
    row = connection.execute(_LOCKED, {"talk": lease.conversation_id}).one()
    if row.lease_token != lease.token:
        raise LeaseLost(lease.conversation_id)
    return row


def _settle_conversation(connection: Connection, keep: Keep, key: Key, *, has_more: bool) -> None:
    """Keep the state, and the lease only where more waits."""
    conversation_id = keep.lease.conversation_id
    until = keep.now + timedelta(seconds=keep.lease_seconds)
    connection.execute(
        _SETTLED,
        {
            "talk": conversation_id,
            "sealed": seal_json(key, keep.state, state_context(conversation_id)),
            "token": keep.lease.token if has_more else None,
            "until": until if has_more else None,
            "hushed": keep.hold.is_hushed,
        },
    )
    if has_more:
        begin_walk(connection, conversation_id)
