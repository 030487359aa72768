"""Rows that many tests begin with: a reporter who writes, a ticket, a member of staff."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.accounts import users
from storage.accounts.users import NewUser
from storage.database import new_id
from storage.drills import drills
from storage.keys.sealing import seal_json
from storage.keys.vault import KeyKind
from storage.learning import lowering
from storage.rows import NewInbound, Received, TicketChange, TicketRow, UserRow
from storage.store import Store
from storage.talks import inbox
from storage.tickets import facts_context

_numbers = itertools.count()
DROWNING = TicketChange(
    kind=Intent.DROWNING_EMERGENCY,
    urgency=Urgency.CRITICAL,
    danger=Danger.DROWNING,
    commune_code="30337",
    facts={"answers": {"where": "kênh sau chợ"}},
)
BEATEN = replace(DROWNING, kind=Intent.PHYSICAL_VIOLENCE, danger=None)
HAZARD = TicketChange(
    kind=Intent.DROWNING_HAZARD, urgency=Urgency.NORMAL, danger=None, commune_code=None
)


async def write(store: Store, now: datetime, *, account: str = "", source: str = "") -> Received:
    """A reporter sends a message; a new reporter unless an account is named."""
    number = next(_numbers)
    return await inbox.receive(
        store,
        NewInbound(
            channel="web",
            account=account or f"reporter-{number}",
            external_id=f"m-{number}",
            sent_at=now,
            received_at=now,
            body={"type": "text", "content": {"text": "cứu với"}},
            source=source,
        ),
        owner="test",
        now=now,
        lease_seconds=30,
        bucket=None,
    )


async def open_ticket(
    store: Store,
    now: datetime,
    change: TicketChange = HAZARD,
    *,
    account: str = "",
    source: str = "",
) -> TicketRow:
    """A reporter writes and a ticket opens."""
    received = await write(store, now, account=account, source=source)
    ticket_id = new_id()
    keys = await store.vault.create({ticket_id: KeyKind.TICKET})
    sealed = seal_json(keys[ticket_id], change.facts, facts_context(ticket_id))

    def work(connection: Any) -> TicketRow:
        return tickets.open_ticket(
            connection,
            ticket_id=ticket_id,
            conversation_id=received.conversation_id,
            channel="web",
            change=change,
            facts_sealed=sealed,
            first_message_at=now,
            now=now,
            previous_id=None,
        )

    return await store.db.transaction(work)


async def open_drill_ticket(
    store: Store, now: datetime, change: TicketChange = BEATEN
) -> TicketRow:
    """A drill begins, and its invented report becomes a ticket."""
    drill = await drills.begin_drill(
        store, "beaten", actor_id="boss", within=timedelta(minutes=1), now=now
    )
    return await open_ticket(store, now, change, source=drill.tag)


async def enrich(store: Store, ticket: TicketRow, now: datetime, change: TicketChange) -> TicketRow:
    """The reporter's next message adds to the ticket."""
    return await store.db.transaction(
        lambda connection: tickets.enrich_ticket(
            connection, ticket, change=change, facts_sealed=None, now=now
        )
    )


async def lower_by_two(store: Store, ticket: TicketRow, urgency: Urgency, now: datetime) -> None:
    """One person proposes to lower a critical ticket, another one agrees."""
    one, other = await add_user(store, now), await add_user(store, now)
    proposed = await lowering.propose(
        store, ticket.id, urgency=urgency, reason="đã yên", user_id=one.id, now=now
    )
    assert proposed is not None
    await lowering.confirm(
        store, proposed.id, reason="đã nghe lại", seen=2**40, user_id=other.id, now=now
    )


async def add_user(
    store: Store,
    now: datetime,
    *,
    role: str = "operator",
    is_on_duty: bool = False,
    staff_chat: str = "",
) -> UserRow:
    """Somebody joins, and may begin a shift."""
    login = f"{role}-{next(_numbers)}"
    added = await users.create_user(
        store,
        NewUser(
            login=login,
            display_name=f"Cán bộ {login}",
            role=role,
            password_hash="$argon2id$x",
            staff_chat=staff_chat,
        ),
        now=now,
    )
    if is_on_duty:
        await users.set_on_duty(store, added.id, is_on_duty=True, now=now)
    found = await users.user(store, added.id)
    assert found is not None
    return found
