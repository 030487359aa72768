"""Words to the reporter outside a turn: an operator's, or a timer's of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from nlu.labels import Urgency
from storage.alarm.alarms import note_answer
from storage.errors import LineMoved
from storage.keys.sealing import Key
from storage.rows import NewOutbound, TicketRow
from storage.store import Store
from storage.tables import conversations
from storage.talks.holding import call_knock, count_held, standing_of
from storage.talks.outgoing import add_replies
from storage.talks.standing import Standing
from storage.tickets.rows import change, lock_within_talk, record, seal_note
from storage.words.held_words import HeldState, Release, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the words."""

    outbox_id: int
    is_held: bool
    """They wait until the reporter types TIẾP."""


async def say(
    store: Store,
    *,
    conversation_id: str,
    ticket_id: str | None,
    user_id: str | None,
    message: NewOutbound,
    now: datetime,
    override: str = "",
    release: Release | None = None,
) -> Written:
    """Write to the reporter outside a turn: an operator (with `user_id`) or a timer of ours.

    What comes late waits for TIẾP. `override` is an operator's reason to send it at once all the
    same: heard for a critical ticket only, and never after THOÁT or when the phone changed hands.
    `release` lets words go out that waited for a supervisor: raises `Changed` for who comes second.
    Raises `LineMoved` when the ticket is written to on another line by now.
    """
    keys = await store.vault.keys([conversation_id])
    reason = await seal_note(store, ticket_id, override) if ticket_id else None

    def work(connection: Connection) -> Written:
        talk = connection.execute(
            select(conversations).where(conversations.c.id == conversation_id).with_for_update()
        ).one()
        ticket = lock_within_talk(connection, ticket_id) if user_id and ticket_id else None
        if ticket and ticket.conversation_id != conversation_id:
            raise LineMoved
        if release:
            decide(connection, release.held_id, HeldState.RELEASED, release.user_id, now)
        standing = standing_of(talk)
        # What the machine says by itself is true now or never: it does not queue behind people.
        weigh = standing.holds if user_id else standing.bars
        must_wait = weigh(now, is_pulled=message.is_pulled)
        is_overridden = bool(must_wait and reason and ticket and may_override(standing, ticket))
        written = _write(
            connection,
            replace(message, is_held=must_wait and not is_overridden),
            talk,
            keys[conversation_id],
            hold_after=None if is_overridden else standing.late_at or now,
            now=now,
        )
        if ticket and user_id:
            detail = {"outbox_id": written.outbox_id, "held": written.is_held}
            _note_operator(connection, store, ticket, user_id, detail, now)
            if is_overridden:
                record(
                    connection, store, "knock_overridden", ticket,
                    user_id=user_id, now=now, note_sealed=reason,
                )  # fmt: skip
            if release:
                _note_release(connection, store, ticket, release, author_id=user_id, now=now)
        return written

    return await store.db.transaction(work)


def may_override(standing: Standing, ticket: TicketRow) -> bool:
    """Whether an operator may have words sent at once that would wait."""
    return ticket.urgency is Urgency.CRITICAL and not standing.is_hushed


def _write(
    connection: Connection,
    message: NewOutbound,
    talk: Any,
    key: Key,
    *,
    hold_after: datetime | None,
    now: datetime,
) -> Written:
    (row_id,) = add_replies(
        connection,
        (message,),
        channel=talk.channel,
        conversation_id=talk.id,
        key=key,
        answers_inbox_id=None,
        now=now,
        hold_after=hold_after,
    )
    if message.is_held:
        count_held(connection, talk.id)
    if message.is_held and message.author != "bot" and not message.is_pulled:
        call_knock(connection, talk.id, due_at=now)  # who speaks now is no news by itself
    return Written(outbox_id=row_id, is_held=message.is_held)


def _note_release(
    connection: Connection,
    store: Store,
    ticket: TicketRow,
    release: Release,
    *,
    author_id: str,
    now: datetime,
) -> None:
    record(
        connection, store, "words_released", ticket, user_id=release.user_id, now=now,
        detail={"held_id": release.held_id, "user": author_id},
    )  # fmt: skip


def _note_operator(
    connection: Connection,
    store: Store,
    ticket: TicketRow,
    user_id: str,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    after = change(connection, ticket.id, last_operator_at=now)
    note_answer(connection, ticket.id, now=now)
    record(connection, store, "operator_wrote", after, user_id=user_id, now=now, detail=detail)
