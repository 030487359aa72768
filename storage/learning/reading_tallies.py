"""What was drawn and answered of the talks that people read, day by day: what an estimate needs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from storage.learning.readings import Answer
from storage.learning.tables import reading_days, readings
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTally:
    """What was drawn and answered of one day."""

    day: date
    talks: int
    """Without a ticket, near ones among them."""
    near: int
    read: int
    """At random, with an answer that stands."""
    missed: int
    open: int
    """At random, not answered or waiting for a second look."""
    near_read: int
    near_missed: int
    near_open: int


async def tallies(store: Store, first: date, last: date) -> tuple[DayTally, ...]:
    """Return what was drawn and answered, day by day, both days included."""
    decided = (Answer.NO_TICKET, Answer.MISSED, Answer.SPAM)

    def count(is_near: bool, condition: Any) -> Any:
        return func.coalesce(
            func.sum(case((and_(readings.c.is_near.is_(is_near), condition), 1), else_=0)), 0
        )

    is_done = func.coalesce(readings.c.answer, "").in_(decided)
    is_missed = func.coalesce(readings.c.answer, "") == Answer.MISSED
    asked = (
        select(
            reading_days.c.day, reading_days.c.talks, reading_days.c.near,
            *(
                count(is_near, condition).label(f"{'near_' if is_near else ''}{name}")
                for is_near in (False, True)
                for name, condition in (
                    ("read", is_done),
                    ("missed", is_missed),
                    ("open", and_(~is_done, readings.c.id.is_not(None))),
                )
            ),
        )
        .outerjoin(readings, readings.c.day == reading_days.c.day)
        .where(reading_days.c.day.between(first.isoformat(), last.isoformat()))
        .group_by(reading_days.c.day, reading_days.c.talks, reading_days.c.near)
        .order_by(reading_days.c.day)
    )  # fmt: skip
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    return tuple(DayTally(**{**row._asdict(), "day": date.fromisoformat(row.day)}) for row in rows)
