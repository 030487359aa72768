"""Tickets out of calls (phiếu từ cuộc gọi): opened while people still talk, finished afterwards.

Each call has a contact and a conversation of its own. The notes are its one message, written when
the call is finished; until then the ticket's page shows the draft.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from storage.alarm.alarms import call_somebody, note_answer, stop_alarm
from storage.calls.drafts import BECAME_TICKET, lock_draft, settle_draft
from storage.calls.reports import (
    CallReport,
    Overtaken,
    Talk,
    note_down,
    open_within,
    talk_of,
    tell_opened,
)
from storage.errors import NotFound, StorageUnavailable
from storage.keys.sealing import Key, SealBroken, open_json, seal_json
from storage.learning.corrections import MachineSaid, note_overheard
from storage.rows import TicketRow, TicketState
from storage.store import Store
from storage.tables import tickets
from storage.tickets import enrich_ticket, facts_context
from storage.tickets.rows import (
    HELD_STATES,
    WAITING_STATES,
    change,
    lock,
    read,
    record,
)

_RACES = 3


Work = Callable[[Connection, Store, CallReport, Talk], TicketRow]


async def open_now(store: Store, report: CallReport) -> TicketRow:
    """Open the ticket at once, while the call goes on; opened before: return it as it is."""
    return await _write(store, report, _open_now)


async def finish_call(store: Store, report: CallReport) -> TicketRow:
    """Write down the call for good: ticket, facts, notes; done twice, it is done once."""
    return await _write(store, report, _finish)


async def _write(store: Store, report: CallReport, work: Work) -> TicketRow:
    for _ in range(_RACES):
        talk = await talk_of(store, report)

        def attempt(connection: Connection, talk: Talk = talk) -> TicketRow:
            return work(connection, store, report, talk)

        try:
            return await store.db.transaction(attempt)
        except Overtaken:
            continue
    raise StorageUnavailable("call_race")


def _open_now(connection: Connection, store: Store, report: CallReport, talk: Talk) -> TicketRow:
    lock_draft(connection, report.id, report.user_id)
    if _is_opened(connection, report.id):
        return read(connection, report.id)
    opened = open_within(connection, store, report, talk)
    after = _settle_holder(connection, opened, report)
    tell_opened(connection, store, report, after, None)
    _tell_holder(connection, store, opened, after, report)
    return after


def _finish(connection: Connection, store: Store, report: CallReport, talk: Talk) -> TicketRow:
    row = lock_draft(connection, report.id, report.user_id)
    if row.settled_at is not None:
        if row.outcome != BECAME_TICKET:
            raise NotFound
        return read(connection, report.id)
    is_new = not _is_opened(connection, report.id)
    before = (
        open_within(connection, store, report, talk)
        if is_new
        else _enriched(connection, report, talk)
    )
    inbox_id = note_down(connection, report, talk)
    after = _settle_holder(connection, before, report)
    _learn(connection, after, report, inbox_id)
    settle_draft(connection, report.id, BECAME_TICKET, now=report.now)
    kind = "ticket_opened" if is_new else "call_noted"
    tell_opened(connection, store, report, after, inbox_id, kind=kind)
    _tell_holder(connection, store, before, after, report)
    return after


def _learn(
    connection: Connection, ticket: TicketRow, report: CallReport, inbox_id: int | None
) -> None:
    """Keep where the call-taker chose another kind than the machine proposed."""
    machine = report.change.machine
    if report.kind is None or machine.get("intent", report.kind) == report.kind:
        return
    said = MachineSaid(
        inbox_id=inbox_id,
        kind=machine["intent"],
        urgency=machine["urgency"],
        model=machine["model"],
    )
    note_overheard(connection, said, ticket, user_id=report.user_id, now=report.now)


def _is_opened(connection: Connection, ticket_id: str) -> bool:
    asked = select(tickets.c.id).where(tickets.c.id == ticket_id)
    return connection.execute(asked).first() is not None


def _enriched(connection: Connection, report: CallReport, talk: Talk) -> TicketRow:
    """Add what was noted since; a graver call rings nobody while its call-taker holds it."""
    if talk.contact_key is not None:
        raise Overtaken
    before = lock(connection, report.id)
    blob = connection.execute(
        select(tickets.c.facts_sealed).where(tickets.c.id == report.id)
    ).scalar()
    facts = {**_facts(talk.ticket_key, blob, report.id), **report.change.facts}
    sealed = seal_json(talk.ticket_key, facts, facts_context(report.id))
    after = enrich_ticket(
        connection, before, change=report.change, facts_sealed=sealed, now=report.now
    )
    if report.kind is not None and report.kind is not after.kind:
        after = change(connection, after.id, kind=report.kind.value)
    if after.holder_id == report.user_id:
        note_answer(connection, after.id, now=report.now)
    return after


def _facts(key: Key, blob: bytes | None, ticket_id: str) -> Mapping[str, Any]:
    if blob is None:
        return {}
    try:
        return open_json(key, blob, facts_context(ticket_id))
    except SealBroken:
        return {}


def _settle_holder(connection: Connection, ticket: TicketRow, report: CallReport) -> TicketRow:
    """Let the call-taker hold the ticket, or give it to who comes next; others keep theirs."""
    now = report.now
    if report.is_kept and ticket.holder_id is None and ticket.state in WAITING_STATES:
        stop_alarm(connection, ticket.id, now=now)
        return change(
            connection,
            ticket.id,
            holder_id=report.user_id,
            state=TicketState.ACKNOWLEDGED,
            acknowledged_at=now,
            last_operator_at=now,
        )
    if ticket.holder_id != report.user_id or ticket.state not in HELD_STATES:
        return ticket
    if report.is_kept:
        return change(connection, ticket.id, last_operator_at=now)
    stop_alarm(connection, ticket.id, now=now)
    freed = change(
        connection, ticket.id, holder_id=None, state=TicketState.NEW, acknowledged_at=None
    )
    call_somebody(connection, freed, now=now)
    return freed


def _tell_holder(
    connection: Connection, store: Store, before: TicketRow, after: TicketRow, report: CallReport
) -> None:
    if before.holder_id == after.holder_id:
        return
    is_taken = after.holder_id is not None
    record(
        connection,
        store,
        "ticket_claimed" if is_taken else "ticket_released",
        after,
        user_id=report.user_id,
        now=report.now,
        detail={} if is_taken else {"holder": before.holder_id},
    )
