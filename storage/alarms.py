"""The alarm in rows: started, stopped and decided inside transactions, so no crash loses a ring.

A ring is *decided* once: its timer is settled, its alarm rows are unique by (ticket, tier,
recipient, way), and both happen in one transaction with the sends and the next timer. Each start
is a round with tiers of its own, so a ticket that is reopened rings again from the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from nlu.labels import Urgency
from storage import events
from storage.database import insert_into
from storage.outbox import add_alarm, alarm_context
from storage.rows import Lane, NewOutbound, NewTimer, OutboxState, TicketState, TimerRow
from storage.sealing import seal, seal_json
from storage.store import Store
from storage.tables import alarms, inbox, outbox, tickets, timers
from storage.timers import cancel_timers, set_timers, settle_inside

ALARM, SILENCE = "alarm", "silence"
TELL_NOBODY_ANSWERED, TELL_NOBODY_ON_DUTY = "tell_nobody_answered", "tell_nobody_on_duty"
"""The kinds of timers whose subject is a ticket."""

ROUND = 100_000
"""Tiers in a round: timer.step % ROUND is the tier of the plan."""
SILENT_AFTER = timedelta(minutes=2)
"""How long a holder may leave a reporter's message in a critical chat unanswered (design §5)."""
_RINGING = (ALARM, TELL_NOBODY_ANSWERED, TELL_NOBODY_ON_DUTY)
_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlarm:
    """One ring to one recipient by one way."""

    recipient: str
    """A user's id, or the name of a place that rings for all, as `staff_chat`."""
    way: str
    """`console`, `telegram` or `webhook`."""
    channel: str = ""
    """The outbox channel that carries it; empty: the event itself rings (console)."""
    address: str = field(default="", repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


def start_alarm(connection: Connection, ticket_id: str, *, now: datetime) -> None:
    """Ring from the beginning, at once; a round that is under way ends."""
    cancel_timers(connection, subject=ticket_id, kinds=_RINGING)
    step = _next_round(connection, ticket_id)
    set_timers(connection, (NewTimer(kind=ALARM, subject=ticket_id, due_at=now, step=step),))


def stop_alarm(connection: Connection, ticket_id: str, *, now: datetime) -> None:
    """Stop everything: no further tier, and what has not been sent is not sent any more.

    A send under way may still arrive; if it fails it is not tried again.
    """
    cancel_timers(connection, subject=ticket_id, kinds=(*_RINGING, SILENCE))
    connection.execute(
        update(outbox)
        .where(
            outbox.c.state.in_((OutboxState.PENDING, OutboxState.SENDING)),
            outbox.c.alarm_id.in_(select(alarms.c.id).where(alarms.c.ticket_id == ticket_id)),
        )
        .values(state=OutboxState.DEAD, error="acknowledged", settled_at=now)
    )


def watch_silence(
    connection: Connection, ticket_id: str, conversation_id: str, now: datetime
) -> None:
    """Look at a critical chat in two minutes: the reporter's last message must be answered."""
    last = connection.execute(
        select(func.max(inbox.c.id)).where(inbox.c.conversation_id == conversation_id)
    ).scalar()
    due_at = now + SILENT_AFTER
    timer = NewTimer(kind=SILENCE, subject=ticket_id, due_at=due_at, step=last or 0)
    set_timers(connection, (timer,))


async def decide(
    store: Store,
    *,
    timer: TimerRow,
    ticket_id: str,
    tier: int | None,
    rings: tuple[NewAlarm, ...],
    next_timers: tuple[NewTimer, ...],
    expected_holder: str | None,
    detail: Mapping[str, Any],
    is_rota_empty: bool = False,
    now: datetime,
) -> bool:
    """Ring one tier in one transaction and settle its timer; True when it rang.

    Does not ring when the timer is gone, the ticket is over or no longer held as the plan assumed
    (`expected_holder`), or the tier was decided before. `tier` None: a round of its own.
    """

    def work(connection: Connection) -> bool:
        row = connection.execute(
            select(tickets).where(tickets.c.id == ticket_id).with_for_update()
        ).one()
        if not settle_inside(connection, timer, now=now):
            return False
        if not _still_rings(row, expected_holder):
            return False
        number = _next_round(connection, ticket_id) if tier is None else tier
        decided = [_add(connection, store, ticket_id, number, ring, now) for ring in rings]
        if rings and not any(decided):
            return False
        set_timers(connection, next_timers)
        _append(connection, store, row, number, rings, detail, now)
        if is_rota_empty:
            events.append(
                connection, store.vault, kind="rota_empty", at=now, ticket_id=ticket_id,
                detail={"number": row.number},
            )  # fmt: skip
        return True

    return await store.db.transaction(work)


def _still_rings(row: Row[Any], expected_holder: str | None) -> bool:
    is_critical = row.urgency == Urgency.CRITICAL.value
    return is_critical and row.state not in _OVER and row.holder_id == expected_holder


def _add(
    connection: Connection, store: Store, ticket_id: str, tier: int, ring: NewAlarm, now: datetime
) -> bool:
    """Insert an alarm and its send; False when it was decided before."""
    alarm_id: int | None = connection.execute(
        insert_into(connection.dialect.name, alarms)
        .values(
            ticket_id=ticket_id,
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
    if ring.channel:
        key = store.vault.staff_key
        add_alarm(
            connection,
            NewOutbound(body=ring.body, lane=Lane.EMERGENCY),
            channel=ring.channel,
            alarm_id=alarm_id,
            recipient_sealed=seal(key, ring.address.encode(), alarm_context(alarm_id, "recipient")),
            body_sealed=seal_json(key, ring.body, alarm_context(alarm_id, "body")),
            now=now,
        )
    return True


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


def _next_round(connection: Connection, ticket_id: str) -> int:
    """Return the first tier of a round in which nothing was decided or timed yet."""
    rung = connection.execute(
        select(func.max(alarms.c.tier)).where(alarms.c.ticket_id == ticket_id)
    ).scalar()
    timed = connection.execute(
        select(func.max(timers.c.step)).where(timers.c.kind == ALARM, timers.c.subject == ticket_id)
    ).scalar()
    used = max((step for step in (rung, timed) if step is not None), default=-1)
    return (used // ROUND + 1) * ROUND
