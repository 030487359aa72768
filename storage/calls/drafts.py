"""Reports that are being taken down (bản nháp cuộc gọi): saved at every keystroke, sealed.

A draft belongs to the person who writes it. Its id becomes the id of the ticket, so that both have
one key; a draft that comes to nothing is deleted within the hour, and its key with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update

from storage import events
from storage.calls.tables import call_drafts
from storage.database import insert_new
from storage.errors import Changed, NotFound
from storage.keys.sealing import Key, SealBroken, open_json, seal_json
from storage.keys.vault import KeyKind
from storage.store import Store
from storage.tables import tickets

BECAME_TICKET: Final = "ticket"
DISCARDED: Final = "discarded"
KEPT_FOR_UNDO = timedelta(hours=1)
"""How long what was thrown away can still be brought back; after that it is nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDraft:
    """What somebody has written down of a call so far."""

    id: str
    user_id: str
    channel: str
    version: int
    fields: Mapping[str, str] = field(repr=False)
    begun_at: datetime
    saved_at: datetime
    outcome: str = ""
    """Empty while it is being written."""
    number: str = ""
    """The ticket that was opened from it already; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWords:
    """What a page holds now."""

    id: str
    user_id: str
    channel: str
    fields: Mapping[str, str] = field(repr=False)
    version: int | None = None
    """Counts up in the page; None: what a person sends off by hand, which always counts."""


async def save_draft(store: Store, words: DraftWords, *, now: datetime) -> int:
    """Keep what was typed and return its version.

    Raises `Changed` when another page has saved a newer version or the call is over, and
    `NotFound` when the draft is somebody else's or its id means something else.
    """
    key = (await store.vault.create({words.id: KeyKind.TICKET}))[words.id]
    sealed = seal_json(key, words.fields, _context(words.id))

    def work(connection: Connection) -> int:
        row = _locked(connection, words.id)
        if row is None:
            return _insert(connection, words, sealed, now)
        if row.user_id != words.user_id:
            raise NotFound
        version: int = row.version + 1 if words.version is None else words.version
        if row.settled_at is not None or version <= row.version:
            raise Changed
        connection.execute(
            update(call_drafts)
            .where(call_drafts.c.id == words.id)
            .values(channel=words.channel, version=version, body_sealed=sealed, saved_at=now)
        )
        return version

    return await store.db.transaction(work)


async def draft(store: Store, draft_id: str) -> CallDraft | None:
    """Return a draft as it stands, whoever writes it; None for an unknown one."""
    keys = await store.vault.keys([draft_id])
    rows = await store.db.read(
        lambda connection: connection.execute(_asked().where(call_drafts.c.id == draft_id)).all()
    )
    return _opened(rows[0], keys.get(draft_id)) if rows else None


async def drafts_left(store: Store, user_id: str) -> tuple[CallDraft, ...]:
    """Return what somebody has not finished yet, the oldest first."""
    asked = _asked().where(_is_left(user_id)).order_by(call_drafts.c.begun_at)
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    keys = await store.vault.keys([row.id for row in rows])
    return tuple(_opened(row, keys.get(row.id)) for row in rows)


async def drafts_lying(store: Store, *, user_id: str, before: datetime) -> tuple[CallDraft, ...]:
    """Return what others began and have not touched since, the oldest first; words stay sealed."""
    asked = (
        _asked()
        .where(
            call_drafts.c.user_id != user_id,
            call_drafts.c.settled_at.is_(None),
            call_drafts.c.saved_at < before,
        )
        .order_by(call_drafts.c.begun_at)
    )
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    return tuple(_opened(row, None) for row in rows)


async def take_draft(
    store: Store, draft_id: str, *, user_id: str, before: datetime, now: datetime
) -> None:
    """Go on with what somebody left lying (nhận ghi tiếp); an event. Raises `Changed`."""

    def work(connection: Connection) -> None:
        taken = connection.execute(
            update(call_drafts)
            .where(
                call_drafts.c.id == draft_id,
                call_drafts.c.user_id != user_id,
                call_drafts.c.settled_at.is_(None),
                call_drafts.c.saved_at < before,
            )
            .values(user_id=user_id, saved_at=now, version=call_drafts.c.version + 1)
        )
        if taken.rowcount != 1:
            raise Changed
        events.append(
            connection, store.vault, kind="call_taken_on", at=now, actor_id=user_id, detail={}
        )

    await store.db.transaction(work)


_LEFT = (
    select(call_drafts.c.user_id, func.count())
    .where(call_drafts.c.settled_at.is_(None))
    .group_by(call_drafts.c.user_id)
)


async def count_left(store: Store) -> Mapping[str, int]:
    """Return how many calls have not been finished writing down, person by person."""
    rows = await store.db.read(lambda connection: connection.execute(_LEFT).all())
    return {user_id: many for user_id, many in rows}


def lock_draft(connection: Connection, draft_id: str, user_id: str) -> Row[Any]:
    """Lock a draft of this person inside a transaction; raises `NotFound`."""
    row = _locked(connection, draft_id)
    if row is None or row.user_id != user_id:
        raise NotFound
    return row


def settle_draft(connection: Connection, draft_id: str, outcome: str, *, now: datetime) -> None:
    """End a draft, which must be locked."""
    connection.execute(
        update(call_drafts)
        .where(call_drafts.c.id == draft_id)
        .values(settled_at=now, outcome=outcome)
    )


def bring_back(connection: Connection, draft_id: str) -> bool:
    """Go on with a draft that had ended without a ticket; False: there is none."""
    changed = connection.execute(
        update(call_drafts)
        .where(call_drafts.c.id == draft_id, call_drafts.c.outcome != BECAME_TICKET)
        .values(settled_at=None, outcome=None)
    )
    return changed.rowcount == 1


async def discard_draft(store: Store, draft_id: str, *, user_id: str, now: datetime) -> None:
    """Throw away what nobody needs; a draft whose ticket is open cannot be. Raises `Changed`."""

    def work(connection: Connection) -> None:
        lock_draft(connection, draft_id, user_id)
        if _is_ticket(connection, draft_id):
            raise Changed
        settle_draft(connection, draft_id, DISCARDED, now=now)

    await store.db.transaction(work)


async def forget_settled(store: Store, *, now: datetime) -> int:
    """Delete drafts that are over, and the keys of those that became no ticket."""
    over = call_drafts.c.settled_at < now - KEPT_FOR_UNDO
    asked = select(call_drafts.c.id, call_drafts.c.outcome).where(over)
    rows = await store.db.read(lambda connection: connection.execute(asked).all())
    for row in rows:
        if row.outcome != BECAME_TICKET:
            await store.vault.forget(row.id)
    gone = delete(call_drafts).where(call_drafts.c.id.in_([row.id for row in rows]))
    if not rows:
        return 0
    return await store.db.transaction(lambda connection: connection.execute(gone).rowcount)


def hand_over(connection: Connection, key: Key, words: DraftWords, *, now: datetime) -> bool:
    """Give a call that the hotline took to who answered it; its ticket may be open already.

    Inside a transaction; False: there is a draft of this call.
    """
    sealed = seal_json(key, words.fields, _context(words.id))
    return insert_new(connection, call_drafts, _row(words, 1, sealed, now))


def _context(draft_id: str) -> str:
    return f"ticket:{draft_id}:draft"


def _asked() -> Any:
    return select(call_drafts, tickets.c.number).outerjoin(
        tickets, tickets.c.id == call_drafts.c.id
    )


def _is_left(user_id: str) -> Any:
    return (call_drafts.c.user_id == user_id) & call_drafts.c.settled_at.is_(None)


def _locked(connection: Connection, draft_id: str) -> Row[Any] | None:
    return connection.execute(
        select(call_drafts).where(call_drafts.c.id == draft_id).with_for_update()
    ).first()


def _insert(connection: Connection, words: DraftWords, sealed: bytes, now: datetime) -> int:
    if _is_ticket(connection, words.id):
        raise NotFound
    version = words.version or 1
    if not insert_new(connection, call_drafts, _row(words, version, sealed, now)):
        raise Changed  # two first keystrokes at once: the page sends its words again
    return version


def _row(words: DraftWords, version: int, sealed: bytes, now: datetime) -> dict[str, Any]:
    return {
        "id": words.id,
        "user_id": words.user_id,
        "channel": words.channel,
        "version": version,
        "body_sealed": sealed,
        "begun_at": now,
        "saved_at": now,
    }


def _is_ticket(connection: Connection, ticket_id: str) -> bool:
    asked = select(tickets.c.id).where(tickets.c.id == ticket_id)
    return connection.execute(asked).first() is not None


def _opened(row: Row[Any], key: Key | None) -> CallDraft:
    """Open a draft; what was erased is empty."""
    fields: Mapping[str, str] = {}
    if key is not None:
        try:
            fields = open_json(key, row.body_sealed, _context(row.id))
        except SealBroken:
            fields = {}
    return CallDraft(
        id=row.id,
        user_id=row.user_id,
        channel=row.channel,
        version=row.version,
        fields=fields,
        begun_at=row.begun_at,
        saved_at=row.saved_at,
        outcome=row.outcome or "",
        number=row.number or "",
    )
