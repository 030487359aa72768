"""A critical ticket is lowered by two people (hạ mức): one proposes, another one settles it.

The ticket stays critical and rings by its rules until then. A proposal is void once the ticket is
no longer what its proposer saw: moved, given back, sized anew, or in another danger. Whoever
confirms must have seen the reporter's last message.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from nlu.labels import Urgency
from storage import events
from storage.errors import NotFound
from storage.learning.tables import lowerings
from storage.rows import EventRow, NewTimer, TicketRow
from storage.store import Store
from storage.tables import tickets
from storage.tickets import IllegalMove, ReasonMissing, size_anew
from storage.tickets.rows import TicketError, lock, read, record, seal_note
from storage.timers import set_timers

LOWERING_ASKED: Final = "lowering_asked"
"""The timer that tells supervisors; its subject is the ticket, its step the proposal."""
PROPOSED, REFUSED = "lowering_proposed", "lowering_refused"
_VOIDED_BY = frozenset(
    {
        "urgency_changed",
        "correction_undone",
        "ticket_moved",
        "ticket_raised",
        "ticket_reopened",
        "ticket_released",
    }
)
_FROM_REPORTER = frozenset({"reporter_wrote", "call_noted"})


class Outcome(StrEnum):
    """What became of a proposal."""

    LOWERED = "lowered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Its own proposer took it back."""


class NotSeen(TicketError):
    """The reporter wrote something that whoever confirms has not seen."""


class OwnProposal(TicketError):
    """Nobody is the second person of their own proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """A proposal that nobody has settled (đề nghị hạ mức)."""

    id: int
    ticket_id: str
    number: str
    urgency: Urgency
    proposed_by: str
    proposed_at: datetime
    reason: str = field(default="", repr=False)


async def propose(
    store: Store, ticket_id: str, *, urgency: Urgency, reason: str, user_id: str, now: datetime
) -> Lowering | None:
    """Propose to lower a critical ticket; None: somebody's proposal is open already.

    Raises `ReasonMissing`, and `IllegalMove` for a ticket that is not critical (any more).
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> Lowering | None:
        ticket = lock(connection, ticket_id)
        if ticket.urgency is not Urgency.CRITICAL or urgency is Urgency.CRITICAL:
            raise IllegalMove(ticket.state, ticket.state)
        if _open(connection, ticket) is not None:
            return None
        row = connection.execute(
            lowerings.insert()
            .values(
                ticket_id=ticket_id,
                urgency=urgency.value,
                danger=ticket.danger.value if ticket.danger else None,
                proposed_by=user_id,
                proposed_at=now,
            )
            .returning(lowerings)
        ).one()
        timer = NewTimer(kind=LOWERING_ASKED, subject=ticket_id, due_at=now, step=row.id)
        set_timers(connection, (timer,))
        record(
            connection, store, PROPOSED, ticket,
            user_id=user_id, now=now, detail={"lowering": row.id, "to": urgency.value},
            note_sealed=sealed,
        )  # fmt: skip
        return _lowering(row, ticket)

    return await store.db.transaction(work)


async def confirm(
    store: Store, lowering_id: int, *, reason: str, seen: int, user_id: str, now: datetime
) -> TicketRow:
    """Be the second person: the ticket is lowered. `seen` is the last event that was on the page.

    Raises `ReasonMissing`, `NotFound`, `OwnProposal`, `NotSeen`, and `IllegalMove` for a proposal
    that was settled or is void.
    """
    ticket_id, sealed = await _sealed(store, lowering_id, reason)

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        row = _must_be_open(connection, before, lowering_id)
        if row.proposed_by == user_id:
            raise OwnProposal
        if _wrote_since(events.events_of(connection, ticket_id, None), seen):
            raise NotSeen
        _settle(connection, row, Outcome.LOWERED, user_id, now)
        return size_anew(
            connection, store, before, Urgency(row.urgency),
            user_id=user_id, now=now, note_sealed=sealed,
            detail={"lowering": row.id, "proposed_by": row.proposed_by},
        )  # fmt: skip

    return await store.db.transaction(work)


async def refuse(
    store: Store, lowering_id: int, *, reason: str, user_id: str, now: datetime
) -> TicketRow:
    """Say no, or take one's own proposal back: the ticket stays critical. Raises as `confirm`."""
    ticket_id, sealed = await _sealed(store, lowering_id, reason)

    def work(connection: Connection) -> TicketRow:
        ticket = lock(connection, ticket_id)
        row = _must_be_open(connection, ticket, lowering_id)
        outcome = Outcome.WITHDRAWN if row.proposed_by == user_id else Outcome.REFUSED
        _settle(connection, row, outcome, user_id, now)
        record(
            connection, store, REFUSED, ticket,
            user_id=user_id, now=now, detail={"lowering": row.id, "outcome": outcome.value},
            note_sealed=sealed,
        )  # fmt: skip
        return ticket

    return await store.db.transaction(work)


async def lowering_of(store: Store, ticket_id: str) -> Lowering | None:
    """Return the open proposal of a ticket, its reason opened."""

    def work(connection: Connection) -> Lowering | None:
        ticket = read(connection, ticket_id)
        row = _open(connection, ticket)
        return _lowering(row, ticket) if row else None

    found = await store.db.read(work)
    if found is None:
        return None
    told = await events.ticket_events(store, ticket_id)
    reasons = [each.note for each in told if each.detail.get("lowering") == found.id]
    return Lowering(
        id=found.id,
        ticket_id=found.ticket_id,
        number=found.number,
        urgency=found.urgency,
        proposed_by=found.proposed_by,
        proposed_at=found.proposed_at,
        reason=reasons[0] if reasons else "",
    )


_WAITING = (
    select(lowerings.c.ticket_id)
    .join(tickets, tickets.c.id == lowerings.c.ticket_id)
    .where(lowerings.c.settled_at.is_(None), tickets.c.urgency == Urgency.CRITICAL.value)
    .order_by(lowerings.c.id)
)


async def open_lowerings(store: Store) -> tuple[Lowering, ...]:
    """Return every proposal that waits for a second person, the oldest first."""

    def work(connection: Connection) -> tuple[Lowering, ...]:
        waiting = connection.execute(_WAITING).scalars()
        asked = [read(connection, ticket_id) for ticket_id in dict.fromkeys(waiting)]
        found = [(_open(connection, ticket), ticket) for ticket in asked]
        return tuple(_lowering(row, ticket) for row, ticket in found if row is not None)

    return await store.db.read(work)


async def _sealed(store: Store, lowering_id: int, reason: str) -> tuple[str, bytes]:
    asked = select(lowerings.c.ticket_id).where(lowerings.c.id == lowering_id)
    ticket_id = await store.db.read(lambda connection: connection.execute(asked).scalar())
    if ticket_id is None:
        raise NotFound
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing
    return ticket_id, sealed


def _must_be_open(connection: Connection, ticket: TicketRow, lowering_id: int) -> Row[Any]:
    row = _open(connection, ticket)
    if row is None or row.id != lowering_id:
        raise IllegalMove(ticket.state, ticket.state)
    return row


def _open(connection: Connection, ticket: TicketRow) -> Row[Any] | None:
    """Return the newest proposal if it is neither settled nor void."""
    row = connection.execute(
        select(lowerings)
        .where(lowerings.c.ticket_id == ticket.id)
        .order_by(lowerings.c.id.desc())
        .limit(1)
    ).first()
    if row is None or row.settled_at is not None or ticket.urgency is not Urgency.CRITICAL:
        return None
    if row.danger != (ticket.danger.value if ticket.danger else None):
        return None
    since = _since(events.events_of(connection, ticket.id, None), row.id)
    return None if any(each.kind in _VOIDED_BY for each in since) else row


def _since(happened: tuple[EventRow, ...], lowering_id: int) -> tuple[EventRow, ...]:
    for index, each in enumerate(happened):
        if each.kind == PROPOSED and each.detail.get("lowering") == lowering_id:
            return happened[index + 1 :]
    return ()


def _wrote_since(happened: tuple[EventRow, ...], seen: int) -> bool:
    return any(each.id > seen and each.kind in _FROM_REPORTER for each in happened)


def _settle(
    connection: Connection, row: Row[Any], outcome: Outcome, user_id: str, now: datetime
) -> None:
    connection.execute(
        update(lowerings)
        .where(lowerings.c.id == row.id)
        .values(settled_at=now, settled_by=user_id, outcome=outcome)
    )


def _lowering(row: Row[Any], ticket: TicketRow) -> Lowering:
    return Lowering(
        id=row.id,
        ticket_id=ticket.id,
        number=ticket.number,
        urgency=Urgency(row.urgency),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )
