"""Calls that repeat (gọi nhiều lần): missed, short and silent ones of one number within a day.

Matched by the keyed hash that the call-takers' own count of silent calls has too, never in clear.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select, update

from nlu.labels import Urgency
from storage.calls.reports import CallReport
from storage.calls.tables import call_tallies
from storage.calls.tallies import SILENCE_REMEMBERED, CallKind
from storage.database import insert_new
from storage.store import Store
from storage.telephone.tables import phone_calls, phone_events
from storage.tickets import enrich_ticket
from storage.tickets.rows import lock, record

CALLS_THAT_OPEN: Final = 2


def quiet_calls(
    connection: Connection, lookup: bytes, outcomes: Collection[str], *, now: datetime
) -> int:
    """Return how many such calls of a number there were within a day, those of call-takers too."""
    since = now - SILENCE_REMEMBERED
    here = select(func.count()).where(
        phone_calls.c.number_lookup == lookup,
        phone_calls.c.outcome.in_(outcomes),
        phone_calls.c.began_at > since,
    )
    counted = select(func.count()).where(
        call_tallies.c.number_lookup == lookup,
        call_tallies.c.kind == CallKind.SILENT.value,
        call_tallies.c.counted_at > since,
        call_tallies.c.undone_at.is_(None),
    )
    return connection.execute(here).scalar_one() + connection.execute(counted).scalar_one()


def open_of_today(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """Whether this call may open a ticket: the first of the day from its number, or no number."""
    if row.number_lookup is None:
        return True
    if _ticket_of_today(connection, row, now) is not None:
        return False
    key = f"quiet:{row.number_lookup.hex()[:40]}:{now:%Y-%m-%d}"
    guard = {"key": key, "call_id": row.id, "answer_sealed": None, "seen_at": now}
    return insert_new(connection, phone_events, guard)


def join_of_today(
    connection: Connection, store: Store, row: Row[Any], report: CallReport, now: datetime
) -> None:
    """Note a further silent call on the ticket of the day, which becomes graver; an event."""
    ticket_id = _ticket_of_today(connection, row, now)
    if ticket_id is None:
        return
    connection.execute(
        update(phone_calls).where(phone_calls.c.id == row.id).values(ticket_id=ticket_id)
    )
    before = lock(connection, ticket_id)
    change = replace(report.change, kind=before.kind, urgency=Urgency.HIGH, facts={})
    after = enrich_ticket(connection, before, change=change, facts_sealed=None, now=now)
    record(connection, store, "call_noted", after, user_id=None, now=now)


def _ticket_of_today(connection: Connection, row: Row[Any], now: datetime) -> str | None:
    asked = (
        select(phone_calls.c.ticket_id)
        .where(
            phone_calls.c.number_lookup == row.number_lookup,
            phone_calls.c.ticket_id.is_not(None),
            phone_calls.c.began_at > now - SILENCE_REMEMBERED,
        )
        .order_by(phone_calls.c.began_at.desc())
        .limit(1)
    )
    found: str | None = connection.execute(asked).scalar()
    return found
