"""How hard a shift is for one person (ca nặng liên tiếp), and the breaks they take (nghỉ).

Read from the person's own claims: no row says of anybody how much they can bear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from nlu.labels import Intent, Urgency
from storage import events
from storage.moment import Moment
from storage.queue.tables import breaks
from storage.rota.duty import SHIFT
from storage.store import Store
from storage.tables import events as event_table
from storage.tables import tickets

HARD_KINDS = (Intent.SEXUAL_ABUSE, Intent.ONLINE_ABUSE, Intent.SUICIDE_SELF_HARM)
"""Hard to hear at any urgency; beside them every critical ticket counts."""
_LOOKED_AT = 400
"""Of a person's last acts: more than a shift of them needs nobody to count."""
_RESTING = (
    select(breaks.c.user_id, func.max(breaks.c.until))
    .where(breaks.c.until > bindparam("now", type_=Moment))
    .group_by(breaks.c.user_id)
)
_LAST_BREAK = (
    select(breaks.c.begun_at, breaks.c.until)
    .where(breaks.c.user_id == bindparam("user"))
    .order_by(breaks.c.until.desc())
    .limit(1)
)
_did = (
    select(event_table.c.id, event_table.c.at, event_table.c.kind, event_table.c.ticket_id)
    .where(event_table.c.actor_id == bindparam("user"))
    .order_by(event_table.c.id.desc())
    .limit(_LOOKED_AT)
    .subquery()
)
_CLAIMED = (
    select(tickets.c.kind, tickets.c.urgency)
    .join(_did, _did.c.ticket_id == tickets.c.id)
    .where(_did.c.kind == "ticket_claimed", _did.c.at > bindparam("since", type_=Moment))
    .group_by(tickets.c.id, tickets.c.kind, tickets.c.urgency)
    .order_by(func.max(_did.c.id).desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """What somebody has taken in a row, and whether they rest."""

    hard_in_a_row: int
    """Since the last ticket of another kind, the last break, or twelve hours ago."""
    resting_until: datetime | None


async def strain_of(store: Store, user_id: str, *, now: datetime) -> Strain:
    """Return how things stand with one person."""

    def work(connection: Connection) -> Strain:
        since, until = _last_break(connection, user_id)
        taken = _claims(connection, user_id, max(since or now - SHIFT, now - SHIFT))
        return Strain(
            hard_in_a_row=sum(1 for _ in takewhile(_is_hard, taken)),
            resting_until=until if until and until > now else None,
        )

    return await store.db.read(work)


async def take_break(store: Store, user_id: str, *, length: timedelta, now: datetime) -> datetime:
    """Begin a break and return its end; one that is under way goes on as it is."""

    def work(connection: Connection) -> datetime:
        _, until = _last_break(connection, user_id)
        if until and until > now:
            return until
        connection.execute(
            breaks.insert().values(user_id=user_id, begun_at=now, until=now + length)
        )
        minutes = int(length.total_seconds() // 60)
        _tell(connection, store, "break_begun", user_id, now, {"minutes": minutes})
        return now + length

    return await store.db.transaction(work)


async def end_break(store: Store, user_id: str, *, now: datetime) -> None:
    """Come back before the break is over; without one nothing happens."""

    def work(connection: Connection) -> None:
        ended = connection.execute(
            update(breaks)
            .where(breaks.c.user_id == user_id, breaks.c.until > now)
            .values(until=now)
        )
        if ended.rowcount:
            _tell(connection, store, "break_ended", user_id, now, {})

    await store.db.transaction(work)


async def resting(store: Store, *, now: datetime) -> Mapping[str, datetime]:
    """Return who rests now, and until when."""
    found = await store.db.read(lambda connection: connection.execute(_RESTING, {"now": now}).all())
    return {user_id: until for user_id, until in found}


def _last_break(connection: Connection, user_id: str) -> tuple[datetime | None, datetime | None]:
    row = connection.execute(_LAST_BREAK, {"user": user_id}).first()
    return (row.begun_at, row.until) if row else (None, None)


def _claims(connection: Connection, user_id: str, since: datetime) -> list[Row[Any]]:
    """Return what the person took, the last first; each ticket as it is now."""
    return list(connection.execute(_CLAIMED, {"user": user_id, "since": since}))


def _is_hard(row: Row[Any]) -> bool:
    return row.urgency == Urgency.CRITICAL.value or row.kind in {kind.value for kind in HARD_KINDS}


def _tell(
    connection: Connection,
    store: Store,
    kind: str,
    user_id: str,
    now: datetime,
    detail: Mapping[str, Any],
) -> None:
    events.append(connection, store.vault, kind=kind, at=now, actor_id=user_id, detail=dict(detail))
