"""The queue as the desk shows it: views, filters and pages, all decided in SQL on clear columns.

Open tickets are walked state by state and urgency by urgency along `ix_tickets_queue`, each walk no
longer than the page; tickets that are done along `ix_tickets_find`. What rings is in every page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from nlu.labels import Intent, Urgency
from storage.queue import tables as queue_tables  # noqa: F401 - its indexes are what this file walks along
from storage.queue.order import WAITING, any_overdue, in_turn, overdue, since_of
from storage.store import Store
from storage.tables import tickets
from storage.tickets.reading import QueueRow, queue_rows, with_holder
from storage.tickets.rows import HELD_STATES

OPEN_STATES = (*WAITING, *HELD_STATES)
_MOST_RINGING = 50


class View(StrEnum):
    """What is looked at (khung nhìn)."""

    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    OVERDUE = "overdue"
    HAZARDS = "hazards"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the queue somebody wants to see; the same for two people is one query."""

    view: View = View.OPEN
    user_id: str = ""
    """Whose tickets; only `View.MINE` asks."""
    communes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    page: int = 1
    size: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many tickets there are, whatever is looked at."""

    open: int
    free: int
    overdue: int
    by_urgency: Mapping[Urgency, int]
    by_holder: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue, and what rings."""

    rows: tuple[QueueRow, ...] = field(repr=False)
    critical: tuple[QueueRow, ...] = field(repr=False)
    """Open critical tickets: those that ring are shown whatever was asked for."""
    has_more: bool
    counts: Counts


async def queue_page(store: Store, asked: Asked, *, now: datetime) -> QueuePage:
    """Return one page, its counts as of the same moment."""

    def work(connection: Connection) -> QueuePage:
        ids, critical = _ids(connection, asked, now), _critical(connection)
        shown = ids[: asked.size]
        rows = queue_rows(connection, _rows(connection, {*shown, *critical}), store.vault.staff_key)
        by_id = {row.ticket.id: row for row in rows}
        return QueuePage(
            rows=tuple(by_id[ticket_id] for ticket_id in shown),
            critical=tuple(by_id[ticket_id] for ticket_id in critical),
            has_more=len(ids) > asked.size,
            counts=_counts(connection, now),
        )

    return await store.db.read(work)


def _ids(connection: Connection, asked: Asked, now: datetime) -> list[str]:
    """Return the ids of a page in order, and one more where there is more."""
    begin, end = (asked.page - 1) * asked.size, asked.page * asked.size + 1
    if asked.view is View.DONE:
        done = _only(asked, select(tickets.c.id).where(tickets.c.state.not_in(OPEN_STATES)))
        newest = done.order_by(tickets.c.opened_at.desc()).offset(begin).limit(asked.size + 1)
        return list(connection.execute(newest).scalars())
    found = (
        _mine(connection, asked) if asked.view is View.MINE else _open(connection, asked, end, now)
    )
    return [row.id for row in in_turn(found, now)[begin:end]]


def _mine(connection: Connection, asked: Asked) -> list[Row[Any]]:
    held = tickets.c.state.in_(HELD_STATES), tickets.c.holder_id == asked.user_id
    statement = _only(asked, _key(tickets.c.first_message_at).where(*held))
    return list(connection.execute(statement))


def _open(connection: Connection, asked: Asked, end: int, now: datetime) -> list[Row[Any]]:
    """Ask for each state and urgency, so that each walk follows the index and stops early."""
    states = WAITING if asked.view in (View.FREE, View.OVERDUE) else OPEN_STATES
    found: list[Row[Any]] = []
    for state in states:
        since = since_of(state)
        for urgency in Urgency:
            alike = (tickets.c.state == state.value, tickets.c.urgency_rank == urgency.rank)
            walk = _only(asked, _key(since).where(*alike))
            if asked.view is View.OVERDUE:
                walk = walk.where(overdue(state, urgency, now))
            found += connection.execute(walk.order_by(since).limit(end))
    return found


def _key(since: ColumnElement[Any]) -> Select[Any]:
    return select(tickets.c.id, tickets.c.state, tickets.c.urgency, since.label("since"))


def _only(asked: Asked, statement: Select[Any]) -> Select[Any]:
    kinds = (Intent.DROWNING_HAZARD.value,) if asked.view is View.HAZARDS else asked.kinds
    for column, wanted in (
        (tickets.c.commune_code, asked.communes),
        (tickets.c.kind, kinds),
        (tickets.c.channel, asked.channels),
    ):
        if wanted:
            statement = statement.where(column.in_(wanted))
    return statement


def _rows(connection: Connection, ids: set[str]) -> list[Row[Any]]:
    return list(connection.execute(with_holder().where(tickets.c.id.in_(ids))))


def _critical(connection: Connection) -> list[str]:
    found = (
        select(tickets.c.id)
        .where(tickets.c.state.in_(OPEN_STATES), tickets.c.urgency_rank == Urgency.CRITICAL.rank)
        .order_by(tickets.c.first_message_at)
        .limit(_MOST_RINGING)
    )
    return list(connection.execute(found).scalars())


def _counts(connection: Connection, now: datetime) -> Counts:
    alike = connection.execute(
        select(tickets.c.state, tickets.c.urgency_rank, func.count().label("many"))
        .where(tickets.c.state.in_(OPEN_STATES))
        .group_by(tickets.c.state, tickets.c.urgency_rank)
    ).all()
    held = connection.execute(
        select(tickets.c.holder_id, func.count())
        .where(tickets.c.holder_id.is_not(None), tickets.c.state.in_(HELD_STATES))
        .group_by(tickets.c.holder_id)
    )
    late = select(func.count()).select_from(tickets).where(any_overdue(now))
    return Counts(
        open=sum(row.many for row in alike),
        free=sum(row.many for row in alike if row.state in WAITING),
        overdue=connection.execute(late).scalar_one(),
        by_urgency={
            urgency: sum(row.many for row in alike if row.urgency_rank == urgency.rank)
            for urgency in Urgency
        },
        by_holder={holder_id: many for holder_id, many in held},
    )
