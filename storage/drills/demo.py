"""The invented year in rows (dữ liệu mẫu): its staff, its timers, and how it is removed again.

Everything else is made by the functions that real reports use. Removing erases the keys first, so
that nothing can be read from then on, then deletes what hangs on the invented talks and people.
Events are append-only: tickets stay behind as empty shells, closed, with nothing in them.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, exists, select, update

from storage import events
from storage.accounts.users import NewUser, insert_user
from storage.drills.demo_marks import DEMO, demo_people, demo_tag, is_demo_talk
from storage.drills.tables import drills
from storage.errors import StorageError
from storage.incidents.tables import incident_tickets, incidents
from storage.rota.shifts import SHIFT_BEGINS
from storage.rota.tables import shifts
from storage.rows import TicketState, TimerRow, UserRow
from storage.safeguarding.tables import canned_replies
from storage.store import Store
from storage.tables import contacts, conversations, metadata, tickets, timers, users

BEGUN, REMOVED = "demo_begun", "demo_removed"
_STAYS = frozenset({"events", "tickets", "conversations", "contacts", "users", "event_people"})
"""What events refer to stays, emptied; the others go by their foreign keys, whoever adds one."""
_AT_ONCE = 200
_NEXT_TIMER = (
    select(timers)
    .where(timers.c.subject == bindparam("subject"), timers.c.settled_at.is_(None))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(1)
)


class DemoHolds(StorageError):
    """An invented member of staff holds a real ticket: release it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed."""

    tickets: int
    people: int


async def begin(
    store: Store, staff: Sequence[NewUser], *, seed: int, count: int, actor_id: str, now: datetime
) -> tuple[UserRow, ...]:
    """Note that an invented year begins, and make its people; raises `LoginTaken`."""

    def work(connection: Connection) -> tuple[UserRow, ...]:
        detail = {"seed": seed, "tickets": count}
        events.append(connection, store.vault, kind=BEGUN, at=now, actor_id=actor_id, detail=detail)
        return tuple(
            insert_user(
                connection, store.vault, new, now=now, actor_id=actor_id, detail={DEMO: True}
            )
            for new in staff
        )

    return await store.db.transaction(work)


async def is_there(store: Store) -> bool:
    """Whether there are invented people: then there is, or was begun, an invented year."""
    return bool(await store.db.read(demo_people))


async def next_timer(store: Store, subject: str) -> TimerRow | None:
    """Return what is due first on a subject, whenever that is; it is not claimed."""
    row = await store.db.read(
        lambda connection: connection.execute(_NEXT_TIMER, {"subject": subject}).first()
    )
    if row is None:
        return None
    return TimerRow(id=row.id, kind=row.kind, subject=row.subject, step=row.step, due_at=row.due_at)


async def remove(
    store: Store, *, actor_id: str, now: datetime, tell: Callable[[int, int], None]
) -> Removed:
    """Erase and delete the invented year; `tell` hears of the keys done and of all. Idempotent.

    Raises `DemoHolds` before anything is touched.
    """
    ids = await store.db.read(lambda connection: _ids(connection, store))
    owners = (*ids.contacts, *ids.conversations, *ids.tickets)
    for done, some in _parts(owners):
        await asyncio.gather(*(store.vault.forget(owner) for owner in some))
        tell(done, len(owners))
    for _, some in _parts(ids.conversations):
        await store.db.transaction(partial(_empty, talks=some, tag=demo_tag(store.vault)))
    store.senders.clear()

    def end(connection: Connection) -> Removed:
        _dismiss(connection, ids.people)
        detail = {"tickets": len(ids.tickets), "people": len(ids.people)}
        events.append(
            connection, store.vault, kind=REMOVED, at=now, actor_id=actor_id, detail=detail
        )
        return Removed(tickets=len(ids.tickets), people=len(ids.people))

    return await store.db.transaction(end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ids:
    contacts: tuple[str, ...]
    conversations: tuple[str, ...]
    tickets: tuple[str, ...]
    people: tuple[str, ...]


def _ids(connection: Connection, store: Store) -> _Ids:
    people = demo_people(connection)
    held = select(drills.c.tag).where(drills.c.asked_by.in_(people))
    is_demo = is_demo_talk(store.vault) | conversations.c.source.in_(held)
    talks = connection.execute(
        select(conversations.c.id, conversations.c.contact_id).where(is_demo)
    ).all()
    joined = select(tickets.c.id).join(
        conversations, conversations.c.id == tickets.c.conversation_id
    )
    if connection.execute(joined.where(~is_demo, tickets.c.holder_id.in_(people))).first():
        raise DemoHolds
    return _Ids(
        contacts=tuple(row.contact_id for row in talks),
        conversations=tuple(row.id for row in talks),
        tickets=tuple(connection.execute(joined.where(is_demo)).scalars()),
        people=people,
    )


def _parts(owners: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for start in range(0, len(owners), _AT_ONCE):
        some = owners[start : start + _AT_ONCE]
        yield start + len(some), some


def _empty(connection: Connection, talks: Collection[str], tag: str) -> None:
    """Delete what hangs on some talks and their tickets, and empty what stays.

    What a drill leaves behind keeps the mark of the year: its own goes with the drill.
    """
    of_talks = tickets.c.conversation_id.in_(talks)
    gone = tuple(connection.execute(select(tickets.c.id).where(of_talks)).scalars())
    _delete_hanging(connection, tickets, gone)
    _delete_hanging(connection, conversations, talks)
    connection.execute(delete(timers).where(timers.c.subject.in_((*gone, *talks))))
    connection.execute(
        update(tickets)
        .where(of_talks)
        .values(
            state=TicketState.CLOSED, closed_at=tickets.c.opened_at, holder_id=None,
            commune_code=None, danger=None, needs_human=False, facts_sealed=None,
        )
    )  # fmt: skip
    connection.execute(
        update(conversations)
        .where(conversations.c.id.in_(talks))
        .values(
            state_sealed=None,
            held_by=None,
            lease_token=None,
            lease_until=None,
            waiting=0,
            source=tag,
        )
    )
    of_contacts = select(conversations.c.contact_id).where(conversations.c.id.in_(talks))
    for contact_id in connection.execute(of_contacts).scalars().all():
        connection.execute(
            update(contacts)
            .where(contacts.c.id == contact_id)
            .values(lookup=os.urandom(32), account_sealed=b"", name_sealed=None)
        )


def _dismiss(connection: Connection, people: Collection[str]) -> None:
    """Delete invented staff with all that is theirs; events keep their ids and nothing else."""
    mine = select(shifts.c.id).where(shifts.c.user_id.in_(people))
    begins = tuple(str(each) for each in connection.execute(mine).scalars())
    of_shifts = (timers.c.kind == SHIFT_BEGINS) & timers.c.subject.in_(begins)
    connection.execute(delete(timers).where(of_shifts | timers.c.subject.in_(people)))
    connection.execute(delete(drills).where(drills.c.asked_by.in_(people)))
    connection.execute(delete(canned_replies).where(canned_replies.c.edited_by.in_(people)))
    _delete_incidents(connection, people)
    _delete_hanging(connection, users, people)
    connection.execute(delete(users).where(users.c.id.in_(people)))


def _delete_incidents(connection: Connection, people: Collection[str]) -> None:
    """Delete what invented people joined, but where real reports are in it."""
    has_any = exists().where(incident_tickets.c.incident_id == incidents.c.id)
    connection.execute(delete(incidents).where(incidents.c.opened_by.in_(people), ~has_any))


def _delete_hanging(connection: Connection, owner: Table, ids: Collection[str]) -> None:
    """Delete the rows of other tables that refer to these ones, those that refer to them first."""
    for table in reversed(metadata.sorted_tables):
        if table.name in _STAYS:
            continue
        for column in _references(table, owner):
            connection.execute(delete(table).where(column.in_(tuple(ids))))


def _references(table: Table, owner: Table) -> tuple[Column[Any], ...]:
    return tuple(key.parent for key in table.foreign_keys if key.column.table is owner)
