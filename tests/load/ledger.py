"""The books: is every message that was accepted in the database exactly once, and answered?"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from tests.load.clients import Answer

_QUERY = """
    SELECT inbox.external_id, inbox.handled_at IS NOT NULL, count(outbox.id)
    FROM inbox LEFT JOIN outbox ON outbox.answers_inbox_id = inbox.id
    WHERE inbox.channel = 'web'
    GROUP BY inbox.id, inbox.external_id, inbox.handled_at
"""
_ACCEPTED = (200, 202)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the database holds of what was said."""

    accepted: int
    lost: int
    """Accepted, and not in the database."""
    doubled: int
    """In the database more than once."""
    unhandled: int
    """Stored, and not walked to the end."""
    unanswered: int
    """Walked, and no reply belongs to it."""

    @property
    def are_right(self) -> bool:
        """Nothing lost, nothing doubled, everything answered."""
        return not (self.lost or self.doubled or self.unhandled or self.unanswered)


Row = tuple[str, bool, int]


def read_rows(database_url: str) -> list[Row]:
    """Read external id, handled and number of replies of each web message; writes nothing."""
    if database_url.startswith("sqlite:///"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_QUERY).fetchall()
    else:
        address = urlsplit(database_url)._replace(scheme="postgresql").geturl()
        with psycopg.connect(address) as postgres:
            postgres.read_only = True
            rows = postgres.execute(_QUERY).fetchall()
    return [
        (str(external_id), bool(handled), int(replies)) for external_id, handled, replies in rows
    ]


def balance(answers: Iterable[Answer], rows: Iterable[Row]) -> Books:
    """Compare what was accepted with what is stored; an external id ends in the client's id."""
    accepted = {answer.client_id for answer in answers if answer.status in _ACCEPTED}
    stored = [(external_id.rpartition(":")[2], *rest) for external_id, *rest in rows]
    times = Counter(client_id for client_id, *_ in stored)
    return Books(
        accepted=len(accepted),
        lost=sum(1 for client_id in accepted if not times[client_id]),
        doubled=sum(1 for number in times.values() if number > 1),
        unhandled=sum(1 for _, handled, _ in stored if not handled),
        unanswered=sum(1 for _, handled, replies in stored if handled and not replies),
    )


def settle(database_url: str, answers: Iterable[Answer], *, patience_seconds: float) -> Books:
    """Balance the books, waiting a little for talks that were still being walked."""
    answers = tuple(answers)
    until = time.monotonic() + patience_seconds
    while True:
        books = balance(answers, read_rows(database_url))
        if not books.unhandled or time.monotonic() > until:
            return books
        time.sleep(0.2)
