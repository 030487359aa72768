"""Lessons (bài học): a correction rewritten with invented people, the only words that leave.

A lesson is sealed with its ticket's key until it is exported: what goes wrong in it goes with the
ticket as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from nlu.labels import Intent, Urgency
from storage import events
from storage.errors import NotFound
from storage.keys.sealing import Key, SealBroken, open_json, seal_json
from storage.learning.corrections import CorrectionState
from storage.store import Store
from storage.tables import corrections, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """One correction as lists show it; no words of anybody."""

    id: int
    ticket_id: str
    number: str
    conversation_id: str
    inbox_id: int | None
    machine_kind: str
    machine_urgency: str
    machine_model: str
    kind: Intent
    urgency: Urgency
    corrected_at: datetime
    corrected_by: str
    state: CorrectionState
    needs_second_look: bool
    settled_by: str | None
    exported_at: datetime | None
    is_place_wrong: bool = False
    """A person corrected where it is, too; `commune` None: it is not known."""
    machine_commune: str | None = None
    commune: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A sentence with invented people, and what it means."""

    text: str = field(repr=False)
    intent: Intent
    urgency: Urgency
    lang: str
    style: str
    author_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A correction with the lesson that was made of it."""

    correction: CorrectionRow
    lesson: Lesson


async def corrections_in(
    store: Store, state: CorrectionState, *, limit: int = 200
) -> tuple[CorrectionRow, ...]:
    """Return corrections in a state, oldest first; those of erased tickets are left out."""
    asked = _joined().where(corrections.c.state == state).order_by(corrections.c.id).limit(limit)
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    keys = await store.vault.keys({row.ticket_id for row in rows})
    return tuple(_correction(row) for row in rows if row.ticket_id in keys)


async def count_waiting(store: Store) -> int:
    """Return how many corrections wait for somebody who rewrites them."""
    asked = select(func.count()).where(corrections.c.state == CorrectionState.WAITING)
    return await store.db.read(lambda connection: connection.execute(asked).scalar_one())


async def read(store: Store, correction_id: int) -> tuple[CorrectionRow, Lesson | None] | None:
    """Return one correction and its lesson; None for an unknown one or one of an erased ticket."""
    asked = _joined().where(corrections.c.id == correction_id)
    row = await store.db.read(lambda connection: connection.execute(asked).first())
    if row is None:
        return None
    key = (await store.vault.keys([row.ticket_id])).get(row.ticket_id)
    if key is None:
        return None
    return _correction(row), _lesson(row, key)


async def write(
    store: Store,
    correction: CorrectionRow,
    lesson: Lesson,
    *,
    needs_second_look: bool,
    user_id: str,
    now: datetime,
) -> None:
    """Keep a lesson, sealed; written anew it must be exported anew. Raises `NotFound`."""
    key = (await store.vault.keys([correction.ticket_id])).get(correction.ticket_id)
    if key is None:
        raise NotFound
    values = {
        "state": CorrectionState.WRITTEN,
        "lesson_sealed": seal_json(key, asdict(lesson), _context(correction.id)),
        "needs_second_look": needs_second_look,
        "exported_at": None,
    }
    await _settle(store, correction, "lesson_written", values, user_id=user_id, now=now)


async def set_aside(
    store: Store, correction: CorrectionRow, *, user_id: str, now: datetime
) -> None:
    """Say that there is nothing to learn; a lesson that was written is forgotten."""
    values = {
        "state": CorrectionState.SET_ASIDE,
        "lesson_sealed": None,
        "needs_second_look": False,
    }
    await _settle(store, correction, "lesson_set_aside", values, user_id=user_id, now=now)


async def look_twice(
    store: Store, correction: CorrectionRow, *, user_id: str, now: datetime
) -> None:
    """Take the flag away that keeps a lesson in the house."""
    values = {"needs_second_look": False}
    await _settle(store, correction, "lesson_looked_at", values, user_id=user_id, now=now)


async def written(store: Store) -> tuple[Written, ...]:
    """Return every lesson that opens, oldest first, flagged ones among them."""
    asked = _joined().where(corrections.c.state == CorrectionState.WRITTEN)
    rows = await store.db.read(
        lambda connection: connection.execute(asked.order_by(corrections.c.id)).all()
    )
    keys = await store.vault.keys({row.ticket_id for row in rows})
    found = []
    for row in rows:
        lesson = _lesson(row, keys[row.ticket_id]) if row.ticket_id in keys else None
        if lesson is not None:
            found.append(Written(correction=_correction(row), lesson=lesson))
    return tuple(found)


async def note_exported(
    store: Store, ids: Sequence[int], *, actor_id: str, detail: Mapping[str, Any], now: datetime
) -> None:
    """Note that lessons left the store: who, when, how many."""

    def work(connection: Connection) -> None:
        connection.execute(
            update(corrections).where(corrections.c.id.in_(ids)).values(exported_at=now)
        )
        events.append(
            connection,
            store.vault,
            kind="lessons_exported",
            at=now,
            actor_id=actor_id,
            detail={"count": len(ids), **detail},
        )

    await store.db.transaction(work)


async def forget_erased(store: Store) -> int:
    """Delete the corrections of erased tickets; return how many."""
    owners = await store.db.read(
        lambda connection: (
            connection.execute(select(corrections.c.ticket_id).distinct()).scalars().all()
        )
    )
    erased = await store.vault.erased(owners)
    if not erased:
        return 0
    gone = delete(corrections).where(corrections.c.ticket_id.in_(erased))
    return await store.db.transaction(lambda connection: connection.execute(gone).rowcount)


async def _settle(
    store: Store,
    correction: CorrectionRow,
    kind: str,
    values: Mapping[str, Any],
    *,
    user_id: str,
    now: datetime,
) -> None:
    settled = {"settled_at": now, "settled_by": user_id, **values}

    def work(connection: Connection) -> None:
        changed = connection.execute(
            update(corrections).where(corrections.c.id == correction.id).values(**settled)
        )
        if changed.rowcount != 1:
            raise NotFound
        events.append(
            connection,
            store.vault,
            kind=kind,
            at=now,
            ticket_id=correction.ticket_id,
            actor_id=user_id,
            detail={"number": correction.number, "correction": correction.id},
        )

    await store.db.transaction(work)


def _joined() -> Select[Any]:
    return select(corrections, tickets.c.number, tickets.c.conversation_id).join(
        tickets, tickets.c.id == corrections.c.ticket_id
    )


def _context(correction_id: int) -> str:
    """Bind a sealed lesson to its correction."""
    return f"correction:{correction_id}:lesson"


def _lesson(row: Row[Any], key: Key) -> Lesson | None:
    if row.lesson_sealed is None:
        return None
    try:
        value = open_json(key, row.lesson_sealed, _context(row.id))
    except SealBroken:  # one broken lesson must not hide the others
        return None
    intent, urgency = Intent(value.pop("intent")), Urgency(value.pop("urgency"))
    return Lesson(intent=intent, urgency=urgency, **value)


def _correction(row: Row[Any]) -> CorrectionRow:
    return CorrectionRow(
        id=row.id,
        ticket_id=row.ticket_id,
        number=row.number,
        conversation_id=row.conversation_id,
        inbox_id=row.inbox_id,
        machine_kind=row.machine_kind,
        machine_urgency=row.machine_urgency,
        machine_model=row.machine_model,
        kind=Intent(row.kind),
        urgency=Urgency(row.urgency),
        corrected_at=row.corrected_at,
        corrected_by=row.corrected_by,
        state=CorrectionState(row.state),
        needs_second_look=row.needs_second_look,
        settled_by=row.settled_by,
        exported_at=row.exported_at,
        is_place_wrong=row.is_place_wrong,
        machine_commune=row.machine_commune,
        commune=row.commune,
    )
