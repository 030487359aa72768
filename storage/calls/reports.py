"""What a call brings into the rows: a conversation of its own, a ticket, the notes, one event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from nlu.labels import Intent
from storage import events
from storage.database import new_id
from storage.keys.sealing import Key, seal_json
from storage.keys.vault import KeyKind
from storage.moment import Moment
from storage.rows import Lane, NewInbound, TicketChange, TicketRow
from storage.store import Store
from storage.tables import conversations, inbox, tickets
from storage.talks.contacts import ContactIds, add_contact
from storage.talks.talk import body_context
from storage.tickets import facts_context, open_ticket


class Overtaken(Exception):
    """The ticket was opened, with a conversation of its own, a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What a call adds up to, ready to be stored."""

    id: str
    """Of the draft, and of the ticket."""
    user_id: str
    """Who took it down; empty: the hotline's machine."""
    channel: str
    change: TicketChange
    kind: Intent | None = None
    """What the call-taker says it is about; None: as it was understood."""
    notes: Mapping[str, Any] | None = field(default=None, repr=False)
    """The body of the message; None: nothing was noted."""
    is_kept: bool = True
    """The call-taker holds the ticket; else it waits for somebody."""
    begun_at: datetime
    """When the call began: legal clocks start here."""
    now: datetime
    source: str = ""
    """What brought the call; empty for a real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The conversation of a call and the keys that it needs."""

    ids: ContactIds
    contact_key: Key | None
    """None: the conversation exists."""
    key: Key
    ticket_key: Key


_TALK = (
    select(conversations.c.id, conversations.c.contact_id)
    .join(tickets, tickets.c.conversation_id == conversations.c.id)
    .where(tickets.c.id == bindparam("ticket"))
)
_NOTE = inbox.insert().returning(inbox.c.id)
_HEARD = (
    update(conversations)
    .where(conversations.c.id == bindparam("talk"))
    .values(last_reporter_at=bindparam("heard_at", type_=Moment))
)


async def talk_of(store: Store, report: CallReport) -> Talk:
    """Return the call's conversation, with keys made where it has none yet."""
    found = await store.db.read(
        lambda connection: connection.execute(_TALK, {"ticket": report.id}).first()
    )
    ids = ContactIds(
        contact_id=found.contact_id if found else new_id(),
        conversation_id=found.id if found else new_id(),
    )
    kinds = {ids.conversation_id: KeyKind.CONVERSATION, report.id: KeyKind.TICKET}
    if found is None:
        kinds[ids.contact_id] = KeyKind.CONTACT
    keys = await store.vault.create(kinds)
    return Talk(
        ids=ids,
        contact_key=None if found else keys[ids.contact_id],
        key=keys[ids.conversation_id],
        ticket_key=keys[report.id],
    )


def open_within(connection: Connection, store: Store, report: CallReport, talk: Talk) -> TicketRow:
    """Open the ticket of a call inside a transaction; its event is the caller's last statement."""
    if talk.contact_key is None:
        raise Overtaken
    newcomer = NewInbound(
        channel=report.channel,
        account=report.id,
        external_id=report.id,
        sent_at=report.begun_at,
        received_at=report.now,
        body={},
        source=report.source,
    )
    lookup = store.vault.lookup(report.channel, report.id)
    add_contact(connection, talk.ids, newcomer, lookup=lookup, contact_key=talk.contact_key)
    return open_ticket(
        connection,
        ticket_id=report.id,
        conversation_id=talk.ids.conversation_id,
        channel=report.channel,
        change=report.change,
        facts_sealed=seal_json(talk.ticket_key, report.change.facts, facts_context(report.id)),
        first_message_at=report.begun_at,
        now=report.now,
        previous_id=None,
    )


def note_down(connection: Connection, report: CallReport, talk: Talk) -> int | None:
    """Add the notes to the conversation, inside a transaction; nobody needs to walk them."""
    if report.notes is None:
        return None
    conversation_id = talk.ids.conversation_id
    row = {
        "channel": report.channel,
        "external_id": report.id,
        "conversation_id": conversation_id,
        "body_sealed": seal_json(talk.key, report.notes, body_context(conversation_id, "in")),
        "lane": int(Lane.REPLY),
        "walks": 1,
        "sent_at": report.begun_at,
        "received_at": report.now,
        "handled_at": report.now,
    }
    inbox_id: int = connection.execute(_NOTE, row).scalar_one()
    connection.execute(_HEARD, {"talk": conversation_id, "heard_at": report.now})
    return inbox_id


def tell_opened(
    connection: Connection,
    store: Store,
    report: CallReport,
    ticket: TicketRow,
    inbox_id: int | None,
    *,
    kind: str = "ticket_opened",
) -> None:
    """Append the event of what a call brought, as every turn of the road does."""
    reasons = [f"{reason['layer']}:{reason['code']}" for reason in report.change.reasons]
    machine = dict(report.change.machine)
    events.append(
        connection,
        store.vault,
        kind=kind,
        at=report.now,
        ticket_id=ticket.id,
        actor_id=report.user_id or None,
        detail={
            "number": ticket.number,
            "urgency": ticket.urgency.value,
            "kind": ticket.kind.value,
            "line": report.channel,
            "reasons": reasons,
            **({"inbox_id": inbox_id} if inbox_id is not None else {}),
            **({"machine": machine} if machine else {}),
        },
    )
