"""What waits to be sent: claimed before sending, emergency first, in order within a conversation.

In doubt (a claim ran out: the request may have gone out, no answer was seen) replies and alarms are
sent again and counted; what must not be repeated becomes a dead letter.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, or_, select, update

from storage.database import ring
from storage.keys.sealing import Key, SealBroken, open_json, open_sealed
from storage.rows import Lane, OutboxRow, OutboxState
from storage.store import Store
from storage.tables import contacts, conversations, outbox
from storage.talks.contacts import account_context
from storage.talks.holding import hold_late
from storage.talks.outgoing import ring_context
from storage.talks.talk import body_context

_OPEN_STATES = (OutboxState.PENDING, OutboxState.SENDING)


async def claim(
    store: Store,
    *,
    owner: str,
    channel: str,
    lanes: tuple[Lane, ...],
    now: datetime,
    claim_seconds: float,
    limit: int,
) -> tuple[OutboxRow, ...]:
    """Claim what is due for sending, most urgent first; counts the attempt before it begins."""
    until = now + timedelta(seconds=claim_seconds)
    rows = await store.db.transaction(
        lambda connection: _claim(connection, owner, channel, lanes, now, until, limit)
    )
    owners = [found for row in rows for found in (row.contact_id, row.conversation_id) if found]
    keys = await store.vault.keys(owners) if owners else {}
    opened = []
    for row in rows:
        try:
            opened.append(_open(store, row, keys))
        except KeyError:
            await mark_dead(store, row.id, error="erased", now=now)
        except (SealBroken, ValueError):  # one broken row must not hold up the others
            await mark_dead(store, row.id, error="unreadable", now=now)
    return tuple(opened)


async def mark_sent(store: Store, row_id: int, *, vendor_id: str, now: datetime) -> None:
    """The vendor has it."""
    await _settle(
        store, row_id, state=OutboxState.SENT, vendor_id=vendor_id[:128], settled_at=now, error=None
    )  # whatever came between: the vendor has it


async def mark_retry(
    store: Store, row_id: int, *, due_at: datetime, error: str, in_doubt: bool
) -> None:
    """Try again at a time; in doubt is counted. What was stopped meanwhile stays stopped."""
    await _settle(
        store,
        row_id,
        only_from=OutboxState.SENDING,
        state=OutboxState.PENDING,
        due_at=due_at,
        error=error[:64],
        doubts=outbox.c.doubts + int(in_doubt),
    )


async def mark_dead(store: Store, row_id: int, *, error: str, now: datetime) -> None:
    """No further try: shown to people as a dead letter. What was sent meanwhile stays sent."""
    await _settle(
        store,
        row_id,
        only_from=OutboxState.SENDING,
        state=OutboxState.DEAD,
        settled_at=now,
        error=error[:64],
    )


async def next_due(store: Store, channel: str) -> datetime | None:
    """Return when the channel's next send is due or its claim runs out."""
    at = func.min(func.coalesce(outbox.c.claimed_until, outbox.c.due_at))
    return await store.db.read(
        lambda connection: connection.execute(
            select(at).where(outbox.c.state.in_(_OPEN_STATES), outbox.c.channel == channel)
        ).scalar()
    )


def _claim(
    connection: Connection,
    owner: str,
    channel: str,
    lanes: tuple[Lane, ...],
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Row[Any]]:
    hold_late(connection, channel, now=now)
    ran_out = and_(outbox.c.state == OutboxState.SENDING, outbox.c.claimed_until < now)
    connection.execute(
        update(outbox)
        .where(ran_out, outbox.c.repeat_in_doubt.is_(False))
        .values(state=OutboxState.DEAD, error="in_doubt", doubts=outbox.c.doubts + 1)
    )
    is_due = or_(and_(outbox.c.state == OutboxState.PENDING, outbox.c.due_at <= now), ran_out)
    found = connection.execute(
        select(outbox.c.id)
        .where(
            is_due,
            outbox.c.lane.in_([int(lane) for lane in lanes]),
            outbox.c.channel == channel,
            ~_must_wait(),
        )
        .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).scalars()
    ids = list(found)
    if not ids:
        return []
    _begin_sends(connection, ids, owner, until)
    return list(
        connection.execute(
            select(outbox, contacts.c.id.label("contact_id"), contacts.c.account_sealed)
            .outerjoin(conversations, conversations.c.id == outbox.c.conversation_id)
            .outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
            .where(outbox.c.id.in_(ids))
            .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
        )
    )


def _must_wait() -> Any:
    """Whether an earlier send of the same conversation, as urgent or more, is still open."""
    earlier = outbox.alias()
    return exists().where(
        earlier.c.conversation_id == outbox.c.conversation_id,
        earlier.c.id < outbox.c.id,
        earlier.c.lane <= outbox.c.lane,
        earlier.c.state.in_(_OPEN_STATES),
    )


def _begin_sends(connection: Connection, ids: list[int], owner: str, until: datetime) -> None:
    """Count the attempt before it begins; one whose claim ran out is in doubt."""
    was_sending = case((outbox.c.state == OutboxState.SENDING, 1), else_=0)
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            state=OutboxState.SENDING,
            claimed_by=owner,
            claimed_until=until,
            attempts=outbox.c.attempts + 1,
            doubts=outbox.c.doubts + was_sending,
        )
    )


def _open(store: Store, row: Row[Any], keys: Mapping[str, Key]) -> OutboxRow:
    if row.alarm_id is not None or row.test_ring_id is not None:
        key, context = store.vault.staff_key, ring_context(row.alarm_id, row.test_ring_id)
        recipient = open_sealed(key, row.recipient_sealed, f"{context}:recipient")
        body = open_json(key, row.body_sealed, f"{context}:body")
    else:
        recipient = open_sealed(
            keys[row.contact_id], row.account_sealed, account_context(row.contact_id)
        )
        body = open_json(
            keys[row.conversation_id], row.body_sealed, body_context(row.conversation_id, "out")
        )
    return OutboxRow(
        id=row.id,
        channel=row.channel,
        conversation_id=row.conversation_id,
        alarm_id=row.alarm_id,
        recipient=recipient.decode(),
        body=body,
        lane=Lane(row.lane),
        attempts=row.attempts,
        repeat_in_doubt=row.repeat_in_doubt,
    )


async def _settle(
    store: Store, row_id: int, *, only_from: OutboxState | None = None, **values: Any
) -> None:
    states = tuple(OutboxState) if only_from is None else (only_from,)

    def work(connection: Connection) -> None:
        conversation_id = connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state.in_(states))
            .values(claimed_by=None, claimed_until=None, **values)
            .returning(outbox.c.conversation_id)
        ).scalar()
        if conversation_id:
            ring(connection, f"conversation:{conversation_id}")

    await store.db.transaction(work)
