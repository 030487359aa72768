"""The facts of several tickets (dữ kiện), opened at once and without their pages."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import bindparam, select

from storage.keys.sealing import SealBroken, open_json
from storage.store import Store
from storage.tables import tickets
from storage.tickets.rows import facts_context

_FACTS = select(tickets.c.id, tickets.c.facts_sealed).where(
    tickets.c.id.in_(bindparam("ids", expanding=True))
)


async def facts_of(store: Store, ticket_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return facts by ticket; none of an erased one, nor of one whose seal is broken."""
    ids = tuple(ticket_ids)
    rows = await store.db.read(lambda connection: connection.execute(_FACTS, {"ids": ids}).all())
    keys = await store.vault.keys(ids)
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row.id in keys and row.facts_sealed is not None:
            with suppress(SealBroken):
                found[row.id] = open_json(keys[row.id], row.facts_sealed, facts_context(row.id))
    return found
