"""The pulse (mạch): what has waited longest, of everything that must not wait. One snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from nlu.labels import Urgency
from storage.alarm.alarms import ROUND
from storage.clocks.clocks import CLOCK
from storage.drills.drill_marks import is_drill_talk
from storage.incidents.covering import covered_among
from storage.moment import Moment
from storage.rows import Lane, OutboxState, TicketState
from storage.store import Store
from storage.tables import alarms, conversations, inbox, outbox, tickets, timers
from storage.watch.beats import WATCHER
from storage.watch.tables import beats


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Since when something waits; None where nothing does."""

    last_beat: datetime | None
    """Of the process that beat last; not one of them ever did: None."""
    message: datetime | None
    """A message that nobody has walked."""
    critical: datetime | None
    """A critical ticket that rings and that nobody has taken; drills are left out."""
    send: datetime | None
    """An alarm or a rescue text of the last day that has not left the house."""
    timer: datetime | None
    """A timer that is due; legal terms are left out, they come by the thousand after an outage."""


async def take_pulse(store: Store, *, now: datetime) -> Pulse:
    """Read everything at once."""
    return await store.db.read(lambda connection: _take(connection, now))


def _take(connection: Connection, now: datetime) -> Pulse:
    return Pulse(
        last_beat=connection.execute(_LAST_BEAT).scalar(),
        message=connection.execute(_MESSAGE).scalar(),
        critical=_critical(connection),
        send=connection.execute(_SEND, {"since": now - _URGENT_FOR}).scalar(),
        timer=connection.execute(_TIMER).scalar(),
    )


_URGENT_FOR = timedelta(days=1)
"""What waits longer, as for a channel that was turned off, is a matter of the health page."""
_LAST_BEAT = select(func.max(beats.c.at)).where(beats.c.kind != WATCHER)
_MESSAGE = (
    select(func.min(inbox.c.received_at))
    .join(conversations, conversations.c.id == inbox.c.conversation_id)
    .where(conversations.c.waiting > 0, inbox.c.handled_at.is_(None))
)
_SEND = select(func.min(outbox.c.created_at)).where(
    outbox.c.state.in_((OutboxState.PENDING, OutboxState.SENDING)),
    outbox.c.lane == Lane.EMERGENCY.value,
    outbox.c.created_at > bindparam("since", type_=Moment),
)
_TIMER = select(func.min(timers.c.due_at)).where(
    timers.c.settled_at.is_(None), timers.c.kind != CLOCK
)
_FREE = select(tickets.c.id, tickets.c.opened_at).where(
    tickets.c.state.in_((TicketState.NEW, TicketState.REOPENED)),
    tickets.c.urgency == Urgency.CRITICAL.value,
    tickets.c.holder_id.is_(None),
    ~is_drill_talk(tickets.c.conversation_id),
)


def _critical(connection: Connection) -> datetime | None:
    """Return since when the ticket rings that has rung longest in its latest round.

    Its opening does not count: a ticket that was released or reopened has just begun to ring. One
    that has never rung counts from its opening: then the alarm itself is what fails.
    """
    opened = {row.id: row.opened_at for row in connection.execute(_FREE)}
    if not opened:
        return None
    begun = _rounds_begun(connection, opened)
    covered = covered_among(connection, opened)
    waiting = [begun.get(each, at) for each, at in opened.items() if each not in covered]
    return min(waiting, default=None)


def _rounds_begun(connection: Connection, ticket_ids: Iterable[str]) -> dict[str, datetime]:
    """Return when the latest round of each ticket began, of those that have rung."""
    rounds = (
        select(
            alarms.c.ticket_id,
            (alarms.c.tier // ROUND).label("round"),
            func.min(alarms.c.decided_at).label("begun_at"),
        )
        .where(alarms.c.ticket_id.in_(tuple(ticket_ids)))
        .group_by(alarms.c.ticket_id, "round")
        .order_by("round")
    )
    return {row.ticket_id: row.begun_at for row in connection.execute(rounds)}
