"""Calls that somebody takes (nhận cuộc gọi), and what is left of those that end."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.calls.drafts import DraftWords, hand_over
from storage.calls.reports import CallReport, talk_of
from storage.calls.spoken import Spoken
from storage.calls.tallies import SILENCE_REMEMBERED
from storage.errors import NotFound
from storage.moment import Moment
from storage.rows import TicketRow
from storage.store import Store
from storage.tables import users
from storage.telephone.calls import PhoneCall, lock_call, open_ticket_of
from storage.telephone.repeats import CALLS_THAT_OPEN, open_of_today, quiet_calls
from storage.telephone.tables import phone_calls, phone_events
from storage.tickets import claim_ticket
from storage.tickets.rows import IllegalMove

_END = (
    update(phone_calls)
    .where(phone_calls.c.id == bindparam("call"))
    .values(ended_at=bindparam("over_at", type_=Moment), outcome=bindparam("came_of"))
)


class Taken(StrEnum):
    """Whose a call is."""

    OWN = "own"
    OTHERS = "others"


async def take_call(
    store: Store, call: PhoneCall, *, user_id: str, fields: Mapping[str, str], now: datetime
) -> Taken:
    """Give a call to the first who takes it: its draft is theirs, and so is its ticket.

    Taken twice by the same person it is taken once. Raises `NotFound` for who has left.
    """
    key = (await store.vault.keys([call.id]))[call.id]
    words = DraftWords(id=call.id, user_id=user_id, channel=Spoken.PHONE.value, fields=fields)

    def work(connection: Connection) -> tuple[Taken, str | None]:
        active = select(users.c.id).where(users.c.id == user_id, users.c.is_active)
        if connection.execute(active).first() is None:
            raise NotFound
        row = lock_call(connection, call.id)
        if row.taken_by is not None:
            return (Taken.OWN if row.taken_by == user_id else Taken.OTHERS), row.ticket_id
        connection.execute(
            update(phone_calls).where(phone_calls.c.id == call.id).values(taken_by=user_id)
        )
        hand_over(connection, key, words, now=now)
        return Taken.OWN, row.ticket_id

    taken, ticket_id = await store.db.transaction(work)
    if taken is Taken.OWN and ticket_id is not None:
        await _claim(store, ticket_id, user_id, now)
    return taken


async def decline_call(store: Store, call: PhoneCall, *, user_id: str) -> None:
    """Note in the call's state whose telephone answered and did not take it; twice is once."""

    def work(connection: Connection) -> None:
        row = lock_call(connection, call.id)
        declined = list(row.state.get("declined", ()))
        if user_id in declined:
            return
        state = {**row.state, "declined": [*declined, user_id]}
        connection.execute(
            update(phone_calls).where(phone_calls.c.id == call.id).values(state=state)
        )

    await store.db.transaction(work)


async def end_call(
    store: Store,
    call: PhoneCall,
    outcome: str,
    *,
    quiet: Collection[str],
    soft: CallReport,
    now: datetime,
) -> TicketRow | None:
    """Note that a call is over, once; `soft` opens when its number did that before today.

    `quiet`: the outcomes that count together. Returns the ticket that it opened.
    """
    lookup = call.number_lookup
    is_quiet = outcome in quiet and lookup is not None and call.ticket_id is None
    talk = await talk_of(store, soft) if is_quiet else None

    def work(connection: Connection) -> TicketRow | None:
        row = lock_call(connection, call.id)
        if row.ended_at is not None:
            return None
        connection.execute(_END, {"call": call.id, "over_at": now, "came_of": outcome})
        if talk is None or lookup is None or row.ticket_id is not None:
            return None
        if quiet_calls(connection, lookup, quiet, now=now) < CALLS_THAT_OPEN:
            return None
        if not open_of_today(connection, row, now):
            return None
        return open_ticket_of(connection, store, soft, talk)

    return await store.db.transaction(work)


async def forget_calls(store: Store, *, now: datetime) -> int:
    """Delete calls older than a day with their events; the key goes where it sealed nothing else.

    What became a ticket or a draft stays there.
    """
    asked = select(phone_calls.c.id, phone_calls.c.ticket_id, phone_calls.c.taken_by).where(
        phone_calls.c.began_at < now - SILENCE_REMEMBERED
    )
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    if not rows:
        return 0
    ids = [row.id for row in rows]

    def work(connection: Connection) -> int:
        connection.execute(delete(phone_events).where(phone_events.c.call_id.in_(ids)))
        return connection.execute(delete(phone_calls).where(phone_calls.c.id.in_(ids))).rowcount

    gone = await store.db.transaction(work)
    for row in rows:
        if row.taken_by is None and row.ticket_id != row.id:
            await store.vault.forget(row.id)
    return gone


async def _claim(store: Store, ticket_id: str, user_id: str, now: datetime) -> None:
    """Who talks with the reporter holds the ticket, unless somebody does already."""
    try:
        await claim_ticket(store, ticket_id, user_id=user_id, now=now)
    except (IllegalMove, NotFound):
        return
