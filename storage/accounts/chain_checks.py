"""Walks along the chain of events (kiểm tra chuỗi) that somebody asked for in the console.

A row tells how far one got, so that every process and every reader sees the same. What was found is
an event besides: a row can be written by hand.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage import events
from storage.accounts.tables import chain_checks
from storage.events import ChainReport
from storage.store import Store
from storage.tables import chain

STOPPED_AFTER = timedelta(minutes=1)
"""Without a step: the process that walked is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One walk, and what it found."""

    id: int
    asked_by: str
    asked_at: datetime
    total: int
    """Events when it began."""
    walked: int
    walked_at: datetime
    finished_at: datetime | None
    broken_at: int | None
    last_mac: str | None
    """Of the last event in order, once it is finished."""

    def state(self, now: datetime) -> str:
        """Return `running`, `stopped`, `whole` or `broken`."""
        if self.finished_at is None:
            return "stopped" if now - self.walked_at > STOPPED_AFTER else "running"
        return "whole" if self.broken_at is None else "broken"

    @property
    def percent(self) -> int:
        """How much is walked; events that came since then may make it more than all."""
        return min(100, self.walked * 100 // max(1, self.total))


async def begin(store: Store, *, user_id: str, now: datetime) -> Check | None:
    """Note that somebody asked for a walk; None: one is under way already."""

    def work(connection: Connection) -> Check | None:
        head = connection.execute(select(chain).with_for_update()).one()
        if any(each.state(now) == "running" for each in _newest(connection, limit=1)):
            return None
        row = {
            "asked_by": user_id, "asked_at": now, "total": head.last_id,
            "walked": 0, "walked_at": now,
        }  # fmt: skip
        made = connection.execute(chain_checks.insert().values(**row).returning(chain_checks))
        return _to_check(made.one())

    return await store.db.transaction(work)


async def note_walked(store: Store, check: Check, *, walked: int, now: datetime) -> None:
    """Note how far a walk got."""
    values = {"walked": walked, "walked_at": now}
    await store.db.transaction(lambda connection: _change(connection, check, values))


async def finish(store: Store, check: Check, found: ChainReport, *, now: datetime) -> None:
    """Keep what a walk found, in its row and as an event of whoever asked."""
    values = {
        "walked": found.count, "walked_at": now, "finished_at": now,
        "broken_at": found.broken_at, "last_mac": found.last_mac,
    }  # fmt: skip

    def work(connection: Connection) -> None:
        _change(connection, check, values)
        events.append(
            connection, store.vault, kind="audit_verified", at=now, actor_id=check.asked_by,
            detail={"count": found.count, "whole": found.is_whole},
        )  # fmt: skip

    await store.db.transaction(work)


async def newest(store: Store, *, limit: int) -> tuple[Check, ...]:
    """Return the last walks, the newest first."""
    return await store.db.read(lambda connection: _newest(connection, limit=limit))


def _newest(connection: Connection, *, limit: int) -> tuple[Check, ...]:
    asked = select(chain_checks).order_by(chain_checks.c.id.desc()).limit(limit)
    return tuple(_to_check(row) for row in connection.execute(asked))


def _change(connection: Connection, check: Check, values: dict[str, Any]) -> None:
    connection.execute(update(chain_checks).where(chain_checks.c.id == check.id).values(**values))


def _to_check(row: Row[Any]) -> Check:
    return Check(**row._asdict())
