"""Talks without a ticket that people read (đọc lại): drawn once a day, answered once.

Every talk near the threshold is drawn and as many others at random, with the day as the seed: the
same for everybody, whoever opens the page first. A talk is one in which the reporter said something
that day and that no open ticket belonged to. Drills are left out.
"""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from storage import events
from storage.codes.tables import ticket_lines
from storage.database import insert_new
from storage.drills.drill_marks import is_drill_talk
from storage.learning.tables import reading_days, readings
from storage.store import Store
from storage.tables import inbox, tickets

RANDOM_A_DAY: Final = 20
LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Answer(StrEnum):
    """What a reader says of a talk."""

    NO_TICKET = "no_ticket"
    """Rightly none."""
    MISSED = "missed"
    SECOND_LOOK = "second_look"
    SPAM = "spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A talk that was drawn; no word of it."""

    id: int
    day: date
    conversation_id: str
    is_near: bool
    doubt: int
    answer: Answer | None
    answered_by: str | None
    asked_by: str | None
    """Who wanted a second look; somebody else takes it."""
    ticket_number: str | None

    def is_open_to(self, user_id: str) -> bool:
        """Whether this person may answer now."""
        return self.answer is None or (
            self.answer is Answer.SECOND_LOOK and self.asked_by != user_id
        )


async def draw(store: Store, day: date, *, near_from: int, now: datetime) -> bool:
    """Draw a day that is over; False: it was drawn before. Safe to call by everybody at once."""
    begin, end = bounds(day)

    def work(connection: Connection) -> bool:
        row = {"day": day.isoformat(), "drawn_at": now, "talks": 0, "near": 0}
        if not insert_new(connection, reading_days, row):
            return False
        found = _talks(connection, begin, end)
        near = [each for each in found if each.doubt >= near_from]
        rest = [each for each in found if each.doubt < near_from]
        draws = random.Random(f"reading:{day.isoformat()}")  # noqa: S311 - the same for everybody
        chosen = draws.sample(rest, min(RANDOM_A_DAY, len(rest)))
        for is_near, talks in ((True, near), (False, chosen)):
            _add(connection, day, talks, is_near=is_near)
        connection.execute(
            update(reading_days)
            .where(reading_days.c.day == day.isoformat())
            .values(talks=len(found), near=len(near))
        )
        return True

    return await store.db.transaction(work)


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return when a day of the local calendar begins and ends."""
    begin = datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE)
    return begin, begin + timedelta(days=1)


async def is_drawn(store: Store, day: date) -> bool:
    """Whether a day was drawn."""
    asked = select(reading_days.c.day).where(reading_days.c.day == day.isoformat())
    return await store.db.read(lambda connection: connection.execute(asked).first()) is not None


async def open_readings(store: Store, *, limit: int = 200) -> tuple[Reading, ...]:
    """Return what waits for an answer, near ones first, then the oldest."""
    waits = or_(readings.c.answer.is_(None), readings.c.answer == Answer.SECOND_LOOK)
    asked = _joined().where(waits).order_by(readings.c.is_near.desc(), readings.c.id).limit(limit)
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    return tuple(to_reading(row) for row in rows)


async def read(
    store: Store,
    reading_id: int,
    *,
    user_id: str,
    hidden: Collection[str] = (),
    now: datetime,
) -> Reading | None:
    """Open a talk for reading, which is an event; None: nothing of that id was drawn.

    A talk that is `hidden` from the reader was not drawn for them.
    """

    def work(connection: Connection) -> Reading | None:
        row = connection.execute(_joined().where(readings.c.id == reading_id)).first()
        if row is None or row.conversation_id in hidden:
            return None
        detail = {"reading": reading_id, "day": row.day}
        events.append(
            connection, store.vault, kind="talk_read", at=now, actor_id=user_id, detail=detail
        )
        return to_reading(row)

    return await store.db.transaction(work)


async def answer(
    store: Store, reading_id: int, said: Answer, *, user_id: str, now: datetime
) -> bool:
    """Answer once; False: somebody has, or it is one's own second look."""

    def work(connection: Connection) -> bool:
        if not settle(connection, reading_id, said, user_id=user_id, now=now):
            return False
        tell(connection, store, reading_id, said, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


def settle(
    connection: Connection,
    reading_id: int,
    said: Answer,
    *,
    user_id: str,
    now: datetime,
    ticket_id: str | None = None,
) -> bool:
    """Write the answer down where none stands yet; one statement decides a race."""
    values: dict[str, Any] = {"answer": said, "answered_at": now, "answered_by": user_id}
    is_asked = and_(readings.c.answer == Answer.SECOND_LOOK, readings.c.asked_by != user_id)
    is_open: ColumnElement[bool] = readings.c.answer.is_(None)
    if said is Answer.SECOND_LOOK:
        values["asked_by"] = user_id
    else:
        is_open = or_(is_open, is_asked)
    if ticket_id is not None:
        values["ticket_id"] = ticket_id
    same = readings.c.id == reading_id
    done = connection.execute(update(readings).where(same, is_open).values(**values))
    return done.rowcount == 1


def tell(
    connection: Connection,
    store: Store,
    reading_id: int,
    said: Answer,
    *,
    user_id: str,
    now: datetime,
) -> None:
    """Append the event of an answer."""
    detail = {"reading": reading_id, "answer": said.value}
    events.append(
        connection, store.vault, kind="talk_answered", at=now, actor_id=user_id, detail=detail
    )


async def doubtful_message(store: Store, reading: Reading) -> int | None:
    """Return the message of that day about which the machine doubted most."""
    begin, end = bounds(reading.day)
    asked = (
        select(inbox.c.id)
        .where(
            inbox.c.conversation_id == reading.conversation_id,
            inbox.c.doubt.is_not(None),
            inbox.c.received_at >= begin,
            inbox.c.received_at < end,
        )
        .order_by(inbox.c.doubt.desc(), inbox.c.id)
        .limit(1)
    )
    found: int | None = await store.db.read(lambda connection: connection.execute(asked).scalar())
    return found


def to_reading(row: Row[Any]) -> Reading:
    """Map a row that carries the number of its ticket."""
    return Reading(
        id=row.id,
        day=date.fromisoformat(row.day),
        conversation_id=row.conversation_id,
        is_near=row.is_near,
        doubt=row.doubt,
        answer=Answer(row.answer) if row.answer else None,
        answered_by=row.answered_by,
        asked_by=row.asked_by,
        ticket_number=row.ticket_number,
    )


def _joined() -> Any:
    return select(readings, tickets.c.number.label("ticket_number")).outerjoin(
        tickets, tickets.c.id == readings.c.ticket_id
    )


def _talks(connection: Connection, begin: datetime, end: datetime) -> list[Row[Any]]:
    talk = inbox.c.conversation_id
    is_ongoing = or_(tickets.c.closed_at.is_(None), tickets.c.closed_at >= begin)
    has_ticket = select(tickets.c.id).where(is_ongoing, tickets.c.conversation_id == talk)
    has_line = (
        select(ticket_lines.c.ticket_id)
        .join(tickets, tickets.c.id == ticket_lines.c.ticket_id)
        .where(is_ongoing, ticket_lines.c.conversation_id == talk)
    )
    asked = (
        select(talk, func.max(inbox.c.doubt).label("doubt"))
        .where(
            inbox.c.doubt.is_not(None),
            inbox.c.received_at >= begin,
            inbox.c.received_at < end,
            ~has_ticket.exists(),
            ~has_line.exists(),
            ~is_drill_talk(talk),
        )
        .group_by(talk)
        .order_by(talk)
    )
    return list(connection.execute(asked))


def _add(connection: Connection, day: date, talks: Iterable[Row[Any]], *, is_near: bool) -> None:
    rows = [
        {
            "day": day.isoformat(),
            "conversation_id": each.conversation_id,
            "is_near": is_near,
            "doubt": each.doubt,
        }
        for each in talks
    ]
    if rows:
        connection.execute(readings.insert(), rows)
