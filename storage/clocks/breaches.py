"""A term that ran out (quá hạn): told once, whichever process comes to it; and how events are
followed so that every change of a ticket sets its clocks anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage import events
from storage.alarm.alarms import NewAlarm
from storage.alarm.deciding import ring_once
from storage.clocks.clocks import (
    CLOCK_BREACHED,
    TOLD_WITHIN,
    Measure,
    locked,
    newly_breached,
    rows_of,
    terms_of,
    write,
)
from storage.clocks.tables import clocks, followers
from storage.database import insert_new
from storage.rows import TimerRow
from storage.store import Store
from storage.tables import events as event_table
from storage.tickets.rows import tell_desk
from storage.timers import settle_inside

FOLLOWER = "clocks"
CHANGES = (
    "ticket_opened",
    "ticket_raised",
    "ticket_reopened",
    "ticket_claimed",
    "ticket_released",
    "ticket_moved",
    "kind_changed",
    "urgency_changed",
    "operator_wrote",
)
"""Events after which a ticket's terms may be others."""
FACTS_ADDED = "reporter_wrote"
"""May name the offender: only a ticket without the term of emergency measures looks for that."""
_MEASURES = "measures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A stretch of the events."""

    last_id: int
    ticket_ids: tuple[str, ...]
    """Whose terms may have changed, each once."""
    is_end: bool


async def breach(
    store: Store,
    timer: TimerRow,
    *,
    measure: Measure,
    rings: tuple[NewAlarm, ...],
    ringing: Collection[str],
    now: datetime,
) -> tuple[str, ...]:
    """Settle a term's timer and tell what ran out; return the names of what was told now.

    `rings` ring once for the clocks named in `ringing`; the others have alarms of their own.
    """
    key = (await store.vault.keys([timer.subject])).get(timer.subject)

    def work(connection: Connection) -> tuple[str, ...]:
        ticket = locked(connection, timer.subject, key)
        if not settle_inside(connection, timer, now=now):
            return ()
        happened = events.events_of(connection, ticket.id, None)
        terms = terms_of(connection, ticket, happened, measure)
        late = newly_breached(rows_of(connection, ticket.id), terms, now)
        write(connection, ticket, terms, {term.name: now for term in late})
        loud = [term for term in late if term.name in ringing and now - term.due_at <= TOLD_WITHIN]
        if loud and rings:
            detail = {"why": CLOCK_BREACHED, "clock": loud[0].name}
            ring_once(connection, store, ticket.id, rings, detail=detail, now=now)
        for term in late:
            ran_out = {"clock": term.name, "due_at": term.due_at.isoformat()}
            tell_desk(connection, store, CLOCK_BREACHED, ticket, now=now, detail=ran_out)
        return tuple(term.name for term in late)

    return await store.db.transaction(work)


async def followed(store: Store, *, limit: int) -> Followed:
    """Return the next stretch of events that nobody has followed yet."""

    def work(connection: Connection) -> Followed:
        last_id = (
            connection.execute(
                select(followers.c.last_id).where(followers.c.name == FOLLOWER)
            ).scalar()
            or 0
        )
        rows = connection.execute(
            select(event_table.c.id, event_table.c.kind, event_table.c.ticket_id)
            .where(event_table.c.id > last_id)
            .order_by(event_table.c.id)
            .limit(limit)
        ).all()
        changed = {row.ticket_id for row in rows if row.kind in CHANGES}
        told = {row.ticket_id for row in rows if row.kind == FACTS_ADDED}
        found = changed | _without_measures(connection, told - changed)
        return Followed(
            last_id=rows[-1].id if rows else last_id,
            ticket_ids=tuple(sorted(each for each in found if each)),
            is_end=len(rows) < limit,
        )

    return await store.db.read(work)


async def note_followed(store: Store, last_id: int) -> None:
    """Go on after this event the next time; never goes back."""

    def work(connection: Connection) -> None:
        insert_new(connection, followers, {"name": FOLLOWER, "last_id": 0})
        connection.execute(
            update(followers)
            .where(followers.c.name == FOLLOWER, followers.c.last_id < last_id)
            .values(last_id=last_id)
        )

    await store.db.transaction(work)


def _without_measures(connection: Connection, ticket_ids: Collection[str]) -> set[str]:
    if not ticket_ids:
        return set()
    found = connection.execute(
        select(clocks.c.ticket_id).where(
            clocks.c.ticket_id.in_(tuple(ticket_ids)), clocks.c.name == _MEASURES
        )
    )
    return set(ticket_ids) - set(found.scalars())
