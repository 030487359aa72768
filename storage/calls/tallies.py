"""Calls that are only counted (cuộc gọi chỉ đếm): silent, prank, wrong number, test, asked only.

Nothing of a person is kept. Of silent calls a keyed hash of the number, so that somebody who rings
and says nothing, again and again, is not dismissed: the second such call of a day opens a ticket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select, update

from storage import events
from storage.calls.drafts import bring_back, settle_draft
from storage.calls.reports import CallReport, Talk, note_down, open_within, talk_of, tell_opened
from storage.calls.tables import call_drafts, call_tallies
from storage.database import insert_new
from storage.errors import Changed, NotFound
from storage.rows import TicketRow
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import read

UNDONE_WITHIN: Final = timedelta(seconds=15)
"""The page offers ten seconds; the rest is the way to us."""
SILENCE_REMEMBERED: Final = timedelta(days=1)
_SILENT_CALLS_THAT_OPEN: Final = 2


class CallKind(StrEnum):
    """What a call was that needs no ticket."""

    SILENT = "silent"
    PRANK = "prank"
    WRONG_NUMBER = "wrong_number"
    TEST = "test"
    ASKED_ONLY = "asked_only"


class _KeysMissing(Exception):
    """This silent call opens a ticket, and its keys are not made yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTally:
    """A call to count."""

    call_id: str
    """Of the draft that the page wrote, if it wrote one; the same call is counted once."""
    kind: CallKind
    channel: str
    user_id: str
    number_lookup: bytes | None = field(default=None, repr=False)
    """Of silent calls whose number was seen; others leave no trace of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came of counting."""

    tally_id: int
    ticket: TicketRow | None = None
    """The soft ticket: this number has rung in silence before today."""


def number_lookup(store: Store, number: str) -> bytes | None:
    """Return the keyed hash of a telephone number; None for what is none."""
    digits = "".join(letter for letter in number if letter.isdecimal())
    national = digits.removeprefix("84") if number.strip().startswith("+") else digits
    if len(national) < 7:
        return None
    return store.vault.lookup("call_number", national.lstrip("0"))


async def count_call(store: Store, tally: NewTally, *, soft: CallReport, now: datetime) -> Counted:
    """Count a call and end its draft; `soft` is the ticket that a repeated silence opens.

    Raises `Changed` when the call's own ticket is open, `NotFound` for somebody else's draft.
    """
    talk: Talk | None = None
    while True:

        def work(connection: Connection, talk: Talk | None = talk) -> Counted:
            return _count(connection, store, tally, soft, talk, now)

        try:
            return await store.db.transaction(work)
        except _KeysMissing:
            talk = await talk_of(store, soft)


async def undo_count(store: Store, tally_id: int, *, user_id: str, now: datetime) -> str | None:
    """Take a count back (hoàn tác) and return the draft to go on with, if there was one.

    Raises `NotFound` for somebody else's, `Changed` when it is too late. A soft ticket stays.
    """

    def work(connection: Connection) -> str | None:
        row = connection.execute(
            select(call_tallies).where(call_tallies.c.id == tally_id).with_for_update()
        ).first()
        if row is None or row.user_id != user_id:
            raise NotFound
        if now - row.counted_at > UNDONE_WITHIN:
            raise Changed
        connection.execute(
            update(call_tallies).where(call_tallies.c.id == tally_id).values(undone_at=now)
        )
        draft_id = row.call_id if bring_back(connection, row.call_id) else None
        if row.undone_at is None:
            _tell(connection, store, "call_uncounted", row.kind, row.channel, user_id, now)
        return draft_id

    return await store.db.transaction(work)


async def counts_since(store: Store, since: datetime) -> Mapping[str, int]:
    """Return how many calls of each kind were counted since then, by everybody."""
    asked = (
        select(call_tallies.c.kind, func.count())
        .where(call_tallies.c.counted_at >= since, call_tallies.c.undone_at.is_(None))
        .group_by(call_tallies.c.kind)
    )
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    return {kind: count for kind, count in rows}


async def silent_calls(store: Store, lookup: bytes, *, now: datetime) -> int:
    """Return how often a number has rung in silence within a day."""
    return await store.db.read(lambda connection: len(_silent(connection, lookup, now)))


def _count(
    connection: Connection,
    store: Store,
    tally: NewTally,
    soft: CallReport,
    talk: Talk | None,
    now: datetime,
) -> Counted:
    counted = _insert(connection, tally, now)
    if counted is not None:
        return counted
    row = _locked(connection, tally.call_id)
    ticket, inbox_id = None, None
    if tally.number_lookup and _is_repeated(connection, tally.number_lookup, now):
        if talk is None:
            raise _KeysMissing
        ticket = open_within(connection, store, replace(soft, now=now), talk)
        inbox_id = note_down(connection, soft, talk)
        connection.execute(
            update(call_tallies).where(call_tallies.c.id == row.id).values(ticket_id=ticket.id)
        )
    settle_draft(connection, tally.call_id, tally.kind, now=now)
    _tell(connection, store, "call_counted", tally.kind, tally.channel, tally.user_id, now)
    if ticket:
        tell_opened(connection, store, soft, ticket, inbox_id)
    return Counted(tally_id=row.id, ticket=ticket)


def _insert(connection: Connection, tally: NewTally, now: datetime) -> Counted | None:
    """Insert the row; what was counted already is returned, what was undone counts anew."""
    _check_draft(connection, tally)
    row = {
        "call_id": tally.call_id,
        "kind": tally.kind.value,
        "channel": tally.channel,
        "user_id": tally.user_id,
        "number_lookup": tally.number_lookup,
        "counted_at": now,
    }
    if insert_new(connection, call_tallies, row):
        return None
    found = _locked(connection, tally.call_id)
    if found.user_id != tally.user_id:
        raise NotFound
    if found.undone_at is None:
        ticket = read(connection, found.ticket_id) if found.ticket_id else None
        return Counted(tally_id=found.id, ticket=ticket)
    connection.execute(
        update(call_tallies).where(call_tallies.c.id == found.id).values(**row, undone_at=None)
    )
    return None


def _check_draft(connection: Connection, tally: NewTally) -> None:
    """Refuse somebody else's draft, and one whose ticket is open; there may be none at all."""
    owner = connection.execute(
        select(call_drafts.c.user_id).where(call_drafts.c.id == tally.call_id).with_for_update()
    ).scalar()
    if owner not in (None, tally.user_id):
        raise NotFound
    opened = select(tickets.c.id).where(tickets.c.id == tally.call_id)
    if connection.execute(opened).first() is not None:
        raise Changed


def _locked(connection: Connection, call_id: str) -> Row[Any]:
    return connection.execute(
        select(call_tallies).where(call_tallies.c.call_id == call_id).with_for_update()
    ).one()


def _is_repeated(connection: Connection, lookup: bytes, now: datetime) -> bool:
    """Whether this number has been silent often enough, and nobody has a ticket of it today."""
    found = _silent(connection, lookup, now)
    return len(found) >= _SILENT_CALLS_THAT_OPEN and not any(row.ticket_id for row in found)


def _silent(connection: Connection, lookup: bytes, now: datetime) -> Sequence[Row[Any]]:
    asked: Select[Any] = select(call_tallies.c.id, call_tallies.c.ticket_id).where(
        call_tallies.c.number_lookup == lookup,
        call_tallies.c.kind == CallKind.SILENT.value,
        call_tallies.c.counted_at > now - SILENCE_REMEMBERED,
        call_tallies.c.undone_at.is_(None),
    )
    return connection.execute(asked).all()


def _tell(
    connection: Connection,
    store: Store,
    kind: str,
    what: str,
    channel: str,
    user_id: str,
    now: datetime,
) -> None:
    events.append(
        connection,
        store.vault,
        kind=kind,
        at=now,
        actor_id=user_id,
        detail={"call": what, "line": channel},
    )
