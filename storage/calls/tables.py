"""The tables of call taking (nghe máy): drafts, calls that are only counted, linked tickets."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, metadata

call_drafts = Table(
    "call_drafts",
    metadata,
    Column("id", Id, primary_key=True),  # becomes the id of the ticket, which has the same key
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("outcome", String(16)),  # `ticket`, `discarded` or a kind of call that is only counted
    Index("ix_call_drafts_user", "user_id", "settled_at"),
)

call_tallies = Table(
    "call_tallies",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("call_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("number_lookup", LargeBinary(32)),  # a keyed hash, of silent calls alone
    Column("ticket_id", Id, ForeignKey("tickets.id")),  # the soft ticket that this call opened
    Column("counted_at", Moment, nullable=False),
    Column("undone_at", Moment),
    UniqueConstraint("call_id"),
    Index("ix_call_tallies_counted", "counted_at"),
    Index("ix_call_tallies_number", "number_lookup", "counted_at"),
    sqlite_autoincrement=True,
)

ticket_links = Table(
    "ticket_links",
    metadata,
    Column("one_id", Id, ForeignKey("tickets.id"), primary_key=True),
    Column("other_id", Id, ForeignKey("tickets.id"), primary_key=True, index=True),
    Column("linked_at", Moment, nullable=False),
    Column("linked_by", Id, nullable=False),
)
"""Two tickets of one reporter (cùng người báo); `one_id` is the smaller id. Talks stay apart."""
