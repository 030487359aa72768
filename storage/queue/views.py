"""The queue as the desk shows it: views, filters and pages, all decided in SQL on clear columns.

Open tickets are walked state by state and urgency by urgency along `ix_tickets_queue`, each walk no
longer than the page; tickets that are done along `ix_tickets_find`. What rings is in every page.
Statements are built once: building one costs the processor ten times what asking it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    func,
    select,
)

from nlu.labels import Intent, Urgency
from storage.queue import tables as queue_tables  # noqa: F401 - its indexes are what this file walks along
from storage.queue.order import WAITING, any_overdue, in_turn, late_since, overdue, since_of
from storage.rows import TicketState
from storage.store import Store
from storage.tables import tickets
from storage.tickets.reading import QueueRow, queue_rows, with_holder
from storage.tickets.rows import HELD_STATES

OPEN_STATES = (*WAITING, *HELD_STATES)
_MOST_RINGING = 50
_FILTERED = {
    "communes": tickets.c.commune_code, "kinds": tickets.c.kind, "channels": tickets.c.channel,
}  # fmt: skip
_HIDDEN = "hidden"
_MOST = bindparam("most", type_=Integer)
_BY_ID = with_holder().where(tickets.c.id.in_(bindparam("ids", expanding=True)))
_CRITICAL = (
    select(tickets.c.id)
    .where(tickets.c.state.in_(OPEN_STATES), tickets.c.urgency_rank == Urgency.CRITICAL.rank)
    .order_by(tickets.c.first_message_at)
    .limit(_MOST_RINGING)
)
_COUNTED = (
    select(tickets.c.state, tickets.c.urgency_rank, func.count().label("many"))
    .where(tickets.c.state.in_(OPEN_STATES))
    .group_by(tickets.c.state, tickets.c.urgency_rank)
)
_COUNTED_BY_HOLDER = (
    select(tickets.c.holder_id, func.count())
    .where(tickets.c.holder_id.is_not(None), tickets.c.state.in_(HELD_STATES))
    .group_by(tickets.c.holder_id)
)
_OVERDUE = select(func.count()).select_from(tickets).where(any_overdue(OPEN_STATES))


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
    hidden: frozenset[str] = frozenset()
    """Ids of tickets that are kept from the reader: neither shown nor counted."""


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
        ids, critical = _ids(connection, asked, now), _critical(connection, asked)
        shown = ids[: asked.size]
        rows = queue_rows(connection, _rows(connection, {*shown, *critical}), store.vault.staff_key)
        by_id = {row.ticket.id: row for row in rows}
        return QueuePage(
            rows=tuple(by_id[ticket_id] for ticket_id in shown),
            critical=tuple(by_id[ticket_id] for ticket_id in critical),
            has_more=len(ids) > asked.size,
            counts=_counts(connection, asked, now),
        )

    return await store.db.read(work)


def _ids(connection: Connection, asked: Asked, now: datetime) -> list[str]:
    """Return the ids of a page in order, and one more where there is more."""
    begin, end = (asked.page - 1) * asked.size, asked.page * asked.size + 1
    wanted = _wanted(asked)
    if asked.view is View.DONE:
        part = {"begin": begin, "most": asked.size + 1}
        return list(connection.execute(_done(tuple(wanted)), {**wanted, **part}).scalars())
    if asked.view is View.MINE:
        mine = connection.execute(_held_by(tuple(wanted)), {**wanted, "holder": asked.user_id})
        return [row.id for row in in_turn(mine, now)[begin:end]]
    states = WAITING if asked.view is View.FREE else OPEN_STATES
    values = {**wanted, **late_since(now), "most": end}
    found = [
        row
        for state in states
        for urgency in Urgency
        for row in connection.execute(
            _walk(state, urgency, tuple(wanted), is_late=asked.view is View.OVERDUE), values
        )
    ]
    return [row.id for row in in_turn(found, now)[begin:end]]


def _wanted(asked: Asked) -> dict[str, tuple[str, ...]]:
    """Return the filters that are set, by their names in `_FILTERED`, and what is hidden."""
    kinds = (Intent.DROWNING_HAZARD.value,) if asked.view is View.HAZARDS else asked.kinds
    filters = {"communes": asked.communes, "kinds": kinds, "channels": asked.channels}
    return {name: values for name, values in filters.items() if values} | _hidden(asked)


def _hidden(asked: Asked) -> dict[str, tuple[str, ...]]:
    return {_HIDDEN: tuple(sorted(asked.hidden))} if asked.hidden else {}


@cache
def _walk(
    state: TicketState, urgency: Urgency, filtered: tuple[str, ...], *, is_late: bool
) -> Select[Any]:
    """Select one state and urgency, so that the walk follows the index and stops early."""
    since = since_of(state)
    alike = (tickets.c.state == state.value, tickets.c.urgency_rank == urgency.rank)
    walk = _only(filtered, _key(since).where(*alike))
    if is_late:
        walk = walk.where(overdue(state, urgency))
    return walk.order_by(since).limit(_MOST)


@cache
def _held_by(filtered: tuple[str, ...]) -> Select[Any]:
    held = tickets.c.state.in_(HELD_STATES), tickets.c.holder_id == bindparam("holder")
    return _only(filtered, _key(tickets.c.first_message_at).where(*held))


@cache
def _done(filtered: tuple[str, ...]) -> Select[Any]:
    done = _only(filtered, select(tickets.c.id).where(tickets.c.state.not_in(OPEN_STATES)))
    begin = bindparam("begin", type_=Integer)
    return done.order_by(tickets.c.opened_at.desc()).offset(begin).limit(_MOST)


def _key(since: ColumnElement[Any]) -> Select[Any]:
    return select(tickets.c.id, tickets.c.state, tickets.c.urgency, since.label("since"))


def _only(filtered: tuple[str, ...], statement: Select[Any]) -> Select[Any]:
    for name in filtered:
        values: BindParameter[Any] = bindparam(name, expanding=True)
        is_wanted = tickets.c.id.not_in(values) if name == _HIDDEN else _FILTERED[name].in_(values)
        statement = statement.where(is_wanted)
    return statement


def _rows(connection: Connection, ids: set[str]) -> list[Row[Any]]:
    return list(connection.execute(_BY_ID, {"ids": tuple(ids)}))


def _critical(connection: Connection, asked: Asked) -> list[str]:
    hidden = _hidden(asked)
    return list(connection.execute(_only(tuple(hidden), _CRITICAL), hidden).scalars())


def _counts(connection: Connection, asked: Asked, now: datetime) -> Counts:
    """Count what the reader may see: nearly always everything, by statements built once."""
    hidden = _hidden(asked)
    of_all, by_holder, late = (
        _only(tuple(hidden), each) for each in (_COUNTED, _COUNTED_BY_HOLDER, _OVERDUE)
    )
    alike = connection.execute(of_all, hidden).all()
    held = connection.execute(by_holder, hidden)
    return Counts(
        open=sum(row.many for row in alike),
        free=sum(row.many for row in alike if row.state in WAITING),
        overdue=connection.execute(late, {**late_since(now), **hidden}).scalar_one(),
        by_urgency={
            urgency: sum(row.many for row in alike if row.urgency_rank == urgency.rank)
            for urgency in Urgency
        },
        by_holder={holder_id: many for holder_id, many in held},
    )
