"""Content edited in the console (bản sửa nội dung): every version is kept, signatures beside them.

Plain on purpose: the words go out to everybody. Only the signer's name is sealed. Nothing is ever
changed or removed; going back writes a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage import events
from storage.database import insert_new, ring
from storage.errors import Changed, OwnWords
from storage.keys.sealing import open_text, seal_text
from storage.store import Store
from storage.tables import content_edits, content_signoffs

TOPIC = "content"
"""Rung after every change: running processes take the new words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdit:
    """A version to keep."""

    card: str
    lang: str
    register: str
    text: str | None
    """With placeholders for the numbers; None: the shipped words again."""
    text_before: str
    """What stood there until now, as the history shows it."""
    sha256: str
    """Of what a reader sees with it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Payload -> what its button says, where it is not what was shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentEdit:
    """One version of one wording."""

    version: int
    card: str
    lang: str
    register: str
    text: str | None
    text_before: str
    sha256: str
    edited_at: datetime
    edited_by: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignoff:
    """A signature to keep."""

    card: str
    lang: str
    register: str
    sha256: str
    name: str = field(repr=False)
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSignoff:
    """One signature under one exact text."""

    card: str
    lang: str
    register: str
    sha256: str
    name: str = field(repr=False)
    role: str
    signed_at: datetime
    signed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContent:
    """All versions and signatures, oldest first."""

    mark: tuple[int, int]
    """Grows with every change; equal marks mean equal content."""
    edits: tuple[ContentEdit, ...]
    signoffs: tuple[ContentSignoff, ...]


async def read(store: Store) -> StoredContent:
    """Return everything that was edited and signed here, as of one moment."""

    def work(connection: Connection) -> StoredContent:
        edits = connection.execute(select(content_edits).order_by(content_edits.c.id)).all()
        signed = connection.execute(select(content_signoffs).order_by(content_signoffs.c.id)).all()
        return StoredContent(
            mark=(edits[-1].id if edits else 0, signed[-1].id if signed else 0),
            edits=tuple(_edit(row) for row in edits),
            signoffs=tuple(_signoff(row, store) for row in signed),
        )

    return await store.db.read(work)


async def mark(store: Store) -> tuple[int, int]:
    """Return the mark of what `read` would give now; cheap."""

    def work(connection: Connection) -> tuple[int, int]:
        last = [
            connection.execute(select(func.max(table.c.id))).scalar() or 0
            for table in (content_edits, content_signoffs)
        ]
        return last[0], last[1]

    return await store.db.read(work)


async def edit(store: Store, new: NewEdit, *, after: int, user_id: str, now: datetime) -> None:
    """Keep a version after version `after` (0: none yet); raises `Changed` when that is old."""
    row = {
        "card": new.card, "lang": new.lang, "register": new.register, "version": after + 1,
        "text": new.text, "text_before": new.text_before, "sha256": new.sha256,
        "labels": dict(new.labels), "edited_at": now, "edited_by": user_id,
    }  # fmt: skip

    def work(connection: Connection) -> None:
        if _version(connection, new) != after or not insert_new(connection, content_edits, row):
            raise Changed
        kind = "content_restored" if new.text is None else "content_edited"
        _note(connection, store, kind, new, user_id=user_id, now=now)

    await store.db.transaction(work)


async def sign(store: Store, new: NewSignoff, *, user_id: str, now: datetime) -> bool:
    """Keep a signature; False when this person has signed these words already.

    Raises `OwnWords` when the newest version is theirs: four eyes see every text.
    """
    row = {
        "card": new.card, "lang": new.lang, "register": new.register, "sha256": new.sha256,
        "name_sealed": seal_text(store.vault.staff_key, new.name, _context(new.sha256)),
        "role": new.role, "signed_at": now, "signed_by": user_id,
    }  # fmt: skip

    def work(connection: Connection) -> bool:
        if _last_editor(connection, new) == user_id:
            raise OwnWords
        if not insert_new(connection, content_signoffs, row):
            return False
        _note(connection, store, "content_signed", new, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def note_exported(store: Store, *, count: int, actor_id: str, now: datetime) -> None:
    """Note that edits were written back to the files."""

    def work(connection: Connection) -> None:
        detail = {"count": count}
        events.append(
            connection, store.vault, kind="content_exported", at=now, actor_id=actor_id,
            detail=detail,
        )  # fmt: skip

    await store.db.transaction(work)


def _version(connection: Connection, new: NewEdit) -> int:
    found = connection.execute(
        select(func.max(content_edits.c.version)).where(
            content_edits.c.card == new.card,
            content_edits.c.lang == new.lang,
            content_edits.c.register == new.register,
        )
    ).scalar()
    return found or 0


def _last_editor(connection: Connection, new: NewSignoff) -> str | None:
    """Return who wrote the newest version; None where the shipped words were never touched."""
    mine = (
        content_edits.c.card == new.card,
        content_edits.c.lang == new.lang,
        content_edits.c.register == new.register,
    )
    newest_first = select(content_edits.c.edited_by).where(*mine)
    return connection.execute(newest_first.order_by(content_edits.c.version.desc())).scalar()


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    what: NewEdit | NewSignoff,
    *,
    user_id: str,
    now: datetime,
) -> None:
    ring(connection, TOPIC)
    detail = {
        "card": what.card, "lang": what.lang, "register": what.register, "sha256": what.sha256,
    }  # fmt: skip
    events.append(connection, store.vault, kind=kind, at=now, actor_id=user_id, detail=detail)


def _context(sha256: str) -> str:
    """Bind a signer's name to the text that was signed."""
    return f"content:{sha256}:signer"


def _edit(row: Row[Any]) -> ContentEdit:
    values = row._asdict()
    values.pop("id")
    return ContentEdit(**values)


def _signoff(row: Row[Any], store: Store) -> ContentSignoff:
    values = row._asdict()
    values.pop("id")
    sealed, sha256 = values.pop("name_sealed"), values["sha256"]
    name = open_text(store.vault.staff_key, sealed, _context(sha256))
    return ContentSignoff(name=name, **values)
