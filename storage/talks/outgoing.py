"""What is written into the outbox: bubbles to a reporter, sends of an alarm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.database import ring
from storage.keys.sealing import Key, seal, seal_json
from storage.rows import Lane, NewOutbound, OutboxState
from storage.tables import outbox
from storage.talks.talk import body_context

_INSERT = outbox.insert().returning(outbox.c.id, sort_by_parameter_order=True)


def add_replies(
    connection: Connection,
    messages: Sequence[NewOutbound],
    *,
    channel: str,
    conversation_id: str,
    key: Key,
    answers_inbox_id: int | None,
    now: datetime,
    hold_after: datetime | None,
) -> tuple[int, ...]:
    """Insert replies inside a transaction that holds the conversation's row lock.

    What a messenger has not taken by `hold_after` is held; rescue words are sent however late.
    """
    if not messages:
        return ()
    context = body_context(conversation_id, "out")
    rows = [
        _row(message, channel=channel, body_sealed=seal_json(key, message.body, context), now=now)
        | {
            "conversation_id": conversation_id,
            "answers_inbox_id": answers_inbox_id,
            "hold_after": None if _is_never_late(message) else hold_after,
        }
        for message in messages
    ]
    ids = tuple(connection.execute(_INSERT, rows).scalars())
    for topic in {_topic(message, conversation_id) for message in messages}:
        ring(connection, topic)
    return ids


def add_alarm(
    connection: Connection,
    message: NewOutbound,
    *,
    channel: str,
    alarm_id: int,
    recipient_sealed: bytes,
    body_sealed: bytes,
    now: datetime,
) -> int:
    """Insert an alarm's send; body and recipient are sealed with the staff key by the caller."""
    row = _row(message, channel=channel, body_sealed=body_sealed, now=now)
    row |= {"alarm_id": alarm_id, "recipient_sealed": recipient_sealed}
    row_id: int = connection.execute(_INSERT, [row]).scalar_one()
    ring(connection, "outbox")
    return row_id


def add_test_ring(
    connection: Connection,
    message: NewOutbound,
    *,
    channel: str,
    ring_id: int,
    recipient: str,
    key: Key,
    now: datetime,
) -> int:
    """Insert the send of an alarm that is only a test; it takes the same road as a real one."""
    context = ring_context(None, ring_id)
    body_sealed = seal_json(key, message.body, f"{context}:body")
    row = _row(message, channel=channel, body_sealed=body_sealed, now=now)
    row |= {
        "test_ring_id": ring_id,
        "recipient_sealed": seal(key, recipient.encode(), f"{context}:recipient"),
    }
    row_id: int = connection.execute(_INSERT, [row]).scalar_one()
    ring(connection, "outbox")
    return row_id


def alarm_context(alarm_id: int, part: str) -> str:
    """Bind a sealed alarm body or recipient to its alarm."""
    return f"{ring_context(alarm_id, None)}:{part}"


def ring_context(alarm_id: int | None, test_ring_id: int | None) -> str:
    """Return what the sealed parts of an alarm, or of a test of it, are bound to."""
    return f"alarm:{alarm_id}" if alarm_id is not None else f"alarm-test:{test_ring_id}"


def _topic(message: NewOutbound, conversation_id: str) -> str:
    return f"conversation:{conversation_id}" if message.is_pulled else "outbox"


def _is_never_late(message: NewOutbound) -> bool:
    is_rescue = message.author == "bot" and message.lane is Lane.EMERGENCY
    return message.is_pulled or is_rescue


def _row(
    message: NewOutbound, *, channel: str, body_sealed: bytes, now: datetime
) -> dict[str, Any]:
    return {
        "channel": channel,
        "conversation_id": None,
        "alarm_id": None,
        "test_ring_id": None,
        "answers_inbox_id": None,
        "recipient_sealed": None,
        "body_sealed": body_sealed,
        "author": message.author,
        "lane": int(message.lane),
        "state": _first_state(message),
        "repeat_in_doubt": message.repeat_in_doubt,
        "attempts": 0,
        "doubts": 0,
        "due_at": now,
        "created_at": now,
        "settled_at": now if message.is_pulled else None,
        "hold_after": None,
    }


def _first_state(message: NewOutbound) -> OutboxState:
    if message.is_held:
        return OutboxState.HELD
    return OutboxState.SENT if message.is_pulled else OutboxState.PENDING
