"""What people wrote into Mẫu số 01 of a ticket, and which further matters they named.

Sealed with the ticket's key, apart from the facts that the talk writes. An event says which fields
changed, never what stands in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from nlu.labels import Intent
from storage.database import insert_new
from storage.errors import Changed, NotFound
from storage.keys.sealing import Key, open_json, seal_json
from storage.rows import TicketRow
from storage.store import Store
from storage.tickets.form_tables import ticket_forms
from storage.tickets.rows import ReasonMissing, lock, read, record, seal_note

WRITTEN: Final = "form_written"
"""The event of a change; `detail.fields` names the fields, `detail.version` is the new version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWritten:
    """What people wrote on the page; a field that they emptied is an empty text."""

    version: int = 0
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    matters: Mapping[str, bool] = field(default_factory=dict)
    """Kinds that a person added (True) or removed (False)."""


async def form_of(store: Store, ticket_id: str) -> FormWritten:
    """Return what people wrote; nothing for a ticket without, or whose key is gone."""
    row = await store.db.read(lambda connection: _row(connection, ticket_id))
    if row is None:
        return FormWritten()
    keys = await store.vault.keys([ticket_id])
    return _opened(row, keys[ticket_id]) if ticket_id in keys else FormWritten(version=row.version)


async def write_form(
    store: Store,
    ticket_id: str,
    changes: Mapping[str, str],
    *,
    seen: int,
    user_id: str,
    now: datetime,
) -> None:
    """Write the fields that changed: one event with their names. No change, no event.

    Raises `Changed` when somebody else wrote after the version that was seen, and `NotFound`.
    """

    def work(connection: Connection, key: Key) -> None:
        ticket = lock(connection, ticket_id)
        before = _opened(_row(connection, ticket_id), key)
        if before.version != seen:
            raise Changed
        after = replace(before, version=seen + 1, fields={**before.fields, **changes})
        _keep(connection, ticket_id, after, key, user_id=user_id, now=now)
        detail = {"fields": sorted(changes), "version": after.version}
        record(connection, store, WRITTEN, ticket, user_id=user_id, now=now, detail=detail)

    if changes:
        await _with_key(store, ticket_id, work)


async def add_matter(
    store: Store, ticket_id: str, kind: Intent, *, reason: str, user_id: str, now: datetime
) -> None:
    """Say that the ticket is about something more (việc khác); raises `ReasonMissing`."""
    work = await _matter(store, ticket_id, kind, reason, user_id=user_id, now=now, is_there=True)
    await _with_key(store, ticket_id, work)


async def remove_matter(
    store: Store, ticket_id: str, kind: Intent, *, reason: str, user_id: str, now: datetime
) -> None:
    """Say that the ticket is not about this; raises `ReasonMissing`."""
    work = await _matter(store, ticket_id, kind, reason, user_id=user_id, now=now, is_there=False)
    await _with_key(store, ticket_id, work)


async def note_printed(
    store: Store, ticket_id: str, *, is_revealed: bool, user_id: str, now: datetime
) -> None:
    """Note that somebody opened the print view, and whether identifiers stood in it."""

    def work(connection: Connection) -> None:
        ticket = read(connection, ticket_id)
        detail = {"revealed": is_revealed}
        record(connection, store, "ticket_printed", ticket, user_id=user_id, now=now, detail=detail)

    await store.db.transaction(work)


async def _matter(
    store: Store,
    ticket_id: str,
    kind: Intent,
    reason: str,
    *,
    is_there: bool,
    user_id: str,
    now: datetime,
) -> Callable[[Connection, Key], None]:
    sealed = await seal_note(store, ticket_id, reason)
    if sealed is None:
        raise ReasonMissing
    event = "matter_added" if is_there else "matter_removed"

    def work(connection: Connection, key: Key) -> None:
        ticket = lock(connection, ticket_id)
        before = _opened(_row(connection, ticket_id), key)
        if before.matters.get(kind.value) is is_there:
            return
        after = replace(before, matters={**before.matters, kind.value: is_there})
        _keep(connection, ticket_id, after, key, user_id=user_id, now=now)
        detail = {"matter": kind.value}
        record(
            connection, store, event, ticket,
            user_id=user_id, now=now, detail=detail, note_sealed=sealed,
        )  # fmt: skip

    return work


async def _with_key(store: Store, ticket_id: str, work: Callable[[Connection, Key], None]) -> None:
    keys = await store.vault.keys([ticket_id])
    if ticket_id not in keys:
        raise NotFound
    await store.db.transaction(lambda connection: work(connection, keys[ticket_id]))


def also_of(ticket: TicketRow, written: FormWritten) -> tuple[str, ...]:
    """Return the further kinds of a ticket: the machine's that nobody removed, then people's."""
    named = [str(kind) for kind in ticket.facts.get("also", ())]
    added = [kind for kind, is_there in written.matters.items() if is_there]
    gone = {kind for kind, is_there in written.matters.items() if not is_there}
    return tuple(
        kind for kind in dict.fromkeys(named + added) if kind not in {*gone, ticket.kind.value}
    )


def _row(connection: Connection, ticket_id: str) -> Row[Any] | None:
    asked = select(ticket_forms).where(ticket_forms.c.ticket_id == ticket_id)
    return connection.execute(asked).first()


def _opened(row: Row[Any] | None, key: Key) -> FormWritten:
    if row is None:
        return FormWritten()
    body = open_json(key, row.form_sealed, _context(row.ticket_id))
    return FormWritten(version=row.version, fields=body["fields"], matters=body["matters"])


def _keep(
    connection: Connection,
    ticket_id: str,
    after: FormWritten,
    key: Key,
    *,
    user_id: str,
    now: datetime,
) -> None:
    """Write the row of a ticket that is locked."""
    body = {"fields": dict(after.fields), "matters": dict(after.matters)}
    values = {
        "version": after.version,
        "form_sealed": seal_json(key, body, _context(ticket_id)),
        "changed_at": now,
        "changed_by": user_id,
    }
    if not insert_new(connection, ticket_forms, {"ticket_id": ticket_id, **values}):
        connection.execute(
            update(ticket_forms).where(ticket_forms.c.ticket_id == ticket_id).values(**values)
        )


def _context(ticket_id: str) -> str:
    """Bind a sealed form to its ticket."""
    return f"ticket:{ticket_id}:form"
