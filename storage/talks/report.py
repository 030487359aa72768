"""What a turn adds to the conversation's ticket, inside the transaction of stop 7."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from nlu.labels import Urgency
from storage import events, tickets
from storage.alarm.alarms import watch_silence
from storage.keys.sealing import Key, SealBroken, open_json, seal_json
from storage.keys.vault import Vault
from storage.rows import Keep, TicketChange, TicketRow
from storage.safeguarding.kept_from import keep_inside
from storage.tables import conversations, inbox
from storage.tables import tickets as ticket_table
from storage.tickets import rows as tickets_rows

_REASONS_KEPT = 40
_FACTS = select(ticket_table.c.facts_sealed).where(ticket_table.c.id == bindparam("ticket"))
_WROTE = (
    update(ticket_table)
    .where(ticket_table.c.id == bindparam("ticket"))
    .values(last_reporter_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class ReportKey:
    """The ticket that a turn will open or enrich, and its key."""

    ticket_id: str
    key: Key


@dataclass(frozen=True, slots=True)
class ReportKept:
    """What became of the ticket."""

    ticket: TicketRow | None
    opened: bool = False
    became_critical: bool = False


def keep_report(
    connection: Connection,
    vault: Vault,
    keep: Keep,
    *,
    before: TicketRow | None,
    keys: ReportKey | None,
) -> ReportKept:
    """Open or enrich the ticket (which rings by itself), append one event. Locks the chain last."""
    if keep.ticket is None or keys is None:
        if before is None or before.closed_at is not None:
            return ReportKept(before)
        after = _note_message(connection, keep, before)
        _append(connection, vault, keep, after, "reporter_wrote")
        return ReportKept(after)
    facts = _merged_facts(connection, before, keep.ticket, keys)
    sealed = seal_json(keys.key, facts, tickets.facts_context(keys.ticket_id))
    if before is None:
        after = _open(connection, keep, keep.ticket, keys.ticket_id, sealed)
    else:
        after = tickets.enrich_ticket(
            connection, before, change=keep.ticket, facts_sealed=sealed, now=keep.now
        )
    became_critical = after.urgency is Urgency.CRITICAL and not _rings_already(before)
    kept = keep_inside(connection, after, keep.ticket.kept_from, kept_by=None, now=keep.now)
    _append(connection, vault, keep, after, _event_kind(before, after))
    if kept:
        events.append(
            connection, vault, kind="ticket_kept_from", at=keep.now, ticket_id=after.id,
            detail={"number": after.number},
        )  # fmt: skip
        after = tickets_rows.read(connection, after.id)
    return ReportKept(after, opened=before is None, became_critical=became_critical)


def _rings_already(before: TicketRow | None) -> bool:
    return before is not None and before.closed_at is None and before.urgency is Urgency.CRITICAL


def _event_kind(before: TicketRow | None, after: TicketRow) -> str:
    if before is None:
        return "ticket_opened"
    if before.closed_at is not None:
        return "ticket_reopened"
    if after.urgency.rank < before.urgency.rank:
        return "ticket_raised"
    return "reporter_wrote"


def _open(
    connection: Connection, keep: Keep, change: TicketChange, ticket_id: str, sealed: bytes
) -> TicketRow:
    conversation_id = keep.lease.conversation_id
    channel, sent_at = connection.execute(
        select(conversations.c.channel, inbox.c.sent_at)
        .join(inbox, inbox.c.conversation_id == conversations.c.id)
        .where(inbox.c.id == keep.inbox_id)
    ).one()
    previous_id = connection.execute(
        select(ticket_table.c.id)
        .where(ticket_table.c.conversation_id == conversation_id)
        .order_by(ticket_table.c.opened_at.desc())
        .limit(1)
    ).scalar()
    return tickets.open_ticket(
        connection,
        ticket_id=ticket_id,
        conversation_id=conversation_id,
        channel=channel,
        change=change,
        facts_sealed=sealed,
        first_message_at=sent_at,
        now=keep.now,
        previous_id=previous_id,
    )


def _merged_facts(
    connection: Connection, before: TicketRow | None, change: TicketChange, keys: ReportKey
) -> Mapping[str, Any]:
    old: Mapping[str, Any] = {}
    if before is not None:
        blob = connection.execute(_FACTS, {"ticket": before.id}).scalar()
        old = _opened(keys.key, blob, before.id) if blob else {}
    said = {key: value for key, value in change.facts.items() if value not in (None, "", [], {})}
    reasons = [*old.get("reasons", ()), *map(dict, change.reasons)]
    return {
        **old,
        **said,
        "answers": {**old.get("answers", {}), **change.facts.get("answers", {})},
        "reasons": reasons[-_REASONS_KEPT:],
    }


def _opened(key: Key, blob: bytes, ticket_id: str) -> Mapping[str, Any]:
    """Open old facts; those of an erased key are gone, and the report goes on without them."""
    try:
        return open_json(key, blob, tickets.facts_context(ticket_id))
    except SealBroken:
        return {}


def _note_message(connection: Connection, keep: Keep, ticket: TicketRow) -> TicketRow:
    connection.execute(_WROTE, {"ticket": ticket.id, "at": keep.now})
    if ticket.urgency is Urgency.CRITICAL and ticket.holder_id and not keep.is_live_step:
        watch_silence(connection, ticket.id, ticket.conversation_id, keep.now)
    return replace(ticket, last_reporter_at=keep.now)


def _append(connection: Connection, vault: Vault, keep: Keep, ticket: TicketRow, kind: str) -> None:
    reasons = keep.ticket.reasons if keep.ticket else ()
    machine = dict(keep.ticket.machine) if keep.ticket else {}
    events.append(
        connection,
        vault,
        kind=kind,
        at=keep.now,
        ticket_id=ticket.id,
        detail={
            "number": ticket.number,
            "urgency": ticket.urgency.value,
            "kind": ticket.kind.value,
            "inbox_id": keep.inbox_id,
            "reasons": [f"{reason['layer']}:{reason['code']}" for reason in reasons],
            **({"machine": machine} if machine else {}),
        },
    )
