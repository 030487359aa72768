"""Tickets as the road opens and enriches them, inside the transaction of stop 7; no event here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, case, or_, select, update

from nlu.labels import Urgency, more_urgent
from storage.alarm.alarms import call_holder, call_somebody, watch_silence
from storage.codes.tables import ticket_lines
from storage.database import insert_new
from storage.learning.corrections import is_rejected_place
from storage.rows import TicketChange, TicketRow, TicketState
from storage.tables import ticket_numbers, tickets
from storage.tickets.rows import ENDED_STATES, change, lock_within_talk, to_ticket

_LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REOPENS_WITHIN = timedelta(days=30)
_TALK: Any = bindparam("talk")
_IS_OPEN = tickets.c.closed_at.is_(None)
_OF_TALK = (
    select(tickets.c.id)
    .where(tickets.c.conversation_id == _TALK)
    .union_all(select(ticket_lines.c.ticket_id).where(ticket_lines.c.conversation_id == _TALK))
)
_NEWEST = (
    select(tickets)
    .where(tickets.c.id.in_(_OF_TALK), or_(_IS_OPEN, tickets.c.closed_at > bindparam("since")))
    .order_by(
        tickets.c.closed_at.is_not(None),
        case((_IS_OPEN, tickets.c.urgency_rank)),
        case((_IS_OPEN, tickets.c.opened_at)),
        tickets.c.opened_at.desc(),
    )
    .limit(1)
)
_OPEN = tickets.insert().returning(tickets)
_COUNT_ON = (
    update(ticket_numbers)
    .where(ticket_numbers.c.year == bindparam("of"))
    .values(last=ticket_numbers.c.last + 1)
    .returning(ticket_numbers.c.last)
)
_REOPENED = {
    "state": TicketState.REOPENED,
    "holder_id": None,
    "acknowledged_at": None,
    "closed_at": None,
}


def open_ticket(
    connection: Connection,
    *,
    ticket_id: str,
    conversation_id: str,
    channel: str,
    change: TicketChange,
    facts_sealed: bytes | None,
    first_message_at: datetime,
    now: datetime,
    previous_id: str | None,
) -> TicketRow:
    """Open a ticket (mở phiếu) with the next number of the local year; it calls for somebody."""
    row = {
        "id": ticket_id,
        "number": _next_number(connection, now),
        "conversation_id": conversation_id,
        "previous_id": previous_id,
        "channel": channel,
        "kind": change.kind.value,
        "urgency": change.urgency.value,
        "urgency_rank": change.urgency.rank,
        "danger": change.danger.value if change.danger else None,
        "state": TicketState.NEW,
        "commune_code": change.commune_code,
        "needs_human": change.needs_human,
        "facts_sealed": facts_sealed,
        "opened_at": now,
        "first_message_at": first_message_at,
        "last_reporter_at": now,
    }
    ticket = to_ticket(connection.execute(_OPEN, row).one())
    call_somebody(connection, ticket, now=now)
    return ticket


def enrich_ticket(
    connection: Connection,
    ticket: TicketRow,
    *,
    change: TicketChange,
    facts_sealed: bytes | None,
    now: datetime,
) -> TicketRow:
    """Add a further message: urgency only rises, an ended ticket reopens, a graver one rings.

    Inside a turn, which holds the conversation's lock. A holder may have gone home: what became
    critical, or a danger to life, rings everybody at once although somebody holds it.
    """
    before = lock_within_talk(connection, ticket.id)
    after = _write(connection, before, change, facts_sealed, now)
    is_critical = after.urgency is Urgency.CRITICAL
    is_raised = after.urgency.rank < before.urgency.rank
    is_graver = is_raised or (is_critical and bool(after.danger) and not before.danger)
    was_over = before.state is not after.state
    if after.holder_id is None:
        if is_graver or was_over:
            call_somebody(connection, after, now=now)
    elif is_critical:
        if is_graver:
            call_holder(connection, after, now=now)
        watch_silence(connection, after.id, after.conversation_id, now)
    return after


def ticket_of(connection: Connection, conversation_id: str, *, now: datetime) -> TicketRow | None:
    """Return the conversation's open ticket, or the newest that ended less than 30 days ago.

    A return code can tie a conversation to several open ones: the gravest, then the oldest of them.
    """
    row = connection.execute(
        _NEWEST, {"talk": conversation_id, "since": now - REOPENS_WITHIN}
    ).first()
    return to_ticket(row) if row else None


def _write(
    connection: Connection,
    before: TicketRow,
    said: TicketChange,
    facts_sealed: bytes | None,
    now: datetime,
) -> TicketRow:
    urgency = more_urgent(before.urgency, said.urgency)
    danger = before.danger or said.danger
    values: dict[str, Any] = {
        "kind": _graver_kind(before, said),
        "urgency": urgency.value,
        "urgency_rank": urgency.rank,
        "danger": danger.value if danger else None,
        "commune_code": _place(connection, before, said.commune_code),
        "needs_human": before.needs_human or said.needs_human,
        "last_reporter_at": now,
        **_reopening(before),
    }
    if facts_sealed is not None:
        values["facts_sealed"] = facts_sealed
    return change(connection, before.id, **values)


def _place(connection: Connection, before: TicketRow, said: str | None) -> str | None:
    """Follow what was said last, but never back to a place that a person corrected."""
    if said is None or said == before.commune_code:
        return before.commune_code
    return before.commune_code if is_rejected_place(connection, before.id, said) else said


def _graver_kind(before: TicketRow, said: TicketChange) -> str:
    """Several matters: the most urgent one; a report outweighs what is none."""
    is_graver = said.urgency.rank < before.urgency.rank
    is_first_report = said.kind.is_report and not before.kind.is_report
    return (said.kind if is_graver or is_first_report else before.kind).value


def _reopening(before: TicketRow) -> Mapping[str, Any]:
    has_ended = before.state in (*ENDED_STATES, TicketState.RESOLVED)
    return _REOPENED if has_ended else {}


def _next_number(connection: Connection, now: datetime) -> str:
    """Count within the local year; the row's lock makes numbers without gaps."""
    year = now.astimezone(_LOCAL_ZONE).year
    insert_new(connection, ticket_numbers, {"year": year, "last": 0})
    number = connection.execute(_COUNT_ON, {"of": year}).scalar_one()
    return f"PT-{year}-{number:06d}"
