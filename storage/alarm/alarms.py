"""The alarm in rows: started and stopped inside transactions, so no crash loses a ring.

    alarm        a critical ticket that nobody holds rings, tier by tier
    graver       a held ticket became critical, or a danger to life: everybody rings at once
    silence      the holder of a critical ticket leaves the reporter without an answer
    unassigned   a high or normal ticket that nobody has taken is called out now and then

Each start is a round with tiers of its own, so a ticket that is reopened rings again from the
beginning. storage/alarm/deciding.py decides each tier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from nlu.labels import Urgency
from storage.calls.spoken import SPOKEN
from storage.database import ring
from storage.rows import (
    NewTimer,
    OutboxState,
    TicketRow,
)
from storage.tables import alarms, inbox, outbox, timers
from storage.telephone.alarm_tables import alarm_calls
from storage.timers import cancel_timers, set_timers

ALARM, SILENCE = "alarm", "silence"
GRAVER, UNASSIGNED = "graver", "unassigned"
TELL_NOBODY_ANSWERED, TELL_NOBODY_ON_DUTY = "tell_nobody_answered", "tell_nobody_on_duty"
"""The kinds of timers whose subject is a ticket."""

ROUND = 100_000
"""Tiers in a round: timer.step % ROUND is the tier of the plan."""
FIRST_REPEAT = 4
"""The tier of the plan that rings everybody, and again every two minutes."""
ASSIGNED_WITHIN = {Urgency.HIGH: timedelta(hours=1), Urgency.NORMAL: timedelta(hours=3)}
"""How long a ticket may wait for a holder before it calls for one (design §5, as Primero)."""
SILENT_AFTER = timedelta(minutes=2)
"""How long a holder may leave a reporter's message in a critical chat unanswered (design §5)."""
HANG_UP = "hang_up"
"""The bell's topic: telephones ring that nobody needs any more."""
ACKNOWLEDGED = "acknowledged"
"""Why a send was stopped that nobody needs any more; no dead letter."""
_LAST_RUNG = select(func.max(alarms.c.tier)).where(alarms.c.ticket_id == bindparam("ticket"))
_LAST_TIMED = select(func.max(timers.c.step)).where(
    timers.c.kind.in_((ALARM, GRAVER)), timers.c.subject == bindparam("ticket")
)
SUPERSEDED = "superseded"
"""Why a call was not made: a later tier rings the same telephone. No dead letter either."""
_RINGING = (ALARM, GRAVER, UNASSIGNED, TELL_NOBODY_ANSWERED, TELL_NOBODY_ON_DUTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlarm:
    """One ring to one recipient by one way."""

    recipient: str
    """A user's id, or the name of a place that rings for all, as `staff_chat`."""
    way: str
    """`console`, `telegram`, `webhook`, `phone` or `sms`."""
    channel: str = ""
    """The outbox channel that carries it; empty: the event itself rings (console)."""
    address: str = field(default="", repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    token: str = field(default="", repr=False)
    """Names the call of a telephone to the carrier; empty: nobody is called."""
    rests: timedelta = timedelta()
    """How long the same recipient is not told again of the same ticket by this way."""


def call_somebody(connection: Connection, ticket: TicketRow, *, now: datetime) -> None:
    """Begin what a ticket that nobody holds calls for: a critical one rings from the beginning.

    A round that is under way ends.
    """
    cancel_timers(connection, subject=ticket.id, kinds=_RINGING)
    if ticket.urgency is Urgency.CRITICAL:
        step = next_round(connection, ticket.id)
        set_timers(connection, (NewTimer(kind=ALARM, subject=ticket.id, due_at=now, step=step),))
    elif within := ASSIGNED_WITHIN.get(ticket.urgency):
        due_at = now + within
        set_timers(connection, (NewTimer(kind=UNASSIGNED, subject=ticket.id, due_at=due_at),))


def call_holder(connection: Connection, ticket: TicketRow, *, now: datetime) -> None:
    """Ring everybody at once although somebody holds the ticket: it became graver meanwhile."""
    cancel_timers(connection, subject=ticket.id, kinds=_RINGING)
    step = next_round(connection, ticket.id)
    set_timers(connection, (NewTimer(kind=GRAVER, subject=ticket.id, due_at=now, step=step),))


def note_answer(connection: Connection, ticket_id: str, *, now: datetime) -> bool:
    """Stop what rang the holder anew: an operator has seen it. True when something rang.

    Inside a transaction that has the ticket's row already. "Nobody has answered" is not said then.
    """
    cancel_timers(connection, subject=ticket_id, kinds=(TELL_NOBODY_ANSWERED,))
    if not cancel_timers(connection, subject=ticket_id, kinds=(GRAVER,)):
        return False
    _stop_sends(connection, ticket_id, now)
    return True


def stop_alarm(connection: Connection, ticket_id: str, *, now: datetime) -> None:
    """Stop everything: no further tier, and what has not been sent is not sent any more.

    A send under way may still arrive; if it fails it is not tried again.
    """
    cancel_timers(connection, subject=ticket_id, kinds=(*_RINGING, SILENCE))
    _stop_sends(connection, ticket_id, now)


def hurry_next_tier(connection: Connection, ticket_id: str, *, now: datetime) -> None:
    """Ring the next tier at once, where one is due that has not rung everybody again yet."""
    hurried = connection.execute(
        update(timers)
        .where(
            timers.c.kind == ALARM,
            timers.c.subject == ticket_id,
            timers.c.settled_at.is_(None),
            timers.c.due_at > now,
            timers.c.step % ROUND <= FIRST_REPEAT,
        )
        .values(due_at=now)
    )
    if hurried.rowcount:
        ring(connection, "timers")


def watch_silence(
    connection: Connection, ticket_id: str, conversation_id: str, now: datetime
) -> None:
    """Look at a critical chat in two minutes: the reporter's last message must be answered.

    Notes of a call are no such message: nobody can be written to there.
    """
    last = connection.execute(
        select(func.max(inbox.c.id)).where(
            inbox.c.conversation_id == conversation_id, inbox.c.channel.not_in(SPOKEN)
        )
    ).scalar()
    if last is None:
        return
    due_at = now + SILENT_AFTER
    timer = NewTimer(kind=SILENCE, subject=ticket_id, due_at=due_at, step=last)
    set_timers(connection, (timer,))


def next_round(connection: Connection, ticket_id: str) -> int:
    """Return the first tier of a round in which nothing was decided or timed yet."""
    rung = connection.execute(_LAST_RUNG, {"ticket": ticket_id}).scalar()
    timed = connection.execute(_LAST_TIMED, {"ticket": ticket_id}).scalar()
    used = max((step for step in (rung, timed) if step is not None), default=-1)
    return (used // ROUND + 1) * ROUND


def _stop_sends(connection: Connection, ticket_id: str, now: datetime) -> None:
    """Stop what is not sent yet; telephones that ring are hung up by who listens for `hang_up`."""
    of_ticket = select(alarms.c.id).where(alarms.c.ticket_id == ticket_id)
    connection.execute(
        update(outbox)
        .where(
            outbox.c.state.in_((OutboxState.PENDING, OutboxState.SENDING)),
            outbox.c.alarm_id.in_(of_ticket),
        )
        .values(state=OutboxState.DEAD, error=ACKNOWLEDGED, settled_at=now)
    )
    stopped = connection.execute(
        update(alarm_calls)
        .where(
            alarm_calls.c.alarm_id.in_(of_ticket),
            alarm_calls.c.outcome.is_(None),
            alarm_calls.c.stopped_at.is_(None),
        )
        .values(stopped_at=now)
    )
    if stopped.rowcount:
        ring(connection, HANG_UP)
