"""Canned replies of the Centre's own (câu soạn sẵn): words that operators put into a message.

Four eyes: words count once somebody else than their last writer has approved them, and an edit
takes that back. A reply is retired, never removed; who did what is in the events.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import insert_into
from storage.errors import Changed, NotFound, OwnWords, StorageError
from storage.events import append, to_event
from storage.rows import EventRow
from storage.safeguarding.tables import canned_replies
from storage.store import Store
from storage.tables import events

KINDS = ("canned_added", "canned_edited", "canned_approved", "canned_retired")
"""What can happen to a reply."""
_IN_USE = canned_replies.c.retired_at.is_(None)


class TitleTaken(StorageError):
    """Another reply for the same readers has this title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedWords:
    """What somebody wrote."""

    lang: str
    register: str
    title: str
    text: str
    """With placeholders; `intake.canned` knows which."""

    @property
    def sha256(self) -> str:
        """Return the hash of all that an approval is given to."""
        whole = "\n".join((self.lang, self.register, self.title, self.text))
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A reply as it is kept."""

    id: int
    words: CannedWords
    edited_at: datetime
    edited_by: str
    signed_at: datetime | None
    signed_by: str | None
    retired_at: datetime | None

    @property
    def is_approved(self) -> bool:
        """Whether a second person approved these very words."""
        return self.signed_by is not None


async def replies(store: Store) -> tuple[CannedReply, ...]:
    """Return every reply that is in use, approved or not, by title."""
    return await _select(store, _IN_USE)


async def approved(store: Store, *, lang: str) -> tuple[CannedReply, ...]:
    """Return the replies of a language that operators may use, by title."""
    is_signed = canned_replies.c.signed_by.is_not(None)
    return await _select(store, _IN_USE, is_signed, canned_replies.c.lang == lang)


async def reply(store: Store, reply_id: int) -> CannedReply | None:
    """Return one reply, retired ones too."""
    found = await _select(store, canned_replies.c.id == reply_id)
    return found[0] if found else None


async def history(store: Store, reply_id: int) -> tuple[EventRow, ...]:
    """Return what happened to a reply, the newest first."""

    def work(connection: Connection) -> Sequence[Row[Any]]:
        mine = events.c.kind.in_(KINDS), events.c.detail["canned"].as_integer() == reply_id
        return connection.execute(select(events).where(*mine).order_by(events.c.id.desc())).all()

    return tuple(to_event(row) for row in await store.db.read(work))


async def add(store: Store, words: CannedWords, *, user_id: str, now: datetime) -> int:
    """Keep new words and return their id; raises `TitleTaken`, so that a second click adds none."""
    row = {**_columns(words), "edited_at": now, "edited_by": user_id}

    def work(connection: Connection) -> int:
        insert = insert_into(connection.dialect.name, canned_replies).values(row)
        added = insert.on_conflict_do_nothing().returning(canned_replies.c.id)
        reply_id: int | None = connection.execute(added).scalar()
        if reply_id is None:
            raise TitleTaken
        _note(connection, store, "canned_added", reply_id, words, user_id=user_id, now=now)
        return reply_id

    return await store.db.transaction(work)


async def edit(
    store: Store, reply_id: int, words: CannedWords, *, seen: str, user_id: str, now: datetime
) -> bool:
    """Keep other words, which nobody has approved yet; False when they are the same.

    `seen` is the hash of the words that the page showed. Raises `Changed` when they are others by
    now or retired, `TitleTaken`, `NotFound`.
    """
    values = {
        **_columns(words), "edited_at": now, "edited_by": user_id,
        "signed_at": None, "signed_by": None,
    }  # fmt: skip

    def work(connection: Connection) -> bool:
        if _seen(connection, reply_id, seen).words == words:
            return False
        try:
            _change(connection, reply_id, values)
        except IntegrityError as error:
            raise TitleTaken from error
        _note(connection, store, "canned_edited", reply_id, words, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def approve(store: Store, reply_id: int, *, seen: str, user_id: str, now: datetime) -> bool:
    """Approve the words that the page showed; False when somebody has already.

    Raises `OwnWords` for who wrote them last, `Changed`, `NotFound`.
    """

    def work(connection: Connection) -> bool:
        before = _seen(connection, reply_id, seen)
        if before.edited_by == user_id:
            raise OwnWords
        if before.is_approved:
            return False
        _change(connection, reply_id, {"signed_at": now, "signed_by": user_id})
        _note(
            connection, store, "canned_approved", reply_id, before.words, user_id=user_id, now=now
        )
        return True

    return await store.db.transaction(work)


async def retire(store: Store, reply_id: int, *, user_id: str, now: datetime) -> bool:
    """Take a reply out of use; False when it is already. Raises `NotFound`."""

    def work(connection: Connection) -> bool:
        before = _locked(connection, reply_id)
        if before.retired_at is not None:
            return False
        _change(connection, reply_id, {"retired_at": now})
        _note(connection, store, "canned_retired", reply_id, before.words, user_id=user_id, now=now)
        return True

    return await store.db.transaction(work)


async def _select(store: Store, *wanted: Any) -> tuple[CannedReply, ...]:
    in_order = select(canned_replies).where(*wanted).order_by(canned_replies.c.title)
    found = await store.db.read(lambda connection: connection.execute(in_order).all())
    return tuple(_reply(row) for row in found)


def _seen(connection: Connection, reply_id: int, sha256: str) -> CannedReply:
    before = _locked(connection, reply_id)
    if before.retired_at is not None or before.words.sha256 != sha256:
        raise Changed
    return before


def _locked(connection: Connection, reply_id: int) -> CannedReply:
    found = connection.execute(
        select(canned_replies).where(canned_replies.c.id == reply_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound
    return _reply(found)


def _change(connection: Connection, reply_id: int, values: Mapping[str, Any]) -> None:
    connection.execute(
        update(canned_replies).where(canned_replies.c.id == reply_id).values(dict(values))
    )


def _columns(words: CannedWords) -> dict[str, str]:
    return {
        "lang": words.lang, "register": words.register, "title": words.title, "text": words.text,
    }  # fmt: skip


def _reply(row: Row[Any]) -> CannedReply:
    values = row._asdict()
    words = {name: values.pop(name) for name in ("lang", "register", "title", "text")}
    return CannedReply(words=CannedWords(**words), **values)


def _note(
    connection: Connection,
    store: Store,
    kind: str,
    reply_id: int,
    words: CannedWords,
    *,
    user_id: str,
    now: datetime,
) -> None:
    detail = {"canned": reply_id, "sha256": words.sha256}
    append(connection, store.vault, kind=kind, at=now, actor_id=user_id, detail=detail)
