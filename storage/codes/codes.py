"""Return codes (mã quay lại): given to a ticket, presented on another line, guessed at seldom.

Only keyed hashes are kept. Wrong tries are counted for the line and, where the words were right and
the digits were not, for the ticket. The eight digits, which can be guessed from many lines at once,
share one bucket besides.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update

from storage import events, tickets
from storage.codes.lines import follow
from storage.codes.tables import return_codes
from storage.codes.tries import count_wrong, is_locked
from storage.database import insert_new
from storage.leases import take_token
from storage.rows import Bucket, TicketRow
from storage.store import Store
from storage.tables import conversations
from storage.tables import tickets as ticket_table
from storage.tickets.opening import REOPENS_WITHIN
from storage.tickets.rows import lock, record

_NUMBERS = Bucket(name="return_code_numbers", per_second=0.005, burst=20)
"""Of all lines together: 20 at once, then one every 200 seconds."""


class Tried(StrEnum):
    """What became of a code that was presented."""

    RIGHT = "right"
    WRONG = "wrong"
    LATER = "later"
    """Not looked at: too many wrong ones before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """A code in the one spelling that is compared: words and digits, or the number alone."""

    stem: str = field(default="", repr=False)
    digits: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What a presented code opened."""

    tried: Tried
    ticket: TicketRow | None = None
    left: str = ""
    """The conversation that the ticket had before; empty when it is the same."""


async def give_code(
    store: Store, ticket_id: str, code: CodeText, *, channel: str, now: datetime
) -> bool:
    """Give a ticket its code, which ends the one before; False when another ticket has the same."""

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        connection.execute(delete(return_codes).where(return_codes.c.ticket_id == ticket_id))
        row = {
            "ticket_id": ticket_id,
            "words_lookup": _words(store, code),
            "stem_lookup": _stem(store, code),
            "number_lookup": _number(store, code),
            "created_at": now,
        }
        if not insert_new(connection, return_codes, row):
            return False
        detail = {"line": channel}
        record(connection, store, "return_code_given", ticket, user_id=None, now=now, detail=detail)
        return True

    return await store.db.transaction(work)


async def present_code(
    store: Store, conversation_id: str, code: CodeText, *, channel: str, now: datetime
) -> Presented:
    """Look for the ticket of a code and tie the conversation to it; every try is an event."""

    def work(connection: Connection) -> Presented:
        _lock_line(connection, conversation_id)
        if not _may_try(connection, conversation_id, code, now):
            return _note(connection, store, Presented(tried=Tried.LATER), code, channel, now)
        found = connection.execute(select(return_codes).where(_match(store, code))).first()
        if found is None or not _is_alive(connection, found.ticket_id, now):
            for subject in (conversation_id, *_owners(connection, store, code)):
                count_wrong(connection, subject, now=now)
            return _note(connection, store, Presented(tried=Tried.WRONG), code, channel, now)
        if is_locked(connection, found.ticket_id, now=now):
            return _note(connection, store, Presented(tried=Tried.LATER), code, channel, now)
        opened = _tie(connection, found.ticket_id, conversation_id, now)
        connection.execute(
            update(return_codes).where(return_codes.c.id == found.id).values(used_at=now)
        )
        return _note(connection, store, opened, code, channel, now)

    return await store.db.transaction(work)


async def look_at_number(
    store: Store, subject: str, code: CodeText, *, channel: str, now: datetime
) -> Presented:
    """Look for the ticket of a number that was said where there is no talk; ties nothing.

    Wrong tries count for the subject, as for a line; every try is an event.
    """

    def work(connection: Connection) -> Presented:
        if not _may_try(connection, subject, code, now):
            return _note(connection, store, Presented(tried=Tried.LATER), code, channel, now)
        found = connection.execute(select(return_codes).where(_match(store, code))).first()
        if found is None or not _is_alive(connection, found.ticket_id, now):
            count_wrong(connection, subject, now=now)
            return _note(connection, store, Presented(tried=Tried.WRONG), code, channel, now)
        if is_locked(connection, found.ticket_id, now=now):
            return _note(connection, store, Presented(tried=Tried.LATER), code, channel, now)
        seen = Presented(tried=Tried.RIGHT, ticket=lock(connection, found.ticket_id))
        connection.execute(
            update(return_codes).where(return_codes.c.id == found.id).values(used_at=now)
        )
        return _note(connection, store, seen, code, channel, now)

    return await store.db.transaction(work)


_LAST_CODE = select(return_codes.c.created_at, return_codes.c.used_at).where(
    return_codes.c.ticket_id == bindparam("ticket")
)


async def last_code(store: Store, ticket_id: str) -> tuple[datetime, datetime | None] | None:
    """Return when the ticket's code was given and when it was used last; None: it has none."""
    row = await store.db.read(
        lambda connection: connection.execute(_LAST_CODE, {"ticket": ticket_id}).first()
    )
    return (row.created_at, row.used_at) if row else None


async def forget_erased(store: Store) -> int:
    """Delete the codes of tickets and talks whose keys were erased; return how many."""
    asked = select(return_codes.c.ticket_id, ticket_table.c.conversation_id).join(
        ticket_table, ticket_table.c.id == return_codes.c.ticket_id
    )
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    erased = await store.vault.erased({one for row in rows for one in row})
    gone = [row.ticket_id for row in rows if erased & set(row)]
    if not gone:
        return 0
    statement = delete(return_codes).where(return_codes.c.ticket_id.in_(gone))
    return await store.db.transaction(lambda connection: connection.execute(statement).rowcount)


def forget_over(connection: Connection, *, now: datetime) -> int:
    """Delete, inside a transaction, the codes that open nothing any more; return how many."""
    over = select(ticket_table.c.id).where(ticket_table.c.closed_at < now - REOPENS_WITHIN)
    gone = delete(return_codes).where(return_codes.c.ticket_id.in_(over))
    return connection.execute(gone).rowcount


def _words(store: Store, code: CodeText) -> bytes:
    return store.vault.lookup("return_code.words", f"{code.stem} {code.digits}")


def _stem(store: Store, code: CodeText) -> bytes:
    return store.vault.lookup("return_code.stem", code.stem)


def _number(store: Store, code: CodeText) -> bytes:
    return store.vault.lookup("return_code.number", code.number)


def _match(store: Store, code: CodeText) -> ColumnElement[bool]:
    if code.number:
        return return_codes.c.number_lookup == _number(store, code)
    return return_codes.c.words_lookup == _words(store, code)


def _lock_line(connection: Connection, conversation_id: str) -> None:
    """Lock the line's row, so that its tries are counted one by one."""
    asked = select(conversations.c.id).where(conversations.c.id == conversation_id)
    connection.execute(asked.with_for_update()).one()


def _may_try(connection: Connection, conversation_id: str, code: CodeText, now: datetime) -> bool:
    if is_locked(connection, conversation_id, now=now):
        return False
    return not code.number or take_token(connection, _NUMBERS, now)


def _owners(connection: Connection, store: Store, code: CodeText) -> list[str]:
    """Return the tickets whose words these are, with other digits."""
    if code.number:
        return []
    asked = select(return_codes.c.ticket_id).where(return_codes.c.stem_lookup == _stem(store, code))
    return list(connection.execute(asked).scalars())


def _is_alive(connection: Connection, ticket_id: str, now: datetime) -> bool:
    """Whether the ticket is open, or ended so lately that a message would reopen it."""
    closed_at = ticket_table.c.closed_at
    asked = select(ticket_table.c.id).where(
        ticket_table.c.id == ticket_id,
        or_(closed_at.is_(None), closed_at > now - REOPENS_WITHIN),
    )
    return connection.execute(asked).first() is not None


def _tie(connection: Connection, ticket_id: str, conversation_id: str, now: datetime) -> Presented:
    ticket = lock(connection, ticket_id)
    left = ticket.conversation_id
    if left == conversation_id:
        return Presented(tried=Tried.RIGHT, ticket=ticket)
    own = tickets.ticket_of(connection, conversation_id, now=now)
    if own is not None and own.id != ticket_id:
        connection.execute(
            update(ticket_table)
            .where(ticket_table.c.id == own.id, ticket_table.c.previous_id.is_(None))
            .values(previous_id=ticket_id)
        )
    return Presented(
        tried=Tried.RIGHT,
        ticket=follow(connection, ticket, conversation_id, now=now),
        left=left,
    )


def _note(
    connection: Connection,
    store: Store,
    presented: Presented,
    code: CodeText,
    channel: str,
    now: datetime,
) -> Presented:
    """Append the event of a try, as the last statement."""
    detail = {"way": "number" if code.number else "words", "line": channel}
    if presented.ticket is not None:
        record(
            connection, store, "return_code_used", presented.ticket,
            user_id=None, now=now, detail=detail,
        )  # fmt: skip
        return presented
    events.append(
        connection,
        store.vault,
        kind="return_code_tried",
        at=now,
        detail={**detail, "outcome": presented.tried.value},
    )
    return presented
