"""Where talks began (nguồn): how many of them, and how many led to a ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from nlu.labels import Urgency
from storage.drills.drill_marks import is_drill_talk
from storage.store import Store
from storage.tables import conversations, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """What one tag brought on one channel."""

    source: str
    """Empty: people who came without a tag."""
    channel: str
    talks: int
    reports: int
    """Talks with a ticket."""
    critical: int
    """Talks with a critical one."""


async def count_sources(store: Store, *, since: datetime) -> tuple[SourceCount, ...]:
    """Count the talks that began since then, the most fruitful first; nobody is named."""
    rows = await store.db.read(lambda connection: _counted(connection, since))
    return tuple(
        SourceCount(
            source=row.source,
            channel=row.channel,
            talks=row.talks,
            reports=row.reports,
            critical=row.critical,
        )
        for row in rows
    )


def _counted(connection: Connection, since: datetime) -> list[Any]:
    is_critical = tickets.c.urgency == Urgency.CRITICAL.value
    talks = func.count(conversations.c.id.distinct())
    reports = func.count(tickets.c.conversation_id.distinct())
    critical = func.count(case((is_critical, tickets.c.conversation_id)).distinct())
    asked = (
        select(
            conversations.c.source,
            conversations.c.channel,
            talks.label("talks"),
            reports.label("reports"),
            critical.label("critical"),
        )
        .outerjoin(tickets, tickets.c.conversation_id == conversations.c.id)
        .where(conversations.c.created_at >= since, ~is_drill_talk(conversations.c.id))
        .group_by(conversations.c.source, conversations.c.channel)
        .order_by(reports.desc(), talks.desc(), conversations.c.source, conversations.c.channel)
    )
    return list(connection.execute(asked))
