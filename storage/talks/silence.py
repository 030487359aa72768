"""A reporter who falls silent in a critical talk (im lặng): what is so, and what is noted, once.

The event, the bubble and the next timer are one transaction with the settling of the timer: a step
is neither lost in a crash nor taken twice, whichever process comes to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from nlu.labels import Urgency
from storage.rows import NewOutbound, NewTimer, TicketRow, TicketState, TimerRow
from storage.store import Store
from storage.tables import conversations, inbox, outbox
from storage.talks.holding import standing_of
from storage.talks.outgoing import add_replies
from storage.tickets.opening import ticket_of
from storage.tickets.reading import REPORTER_SILENT
from storage.tickets.rows import tell_desk
from storage.timers import set_timers, settle_inside

_STORY = timedelta(hours=1)
"""Bubbles that are older belong to another story."""
_OVER = (TicketState.RESOLVED, TicketState.CLOSED, TicketState.DISMISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """A critical talk in which it is the reporter's turn (tới lượt người báo)."""

    ticket: TicketRow
    channel: str
    since: datetime
    """When the message came after which nothing was heard."""
    bubbles: int
    """How many we have sent since the ticket opened, within the last hour."""
    has_waiting: bool
    """Something came in that nobody has walked yet: it is no silence."""


async def hush(store: Store, timer: TimerRow, *, now: datetime) -> Hush | None:
    """Return the talk of a timer of silence; None: its ticket is no matter of the machine's now.

    That is: over, no longer critical, or an operator has written since.
    """
    return await store.db.read(lambda connection: _hush(connection, timer, now))


async def note(
    store: Store,
    timer: TimerRow,
    *,
    message: NewOutbound | None,
    minutes: int,
    next_timers: Sequence[NewTimer] = (),
    now: datetime,
) -> bool:
    """Settle a timer of silence with what it brings; False: nothing came about.

    `minutes` 0: the desk is not told. The bubble is left out where it would come late, after THOÁT
    or before texts that wait.
    """
    keys = await store.vault.keys([timer.subject])

    def work(connection: Connection) -> bool:
        talk = connection.execute(
            select(conversations).where(conversations.c.id == timer.subject).with_for_update()
        ).one()
        if talk.waiting or not settle_inside(connection, timer, now=now):
            return False  # what waits cancels the timer, or lets it be claimed again
        found = _hush(connection, timer, now)
        if found is None:
            return False
        if message and not standing_of(talk).holds(now, is_pulled=message.is_pulled):
            add_replies(
                connection,
                (message,),
                channel=talk.channel,
                conversation_id=talk.id,
                key=keys[talk.id],
                answers_inbox_id=None,
                now=now,
                hold_after=standing_of(talk).late_at or now,
            )
        set_timers(connection, next_timers)
        if minutes:
            detail = {"minutes": minutes}
            tell_desk(connection, store, REPORTER_SILENT, found.ticket, now=now, detail=detail)
        return True

    return await store.db.transaction(work)


def _hush(connection: Connection, timer: TimerRow, now: datetime) -> Hush | None:
    ticket = ticket_of(connection, timer.subject, now=now)
    since = connection.execute(select(inbox.c.received_at).where(inbox.c.id == timer.step)).scalar()
    if ticket is None or since is None or not _is_ours(ticket, since):
        return None
    talk = connection.execute(
        select(conversations.c.channel, conversations.c.waiting).where(
            conversations.c.id == timer.subject
        )
    ).one()
    bubbles = connection.execute(
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.conversation_id == timer.subject,
            outbox.c.created_at >= max(ticket.opened_at, now - _STORY),
        )
    ).scalar_one()
    return Hush(
        ticket=ticket,
        channel=talk.channel,
        since=since,
        bubbles=bubbles,
        has_waiting=talk.waiting > 0,
    )


def _is_ours(ticket: TicketRow, since: datetime) -> bool:
    """Whether the machine still watches: an operator's word sets the operator's own clock."""
    is_open = ticket.state not in _OVER and ticket.urgency is Urgency.CRITICAL
    return is_open and (ticket.last_operator_at is None or ticket.last_operator_at < since)
