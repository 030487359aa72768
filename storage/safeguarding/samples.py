"""The supervisors' sample (mẫu hội thoại trong tuần): some conversations that operators wrote in.

Which ones is settled by the week alone, so that nobody picks them, and it stays as it is.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from storage.database import insert_into
from storage.errors import Changed, OwnWords
from storage.events import append
from storage.safeguarding.tables import sample_reads
from storage.store import Store
from storage.tables import events, tickets
from storage.tickets.rows import ReasonMissing, lock, record, seal_note

SAMPLE_SIZE: Final = 10
_WROTE: Final = "operator_wrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One conversation of a week's sample."""

    ticket_id: str
    number: str
    kind: str
    author_ids: tuple[str, ...]
    """The operators who wrote in it during the week."""
    read_at: datetime | None
    read_by: str | None


async def sample(
    store: Store,
    *,
    week: str,
    begins_at: datetime,
    size: int = SAMPLE_SIZE,
    hidden: Collection[str] = (),
) -> tuple[Sampled, ...]:
    """Return a week's sample, in an order of its own; others stand in for what is hidden."""

    def work(connection: Connection) -> tuple[Sampled, ...]:
        authors = _authors(connection, begins_at)
        drawn = random.Random(week).sample(  # noqa: S311 - a fair pick, no secret
            sorted(authors), len(authors)
        )
        chosen = [ticket_id for ticket_id in drawn if ticket_id not in hidden][:size]
        rows = {
            row.id: row
            for row in connection.execute(
                select(
                    tickets.c.id, tickets.c.number, tickets.c.kind,
                    sample_reads.c.read_at, sample_reads.c.read_by,
                )
                .outerjoin(
                    sample_reads,
                    (sample_reads.c.ticket_id == tickets.c.id) & (sample_reads.c.week == week),
                )
                .where(tickets.c.id.in_(chosen))
            )
        }  # fmt: skip
        return tuple(
            Sampled(
                ticket_id=ticket_id,
                number=rows[ticket_id].number,
                kind=rows[ticket_id].kind,
                author_ids=tuple(sorted(authors[ticket_id])),
                read_at=rows[ticket_id].read_at,
                read_by=rows[ticket_id].read_by,
            )
            for ticket_id in chosen
        )

    return await store.db.read(work)


async def note_opened(
    store: Store, one: Sampled, *, week: str, user_id: str, now: datetime
) -> None:
    """Note that a supervisor reads a conversation of the sample."""
    detail = {"number": one.number, "week": week}
    await store.db.transaction(
        lambda connection: append(
            connection, store.vault, kind="sample_opened", at=now, ticket_id=one.ticket_id,
            actor_id=user_id, detail=detail,
        )
    )  # fmt: skip


async def mark_read(
    store: Store, one: Sampled, *, week: str, remark: str, user_id: str, now: datetime
) -> None:
    """Mark a conversation as read, with a remark; raises `OwnWords`, `Changed`, `ReasonMissing`."""
    if user_id in one.author_ids:
        raise OwnWords
    sealed = await seal_note(store, one.ticket_id, remark)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> None:
        ticket = lock(connection, one.ticket_id)
        row = {"week": week, "ticket_id": one.ticket_id, "read_at": now, "read_by": user_id}
        statement = insert_into(connection.dialect.name, sample_reads).values(**row)
        if connection.execute(statement.on_conflict_do_nothing()).rowcount != 1:
            raise Changed
        record(
            connection, store, "sample_read", ticket, user_id=user_id, now=now,
            detail={"week": week}, note_sealed=sealed,
        )  # fmt: skip

    await store.db.transaction(work)


def _authors(connection: Connection, begins_at: datetime) -> Mapping[str, set[str]]:
    rows = connection.execute(
        select(events.c.ticket_id, events.c.actor_id)
        .where(
            events.c.kind == _WROTE,
            events.c.at >= begins_at,
            events.c.at < begins_at + timedelta(days=7),
        )
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for ticket_id, actor_id in rows:
        found.setdefault(ticket_id, set()).add(actor_id)
    return found
