"""A ring is decided once, and no crash loses it.

Its timer is settled, its alarm rows are unique by (ticket, tier, recipient, way), and both happen
in one transaction with the sends and the next timers.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nlu.labels import Urgency
from storage import events
from storage.alarm.alarms import ROUND, SUPERSEDED, NewAlarm, next_round
from storage.database import insert_into
from storage.keys.sealing import seal, seal_json
from storage.rows import Lane, NewOutbound, NewTimer, OutboxState, TicketState, TimerRow
from storage.store import Store
from storage.tables import alarms, outbox, tickets
from storage.talks.outgoing import add_alarm, alarm_context
from storage.telephone.alarm_tables import alarm_calls
from storage.timers import set_timers, settle_inside

_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)


async def decide(
    store: Store,
    *,
    timer: TimerRow,
    ticket_id: str,
    tier: int | None,
    rings: tuple[NewAlarm, ...],
    next_timers: tuple[NewTimer, ...],
    expected_holder: str | None,
    expected_urgency: Urgency = Urgency.CRITICAL,
    detail: Mapping[str, Any],
    is_rota_empty: bool = False,
    now: datetime,
) -> bool:
    """Ring one tier in one transaction and settle its timer; True when it rang.

    Does not ring when the timer is gone, the ticket is over or no longer as the plan assumed
    (`expected_…`), or the tier was decided before. `tier` None: a round of its own.
    """

    def work(connection: Connection) -> bool:
        row = connection.execute(
            select(tickets).where(tickets.c.id == ticket_id).with_for_update()
        ).one()
        if not settle_inside(connection, timer, now=now):
            return False
        if not _is_as_expected(row, expected_holder, expected_urgency):
            return False
        number = next_round(connection, ticket_id) if tier is None else tier
        added = tuple(ring for ring in rings if _add(connection, store, row, number, ring, now))
        if rings and not added:
            return False
        set_timers(connection, next_timers)
        _append(connection, store, row, number, added, detail, now)
        if is_rota_empty:
            events.append(
                connection, store.vault, kind="rota_empty", at=now, ticket_id=ticket_id,
                detail={"number": row.number},
            )  # fmt: skip
        return True

    return await store.db.transaction(work)


def ring_once(
    connection: Connection,
    store: Store,
    ticket_id: str,
    rings: tuple[NewAlarm, ...],
    *,
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    """Ring a round of its own, inside a transaction that holds the ticket and decides the rest."""
    row = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
    number = next_round(connection, ticket_id)
    for ring in rings:
        _add(connection, store, row, number, ring, now)
    _append(connection, store, row, number, rings, detail, now)


def _is_as_expected(row: Row[Any], holder: str | None, urgency: Urgency) -> bool:
    is_open = row.state not in _OVER
    return is_open and row.urgency == urgency.value and row.holder_id == holder


def _add(
    connection: Connection, store: Store, row: Row[Any], tier: int, ring: NewAlarm, now: datetime
) -> bool:
    """Insert an alarm and its send; False when it was decided before, or said a moment ago."""
    if ring.rests and _is_resting(connection, row.id, ring, now):
        return False
    alarm_id: int | None = connection.execute(
        insert_into(connection.dialect.name, alarms)
        .values(
            ticket_id=row.id,
            tier=tier,
            recipient=ring.recipient,
            way=ring.way,
            decided_at=now,
        )
        .on_conflict_do_nothing()
        .returning(alarms.c.id)
    ).scalar()
    if alarm_id is None:
        return False
    if ring.token:
        _supersede(connection, row.id, alarm_id, ring, now)
        connection.execute(alarm_calls.insert().values(token=ring.token, alarm_id=alarm_id))
    if ring.channel:
        key = store.vault.staff_key
        lane = Lane.EMERGENCY if row.urgency == Urgency.CRITICAL.value else Lane.REPLY
        add_alarm(
            connection,
            NewOutbound(body=ring.body, lane=lane),
            channel=ring.channel,
            alarm_id=alarm_id,
            recipient_sealed=seal(key, ring.address.encode(), alarm_context(alarm_id, "recipient")),
            body_sealed=seal_json(key, ring.body, alarm_context(alarm_id, "body")),
            now=now,
        )
    return True


def _is_resting(connection: Connection, ticket_id: str, ring: NewAlarm, now: datetime) -> bool:
    told = select(alarms.c.id).where(
        alarms.c.ticket_id == ticket_id,
        alarms.c.recipient == ring.recipient,
        alarms.c.way == ring.way,
        alarms.c.decided_at > now - ring.rests,
    )
    return connection.execute(told).first() is not None


def _supersede(
    connection: Connection, ticket_id: str, alarm_id: int, ring: NewAlarm, now: datetime
) -> None:
    """Call a telephone once when the carrier is back, not once for each tier of the outage."""
    earlier = select(alarms.c.id).where(
        alarms.c.ticket_id == ticket_id,
        alarms.c.recipient == ring.recipient,
        alarms.c.way == ring.way,
        alarms.c.id != alarm_id,
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.state == OutboxState.PENDING, outbox.c.alarm_id.in_(earlier))
        .values(state=OutboxState.DEAD, error=SUPERSEDED, settled_at=now)
    )


def _append(
    connection: Connection,
    store: Store,
    row: Row[Any],
    tier: int,
    rings: tuple[NewAlarm, ...],
    detail: Mapping[str, Any],
    now: datetime,
) -> None:
    events.append(
        connection,
        store.vault,
        kind="alarm_rung",
        at=now,
        ticket_id=row.id,
        detail={
            "number": row.number,
            "urgency": row.urgency,
            "commune": row.commune_code,
            "tier": tier % ROUND,
            "ways": sorted({ring.way for ring in rings}),
            "recipients": [ring.recipient for ring in rings if ring.way == "console"],
            **detail,
        },
    )
