"""Wrong tries (lần thử sai) at a secret, counted for a subject: each costs a longer wait."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.codes.tables import code_tries
from storage.database import insert_new

FREE_TRIES = 5
WAITS = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""After the fifth wrong try, the sixth, …; the last one again and again."""
FORGIVEN_AFTER = timedelta(days=1)


def is_locked(connection: Connection, subject: str, *, now: datetime) -> bool:
    """Whether the subject must wait before the next try."""
    asked = select(code_tries.c.locked_until).where(code_tries.c.subject == subject)
    until: datetime | None = connection.execute(asked).scalar()
    return until is not None and until > now


def count_wrong(connection: Connection, subject: str, *, now: datetime) -> None:
    """Count a wrong try; a day without one forgives them all. A right one forgives nothing."""
    insert_new(connection, code_tries, {"subject": subject, "tries": 0, "tried_at": now})
    row: Row[Any] = connection.execute(
        select(code_tries).where(code_tries.c.subject == subject).with_for_update()
    ).one()
    before = 0 if now - row.tried_at > FORGIVEN_AFTER else row.tries
    tries = min(before + 1, FREE_TRIES + len(WAITS))
    wait = WAITS[min(tries - FREE_TRIES, len(WAITS) - 1)] if tries >= FREE_TRIES else None
    connection.execute(
        update(code_tries)
        .where(code_tries.c.subject == subject)
        .values(tries=tries, tried_at=now, locked_until=now + wait if wait else None)
    )


def forgive(connection: Connection, *, now: datetime) -> int:
    """Delete what is forgiven; return how many rows."""
    old = delete(code_tries).where(code_tries.c.tried_at < now - FORGIVEN_AFTER)
    return connection.execute(old).rowcount
