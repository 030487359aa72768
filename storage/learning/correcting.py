"""One-key corrections (sửa nhanh): the place of a ticket, and taking one's own last change back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from nlu.labels import Intent, Urgency
from storage import events
from storage.learning.corrections import note_correction, note_place_correction
from storage.rows import EventRow, TicketRow
from storage.store import Store
from storage.tickets import IllegalMove, ReasonMissing, size_anew
from storage.tickets.rows import change, lock, record, seal_note

UNDO_WITHIN = timedelta(minutes=10)
_CORRECTIONS = ("urgency_changed", "kind_changed", "place_changed")
_NOBODY_ACTED = frozenset({"ticket_read", "alarm_rung", "rota_empty", "note_added"})


async def change_place(
    store: Store,
    ticket_id: str,
    *,
    commune_code: str | None,
    reason: str,
    user_id: str,
    now: datetime,
) -> TicketRow:
    """Say where it is, where the machine was wrong; None: not known. Raises `ReasonMissing`."""
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        if before.commune_code == commune_code:
            return before
        return _place(connection, store, before, commune_code, user_id, now, note_sealed=sealed)

    return await store.db.transaction(work)


def undoable(happened: Iterable[EventRow], *, user_id: str, now: datetime) -> EventRow | None:
    """Return the correction that this person may take back: their own, of late, the last thing
    that anybody did with the ticket."""
    for event in reversed(tuple(happened)):
        if event.kind in _NOBODY_ACTED:
            continue
        is_own = event.kind in _CORRECTIONS and event.actor_id == user_id
        is_first = "undoes" not in event.detail and "lowering" not in event.detail
        return event if is_own and is_first and event.at > now - UNDO_WITHIN else None
    return None


async def undo(
    store: Store, ticket_id: str, event_id: int, *, user_id: str, now: datetime
) -> TicketRow:
    """Take one's own last correction back; raises `IllegalMove` once anybody has acted on it.

    What was raised to critical by one key may go back by one key: it returns to what it was before
    the same hand touched it, so nothing that the machine or somebody else made critical is lowered.
    """

    def work(connection: Connection) -> TicketRow:
        before = lock(connection, ticket_id)
        happened = events.events_of(connection, ticket_id, None)
        event = undoable(happened, user_id=user_id, now=now)
        if event is None or event.id != event_id:
            raise IllegalMove(before.state, before.state)
        return _back(connection, store, before, event, user_id, now)

    return await store.db.transaction(work)


def _back(
    connection: Connection,
    store: Store,
    before: TicketRow,
    event: EventRow,
    user_id: str,
    now: datetime,
) -> TicketRow:
    undoes, was = {"undoes": event.id}, event.detail["from"]
    if event.kind == "urgency_changed":
        return size_anew(
            connection, store, before, Urgency(was),
            user_id=user_id, now=now, note_sealed=None, detail=undoes,
        )  # fmt: skip
    if event.kind == "place_changed":
        return _place(connection, store, before, was, user_id, now, undoes=event.id)
    after = change(connection, before.id, kind=Intent(was).value)
    note_correction(connection, before, after, user_id=user_id, now=now)
    detail = {"from": before.kind.value, "to": after.kind.value, **undoes}
    record(connection, store, "kind_changed", after, user_id=user_id, now=now, detail=detail)
    return after


def _place(
    connection: Connection,
    store: Store,
    before: TicketRow,
    commune_code: str | None,
    user_id: str,
    now: datetime,
    *,
    note_sealed: bytes | None = None,
    undoes: int | None = None,
) -> TicketRow:
    after = change(connection, before.id, commune_code=commune_code)
    note_place_correction(connection, before, after, user_id=user_id, now=now)
    detail: dict[str, object] = {"from": before.commune_code, "to": commune_code}
    if undoes is not None:
        detail["undoes"] = undoes
    record(
        connection, store, "place_changed", after,
        user_id=user_id, now=now, detail=detail, note_sealed=note_sealed,
    )  # fmt: skip
    return after
