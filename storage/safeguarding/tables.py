"""The tables of safeguarding: words that wait for a supervisor, samples, who is kept from what."""

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, String, Table, text

from storage.moment import Moment
from storage.tables import Id, Serial, metadata

held_words = Table(
    "held_words",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("author_id", Id, nullable=False),
    Column("words_sealed", LargeBinary, nullable=False),  # with the conversation's key
    Column("risks", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, released, refused, withdrawn
    Column("held_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", Id),
    Index("ix_held_words_state", "state", "id"),
    sqlite_autoincrement=True,
)
"""An operator's words that have not gone out; released, they are written into the outbox."""

sample_reads = Table(
    "sample_reads",
    metadata,
    Column("week", String(8), primary_key=True),  # 2026-W48
    Column("ticket_id", Id, ForeignKey("tickets.id"), primary_key=True),
    Column("read_at", Moment, nullable=False),
    Column("read_by", Id, nullable=False),
)
"""Conversations of a week's sample that a supervisor has read; the remark is the event's note."""

kept_from = Table(
    "kept_from",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("kept_by", Id),  # None: the machine found the name in the report
    Column("lift_asked_at", Moment),
    Column("lift_asked_by", Id),
    Column("lifted_at", Moment),
    Column("lifted_by", Id),
    Index(
        "ix_kept_from_one", "ticket_id", "user_id", unique=True,
        sqlite_where=text("lifted_at IS NULL"), postgresql_where=text("lifted_at IS NULL"),
    ),
    Index("ix_kept_from_user", "user_id", "lifted_at"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Who must not see a ticket, because the report may be about them."""

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("lang", String(8), nullable=False),
    Column("register", String(8), nullable=False),
    Column("title", String(80), nullable=False),
    Column("text", String(1000), nullable=False),
    Column("edited_at", Moment, nullable=False),
    Column("edited_by", Id, nullable=False),
    Column("signed_at", Moment),  # None: nobody else has read it yet, nobody can insert it
    Column("signed_by", Id),
    Column("retired_at", Moment),
    Index(
        "ix_canned_replies_title", "lang", "register", "title", unique=True,
        sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Replies of the Centre's own; plain on purpose: they hold nobody's data."""
