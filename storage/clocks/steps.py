"""What was done on a ticket, written down (ghi việc đã làm): steps that stop a clock, and ticks.

Each is an append-only event with its note sealed; nothing is overwritten. A step that was written
down by mistake is taken back by an event of its own, with a reason.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from storage import events
from storage.clocks.clocks import Measure, locked, terms_of, write
from storage.keys.sealing import Key
from storage.rows import EventRow, TicketRow
from storage.store import Store
from storage.tickets.rows import ReasonMissing, lock, record, seal_note

STEP_RECORDED: Final = "step_recorded"
STEP_WITHDRAWN: Final = "step_withdrawn"
CHECK_TICKED: Final = "check_ticked"
CHECK_CLEARED: Final = "check_cleared"


async def record_step(
    store: Store,
    ticket_id: str,
    *,
    step: str,
    agency: str,
    way: str,
    done_at: datetime,
    note: str,
    user_id: str,
    measure: Measure,
    now: datetime,
) -> bool:
    """Write down who did what for whom and when; False: the same is written down already.

    The clock that it stops is stopped in the same transaction.
    """
    sealed = await seal_note(store, ticket_id, note)
    key = (await store.vault.keys([ticket_id])).get(ticket_id)
    detail = {"step": step, "agency": agency, "way": way, "done_at": done_at.isoformat()}

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        happened = events.events_of(connection, ticket_id, None)
        if any(event.detail.items() >= detail.items() for event in standing_steps(happened)):
            return False
        _wind(connection, key, _event(STEP_RECORDED, ticket, detail, now), happened, measure)
        record(
            connection, store, STEP_RECORDED, ticket,
            user_id=user_id, now=now, detail=detail, note_sealed=sealed,
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


async def withdraw_step(
    store: Store,
    ticket_id: str,
    *,
    event_id: int,
    reason: str,
    user_id: str,
    measure: Measure,
    now: datetime,
) -> bool:
    """Take a record back; its clock runs on. False: somebody did so before, or it is none.

    Raises `ReasonMissing` without a reason.
    """
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing
    key = (await store.vault.keys([ticket_id])).get(ticket_id)

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        happened = events.events_of(connection, ticket_id, None)
        steps = {event.id: event for event in standing_steps(happened)}
        if event_id not in steps:
            return False
        detail = {"step": steps[event_id].detail["step"], "record": event_id}
        _wind(connection, key, _event(STEP_WITHDRAWN, ticket, detail, now), happened, measure)
        record(
            connection, store, STEP_WITHDRAWN, ticket,
            user_id=user_id, now=now, detail=detail, note_sealed=sealed,
        )  # fmt: skip
        return True

    return await store.db.transaction(work)


async def tick(
    store: Store, ticket_id: str, *, item: str, is_done: bool, user_id: str, now: datetime
) -> bool:
    """Tick an item of the checklist or clear it; False: it stands so already."""

    def work(connection: Connection) -> bool:
        ticket = lock(connection, ticket_id)
        ticks = ticks_of(events.events_of(connection, ticket_id, None))
        if (item in ticks) is is_done:
            return False
        kind = CHECK_TICKED if is_done else CHECK_CLEARED
        record(connection, store, kind, ticket, user_id=user_id, now=now, detail={"item": item})
        return True

    return await store.db.transaction(work)


def ticks_of(happened: Iterable[EventRow]) -> dict[str, EventRow]:
    """Return what is ticked, each with the event that says by whom and when."""
    ticked: dict[str, EventRow] = {}
    for event in happened:
        if event.kind == CHECK_TICKED:
            ticked[str(event.detail["item"])] = event
        elif event.kind == CHECK_CLEARED:
            ticked.pop(str(event.detail["item"]), None)
    return ticked


def standing_steps(happened: Iterable[EventRow]) -> tuple[EventRow, ...]:
    """Return the records of what was done that nobody took back, oldest first."""
    happened = tuple(happened)
    gone = {event.detail.get("record") for event in happened if event.kind == STEP_WITHDRAWN}
    return tuple(
        event for event in happened if event.kind == STEP_RECORDED and event.id not in gone
    )


def _event(kind: str, ticket: TicketRow, detail: Mapping[str, Any], now: datetime) -> EventRow:
    """Return an event as it will be: the chain is locked last, the clocks are set before."""
    return EventRow(id=0, at=now, kind=kind, ticket_id=ticket.id, actor_id=None, detail=detail)


def _wind(
    connection: Connection,
    key: Key | None,
    event: EventRow,
    happened: tuple[EventRow, ...],
    measure: Measure,
) -> None:
    ticket = locked(connection, str(event.ticket_id), key)
    write(connection, ticket, terms_of(connection, ticket, (*happened, event), measure))
