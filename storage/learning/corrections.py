"""Where people corrected the machine (sửa lại): kept beside the ticket, without a copy of words.

A row says which message misled the machine, what the machine said and what the human said. The text
stays sealed in its message; with the keys of the talk and the ticket it is gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from nlu.labels import Intent, Urgency
from storage import events
from storage.drills.drill_marks import drills_among
from storage.rows import EventRow, TicketRow
from storage.tables import corrections

_DECISIVE = ("ticket_opened", "ticket_reopened", "ticket_raised")


class CorrectionState(StrEnum):
    """What became of a correction."""

    WAITING = "waiting"
    WRITTEN = "written"
    """Somebody rewrote the message as a lesson."""
    SET_ASIDE = "set_aside"
    """There is nothing to learn from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSaid:
    """What the machine made of a message (máy đã hiểu)."""

    inbox_id: int | None
    kind: str
    urgency: str
    model: str
    """The version of the model; empty for messages from before it was noted."""


def note_correction(
    connection: Connection, before: TicketRow, after: TicketRow, *, user_id: str, now: datetime
) -> None:
    """Keep that a person sees a ticket otherwise, in the transaction and lock of the change.

    Kind and urgency of one message are one row. A person who comes round to what the machine said
    leaves none, and nobody learns from the invented words of a drill.
    """
    if drills_among(connection, (after.id,)):
        return
    waiting = _waiting(connection, after.id)
    said = _machine_said(connection, before, after, waiting)
    _note(connection, said, waiting, after, user_id=user_id, now=now)


def note_overheard(
    connection: Connection, said: MachineSaid, ticket: TicketRow, *, user_id: str, now: datetime
) -> None:
    """Keep that a call-taker heard something else than the machine that listened to the notes.

    Inside the transaction and lock that writes the call down.
    """
    if not drills_among(connection, (ticket.id,)):
        waiting = _waiting(connection, ticket.id)
        _note(connection, said, waiting, ticket, user_id=user_id, now=now)


def _note(
    connection: Connection,
    said: MachineSaid,
    waiting: Sequence[Row[Any]],
    after: TicketRow,
    *,
    user_id: str,
    now: datetime,
) -> None:
    row = next((each for each in waiting if each.inbox_id == said.inbox_id), None)
    if row is not None:
        said = _said_in(row)
    is_as_said = (said.kind, said.urgency) == (after.kind.value, after.urgency.value)
    if is_as_said and (row is None or not row.is_place_wrong):
        if row is not None:
            connection.execute(delete(corrections).where(corrections.c.id == row.id))
        return
    human = {
        "kind": after.kind.value,
        "urgency": after.urgency.value,
        "corrected_at": now,
        "corrected_by": user_id,
    }
    if row is not None:
        connection.execute(update(corrections).where(corrections.c.id == row.id).values(**human))
        return
    connection.execute(
        corrections.insert().values(
            ticket_id=after.id,
            inbox_id=said.inbox_id,
            machine_kind=said.kind,
            machine_urgency=said.urgency,
            machine_model=said.model,
            state=CorrectionState.WAITING,
            needs_second_look=False,
            **human,
        )
    )


def note_place_correction(
    connection: Connection, before: TicketRow, after: TicketRow, *, user_id: str, now: datetime
) -> None:
    """Keep that a person sees the place otherwise, beside what else of the ticket is corrected.

    Inside the transaction and lock of the change. Back at the machine's place leaves no mark.
    """
    row = next(iter(_waiting(connection, after.id)), None)
    is_known = row is not None and row.is_place_wrong
    machine_commune = row.machine_commune if row and is_known else before.commune_code
    is_wrong = machine_commune != after.commune_code
    human = {
        "machine_commune": machine_commune if is_wrong else None,
        "commune": after.commune_code if is_wrong else None,
        "is_place_wrong": is_wrong,
        "corrected_at": now,
        "corrected_by": user_id,
    }
    if row is not None:
        is_all = (row.kind, row.urgency) == (row.machine_kind, row.machine_urgency)
        same = corrections.c.id == row.id
        connection.execute(
            delete(corrections).where(same)
            if is_all and not is_wrong
            else update(corrections).where(same).values(**human)
        )
        return
    if is_wrong:
        said = _machine_said(connection, after, after, ())
        connection.execute(
            corrections.insert().values(
                ticket_id=after.id,
                inbox_id=said.inbox_id,
                machine_kind=said.kind,
                machine_urgency=said.urgency,
                machine_model=said.model,
                kind=after.kind.value,
                urgency=after.urgency.value,
                state=CorrectionState.WAITING,
                needs_second_look=False,
                **human,
            )
        )


def is_rejected_place(connection: Connection, ticket_id: str, commune_code: str) -> bool:
    """Whether a person said that the ticket is not there, whatever the talk goes on repeating."""
    asked = select(corrections.c.id).where(
        corrections.c.ticket_id == ticket_id,
        corrections.c.is_place_wrong,
        corrections.c.machine_commune == commune_code,
    )
    return connection.execute(asked.limit(1)).first() is not None


def _waiting(connection: Connection, ticket_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(corrections)
        .where(corrections.c.ticket_id == ticket_id, corrections.c.state == CorrectionState.WAITING)
        .order_by(corrections.c.id.desc())
    ).all()


def _machine_said(
    connection: Connection, before: TicketRow, after: TicketRow, waiting: Sequence[Row[Any]]
) -> MachineSaid:
    """Find the message that gave the ticket what is corrected now.

    The newest one whose reading is the old value; else the one corrected a moment ago; else the
    newest that opened or raised the ticket.
    """
    told = [
        event
        for event in events.events_of(connection, after.id, None)
        if event.detail.get("inbox_id") is not None
    ]
    said = [_said_at(event) for event in told]
    for one in reversed(said):
        if after.kind is not before.kind and one.kind == before.kind.value:
            return one
        if after.urgency is not before.urgency and one.urgency == before.urgency.value:
            return one
    if waiting:
        return _said_in(waiting[0])
    decisive = [
        one for event, one in zip(told, said, strict=True) if event.kind in _DECISIVE
    ] or said
    if decisive:
        return decisive[-1]
    return MachineSaid(
        inbox_id=None, kind=before.kind.value, urgency=before.urgency.value, model=""
    )


def _said_at(event: EventRow) -> MachineSaid:
    """Read an event; older ones know the ticket as it was then, which is near enough."""
    machine = event.detail.get("machine") or {}
    return MachineSaid(
        inbox_id=event.detail["inbox_id"],
        kind=_known(Intent, machine.get("intent"), event.detail.get("kind")),
        urgency=_known(Urgency, machine.get("urgency"), event.detail.get("urgency")),
        model=str(machine.get("model", "")),
    )


def _known(labels: Iterable[Intent] | Iterable[Urgency], *said: object) -> str:
    values = [label.value for label in labels]
    return next((str(one) for one in said if one in values), "")


def _said_in(row: Row[Any]) -> MachineSaid:
    return MachineSaid(
        inbox_id=row.inbox_id,
        kind=row.machine_kind,
        urgency=row.machine_urgency,
        model=row.machine_model,
    )
