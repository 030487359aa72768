"""The queue (hàng đợi) and one ticket opened for reading, which is an event."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from nlu.labels import Urgency
from storage import events
from storage.accounts.user_rows import open_name
from storage.alarm.alarms import GRAVER
from storage.calls.spoken import is_spoken
from storage.clocks.marks import RunningClock, running_clocks
from storage.drills.drill_marks import drills_among
from storage.incidents.covering import covered_among
from storage.keys.sealing import Key, open_json
from storage.rows import EventRow, TicketRow, TicketState
from storage.store import Store
from storage.tables import conversations, tickets, timers, users
from storage.tables import events as event_table
from storage.tickets.rows import (
    ENDED_STATES,
    facts_context,
    record,
    to_ticket,
)

REPORTER_SILENT = "reporter_silent"
"""The event by which the desk is told (storage/talks/silence.py); `detail.minutes` is how long."""
QUEUE_STATES = tuple(state for state in TicketState if state not in ENDED_STATES)
_RINGING_HOLDERS = select(timers.c.subject).where(
    timers.c.kind == GRAVER, timers.c.settled_at.is_(None)
)
_TOLD_OF_SILENCE = (
    select(event_table.c.ticket_id, func.max(event_table.c.at))
    .where(
        event_table.c.kind == REPORTER_SILENT,
        event_table.c.ticket_id.in_(
            select(tickets.c.id).where(
                tickets.c.state.in_(QUEUE_STATES), tickets.c.urgency == Urgency.CRITICAL.value
            )
        ),
    )
    .group_by(event_table.c.ticket_id)
)


def with_holder() -> Select[Any]:
    """Select tickets, each with the sealed name of who holds it."""
    return select(tickets, users.c.display_name_sealed).outerjoin(
        users, users.c.id == tickets.c.holder_id
    )


_ONE = with_holder().where(tickets.c.id == bindparam("ticket"))
_ID_OF_NUMBER = select(tickets.c.id).where(tickets.c.number == bindparam("number"))
_NUMBER_OF_ID = select(tickets.c.number).where(tickets.c.id == bindparam("ticket"))
_TALK = select(conversations.c.held_by, conversations.c.source).where(
    conversations.c.id == bindparam("talk")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A line of the queue."""

    ticket: TicketRow
    holder_name: str | None = field(repr=False)
    waiting_since: datetime | None
    """Since when the reporter waits for a person; None: an operator spoke last."""
    rings_holder: bool
    """It became graver while it is held and nobody has acted since: the alarm rings everybody."""
    silent_since: datetime | None = None
    """The desk was told that the reporter is silent, since then; None: it was not, or is over."""
    is_drill: bool = False
    """An invented report of a drill; it rings as a real one does."""
    is_covered: bool = False
    """Another ticket of its incident rings or is looked after (storage/incidents/covering.py)."""
    clock: RunningClock | None = None
    """The term that is due first; None: nothing is owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDetail:
    """One ticket as its page shows it."""

    ticket: TicketRow
    holder_name: str | None = field(repr=False)
    talk_held_by: str | None
    """The operator who writes to the reporter now: the bot is silent."""
    previous_number: str | None
    """The closed ticket that this one follows."""
    dismissal_proposed_by: str | None
    """A critical ticket: this person proposed to dismiss it, another one must confirm."""
    rings_holder: bool
    """As in the queue; the holder stops it by writing, or by claiming the ticket once more."""
    events: tuple[EventRow, ...] = field(repr=False)
    is_drill: bool = False
    """As in the queue; no term of law begins."""
    source: str = ""
    """The poster or link that the talk began from (bot/channels/sources.py); empty: none."""


async def queue(
    store: Store, *, states: tuple[TicketState, ...] | None = None, limit: int = 200
) -> tuple[QueueRow, ...]:
    """Return tickets by urgency, then age; all that are not closed or dismissed by default."""
    wanted = QUEUE_STATES if states is None else states
    return await store.db.read(
        lambda connection: queue_rows(
            connection, _queue(connection, wanted, limit), store.vault.staff_key
        )
    )


def queue_rows(
    connection: Connection, rows: Sequence[Row[Any]], staff_key: Key
) -> tuple[QueueRow, ...]:
    """Return rows of `with_holder` as lines of the queue, in their order."""
    graver, told = _ringing_holders(connection), _told_of_silence(connection)
    ids = [row.id for row in rows]
    drilled, covered = drills_among(connection, ids), covered_among(connection, ids)
    running = running_clocks(connection, ids)
    return tuple(
        QueueRow(
            ticket=to_ticket(row),
            holder_name=_holder_name(row, staff_key),
            waiting_since=_waiting_since(row),
            rings_holder=row.id in graver,
            silent_since=_silent_since(row, told.get(row.id)),
            is_drill=row.id in drilled,
            is_covered=row.id in covered,
            clock=running.get(row.id),
        )
        for row in rows
    )


async def read_ticket(
    store: Store, number: str, *, reader_id: str, now: datetime
) -> TicketDetail | None:
    """Open one ticket, its facts and notes with it; that it was read is an event."""
    found = await _id_and_key(store, number)
    if found is None:
        return None
    ticket_id, key = found

    def work(connection: Connection) -> TicketDetail:
        row = connection.execute(_ONE, {"ticket": ticket_id}).one()
        detail = _detail(connection, store, row, key)
        record(connection, store, "ticket_read", detail.ticket, user_id=reader_id, now=now)
        return detail

    return await store.db.transaction(work)


async def look_again(store: Store, number: str) -> TicketDetail | None:
    """Open a ticket whose reading is an event already: live updates of a page that is open."""
    found = await _id_and_key(store, number)
    if found is None:
        return None
    ticket_id, key = found
    return await store.db.read(
        lambda connection: _detail(
            connection,
            store,
            connection.execute(_ONE, {"ticket": ticket_id}).one(),
            key,
        )
    )


async def _id_and_key(store: Store, number: str) -> tuple[str, Key | None] | None:
    ticket_id = await store.db.read(
        lambda connection: connection.execute(_ID_OF_NUMBER, {"number": number}).scalar()
    )
    if ticket_id is None:
        return None
    return ticket_id, (await store.vault.keys([ticket_id])).get(ticket_id)


def proposed_by(happened: tuple[EventRow, ...]) -> str | None:
    """Return who proposed to dismiss the ticket; what happened to it since undoes a proposal."""
    for event in reversed(happened):
        match event.kind:
            case "dismissal_proposed":
                return event.actor_id
            case (
                "ticket_read"
                | "ticket_printed"
                | "sample_opened"
                | "sample_read"
                | "words_held"
                | "ticket_kept_from"
                | "note_added"
                | "alarm_rung"
                | "rota_empty"
                | "knock_sent"
                | "reporter_silent"
                | "clock_breached"
                | "check_ticked"
                | "check_cleared"
                | "incident_joined"
                | "incident_parted"
            ):
                continue
            case _:
                return None
    return None


def _queue(connection: Connection, states: tuple[TicketState, ...], limit: int) -> list[Row[Any]]:
    """Ask state by state, so that each walks the index and stops at the limit."""
    found: list[Row[Any]] = []
    for state in states:
        found += connection.execute(
            with_holder()
            .where(tickets.c.state == state)
            .order_by(tickets.c.urgency_rank, tickets.c.first_message_at)
            .limit(limit)
        )
    found.sort(key=lambda row: (row.urgency_rank, row.first_message_at))
    return found[:limit]


def _ringing_holders(connection: Connection) -> frozenset[str]:
    """Return the tickets whose holder is rung anew; seldom more than one or two."""
    return frozenset(connection.execute(_RINGING_HOLDERS).scalars())


def _told_of_silence(connection: Connection) -> dict[str, datetime]:
    """Return when the desk was last told that a critical reporter is silent, ticket by ticket."""
    return {ticket_id: told_at for ticket_id, told_at in connection.execute(_TOLD_OF_SILENCE)}


def _waiting_since(row: Row[Any]) -> datetime | None:
    if is_spoken(row.channel) and row.holder_id is not None:
        return None  # nobody waits for words there: who holds it has heard the reporter
    if row.last_operator_at is None:
        waiting_since: datetime = row.first_message_at
        return waiting_since
    if row.last_reporter_at and row.last_reporter_at > row.last_operator_at:
        last: datetime = row.last_reporter_at
        return last
    return None


def _silent_since(row: Row[Any], told_at: datetime | None) -> datetime | None:
    """Anybody's word since the desk was told ends it."""
    since: datetime = row.last_reporter_at or row.first_message_at
    spoken_at = max(since, row.last_operator_at or since)
    return since if told_at and told_at > spoken_at else None


def _holder_name(row: Row[Any], staff_key: Key) -> str | None:
    if row.holder_id is None or row.display_name_sealed is None:
        return None
    return open_name(staff_key, row.holder_id, row.display_name_sealed)


def _detail(connection: Connection, store: Store, row: Row[Any], key: Key | None) -> TicketDetail:
    """Open what the ticket's key opens; after an erasure the clear columns are left."""
    facts: dict[str, Any] = {}
    if key is not None and row.facts_sealed is not None:
        facts = open_json(key, row.facts_sealed, facts_context(row.id))
    ticket = to_ticket(row, facts)
    happened = events.events_of(connection, row.id, key)
    talk = connection.execute(_TALK, {"talk": row.conversation_id}).one()
    previous = connection.execute(_NUMBER_OF_ID, {"ticket": row.previous_id}).scalar()
    return TicketDetail(
        ticket=ticket,
        holder_name=_holder_name(row, store.vault.staff_key),
        talk_held_by=talk.held_by,
        previous_number=previous,
        dismissal_proposed_by=proposed_by(happened),
        rings_holder=row.id in _ringing_holders(connection),
        events=happened,
        is_drill=bool(drills_among(connection, (row.id,))),
        source=talk.source,
    )
