"""What a caller said by keys, put into the form of the ticket (Mẫu số 01)."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.keys.sealing import Key, open_json, seal_json
from storage.store import Store
from storage.tables import tickets
from storage.tickets import facts_context
from storage.tickets.rows import lock, record


def note_safe_time(
    connection: Connection,
    store: Store,
    ticket_id: str,
    key: Key,
    safe_time: str,
    *,
    now: datetime,
) -> None:
    """Keep when somebody may be rung back (giờ gọi lại an toàn); empty: never. An event."""
    ticket = lock(connection, ticket_id)
    asked = select(tickets.c.facts_sealed).where(tickets.c.id == ticket_id)
    blob = connection.execute(asked).scalar()
    facts = open_json(key, blob, facts_context(ticket_id)) if blob else {}
    said = {"callback": "yes", "callback_times": safe_time} if safe_time else {"callback": "no"}
    facts["form"] = {**facts.get("form", {}), **said}
    sealed = seal_json(key, facts, facts_context(ticket_id))
    connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(facts_sealed=sealed))
    record(connection, store, "call_noted", ticket, user_id=None, now=now)
