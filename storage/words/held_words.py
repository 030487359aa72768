"""Words of an operator that wait for a supervisor (tin chờ duyệt): held, released once, or refused.

They are no part of the conversation until somebody releases them: no TIẾP and no sender can.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from nlu.labels import Urgency
from storage.errors import Changed, LineMoved
from storage.keys.sealing import Key, SealBroken, open_text, seal_text
from storage.rows import NewTimer, TicketRow
from storage.safeguarding.tables import held_words
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import ReasonMissing, lock, record, seal_note
from storage.timers import cancel_timers, set_timers

HELD_WORDS: Final = "held_words"
"""The kind of the timer that rings supervisors while words wait on a critical ticket."""
RINGS_AFTER: Final = timedelta(minutes=2)


class HeldState(StrEnum):
    """What became of held words."""

    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWords:
    """Words that wait, or waited."""

    id: int
    ticket_id: str
    number: str
    conversation_id: str
    author_id: str
    words: str = field(repr=False)
    """Empty where the conversation was erased."""
    risks: tuple[str, ...]
    state: HeldState
    held_at: datetime
    is_critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Somebody lets held words go out; speech.say does so in the transaction that sends them."""

    held_id: int
    user_id: str


async def hold(
    store: Store,
    ticket: TicketRow,
    *,
    words: str,
    risks: Sequence[str],
    user_id: str,
    now: datetime,
) -> int:
    """Keep words until somebody has read them; on a critical ticket they ring in two minutes."""
    conversation_id = ticket.conversation_id
    key = (await store.vault.keys([conversation_id]))[conversation_id]
    sealed = seal_text(key, words, _context(conversation_id))

    def work(connection: Connection) -> int:
        before = lock(connection, ticket.id)
        if before.conversation_id != conversation_id:
            raise LineMoved
        held_id: int = connection.execute(
            held_words.insert()
            .values(
                ticket_id=ticket.id, conversation_id=conversation_id, author_id=user_id,
                words_sealed=sealed, risks=list(risks), state=HeldState.WAITING, held_at=now,
            )
            .returning(held_words.c.id)
        ).scalar_one()  # fmt: skip
        if before.urgency is Urgency.CRITICAL:
            _ring_later(connection, ticket.id, held_id, now)
        detail = {"held_id": held_id, "risks": list(risks)}
        record(
            connection, store, "words_held", before, user_id=user_id, now=now, detail=detail
        )  # fmt: skip
        return held_id

    return await store.db.transaction(work)


async def refuse(
    store: Store, held: HeldWords, *, reason: str, user_id: str, now: datetime
) -> None:
    """Keep words from going out, with a reason; raises `Changed`, `ReasonMissing`."""
    sealed = await seal_note(store, held.ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> None:
        ticket = lock(connection, held.ticket_id)
        decide(connection, held.id, HeldState.REFUSED, user_id, now)
        record(
            connection, store, "words_refused", ticket, user_id=user_id, now=now,
            detail={"held_id": held.id, "user": held.author_id}, note_sealed=sealed,
        )  # fmt: skip

    await store.db.transaction(work)


async def withdraw(store: Store, held: HeldWords, *, now: datetime) -> None:
    """Take one's own words back before anybody decided; raises `Changed`."""

    def work(connection: Connection) -> None:
        ticket = lock(connection, held.ticket_id)
        decide(connection, held.id, HeldState.WITHDRAWN, held.author_id, now)
        record(
            connection, store, "words_withdrawn", ticket, user_id=held.author_id, now=now,
            detail={"held_id": held.id},
        )  # fmt: skip

    await store.db.transaction(work)


async def waiting(store: Store) -> tuple[HeldWords, ...]:
    """Return all words that wait: critical tickets first, then who waits longest."""
    found = await _opened(store, held_words.c.state == HeldState.WAITING.value)
    return tuple(sorted(found, key=lambda held: (not held.is_critical, held.id)))


async def of_ticket(store: Store, ticket_id: str) -> tuple[HeldWords, ...]:
    """Return what was held on a ticket, oldest first."""
    return await _opened(store, held_words.c.ticket_id == ticket_id)


async def held(store: Store, held_id: int) -> HeldWords | None:
    """Return one of them."""
    found = await _opened(store, held_words.c.id == held_id)
    return found[0] if found else None


def keep_ringing(ticket_id: str, held_id: int, now: datetime) -> NewTimer:
    """Return the timer that looks again."""
    return NewTimer(kind=HELD_WORDS, subject=ticket_id, due_at=now + RINGS_AFTER, step=held_id)


def _ring_later(connection: Connection, ticket_id: str, held_id: int, now: datetime) -> None:
    set_timers(connection, (keep_ringing(ticket_id, held_id, now),))


def decide(
    connection: Connection, held_id: int, state: HeldState, user_id: str, now: datetime
) -> None:
    """Settle words that wait, inside a transaction; raises `Changed` for who comes second."""
    row = connection.execute(
        update(held_words)
        .where(held_words.c.id == held_id, held_words.c.state == HeldState.WAITING.value)
        .values(state=state.value, decided_at=now, decided_by=user_id)
        .returning(held_words.c.ticket_id)
    ).first()
    if row is None:
        raise Changed
    left = connection.execute(
        select(held_words.c.id).where(
            held_words.c.ticket_id == row.ticket_id, held_words.c.state == HeldState.WAITING.value
        )
    ).first()
    if left is None:
        cancel_timers(connection, subject=row.ticket_id, kinds=(HELD_WORDS,))


async def _opened(store: Store, which: Any) -> tuple[HeldWords, ...]:
    rows = await store.db.read(
        lambda connection: connection.execute(
            select(held_words, tickets.c.number, tickets.c.urgency)
            .join(tickets, tickets.c.id == held_words.c.ticket_id)
            .where(which)
            .order_by(held_words.c.id)
        ).all()
    )
    keys = await store.vault.keys({row.conversation_id for row in rows})
    return tuple(_held(row, keys.get(row.conversation_id)) for row in rows)


def _held(row: Row[Any], key: Key | None) -> HeldWords:
    words = ""
    if key is not None:
        try:
            words = open_text(key, row.words_sealed, _context(row.conversation_id))
        except SealBroken:
            words = "[…]"
    return HeldWords(
        id=row.id, ticket_id=row.ticket_id, number=row.number,
        conversation_id=row.conversation_id, author_id=row.author_id, words=words,
        risks=tuple(row.risks), state=HeldState(row.state), held_at=row.held_at,
        is_critical=row.urgency == Urgency.CRITICAL.value,
    )  # fmt: skip


def _context(conversation_id: str) -> str:
    return f"conversation:{conversation_id}:held"
