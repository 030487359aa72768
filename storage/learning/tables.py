"""The tables of reading talks without a ticket, and of proposals to lower a critical ticket."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, inbox, metadata

lowerings = Table(
    "lowerings",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("urgency", String(16), nullable=False),  # what it would become
    Column("danger", String(32)),  # as the proposer saw it
    Column("proposed_by", Id, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Id),
    Column("outcome", String(16)),
    sqlite_autoincrement=True,
)

reading_days = Table(
    "reading_days",
    metadata,
    Column("day", String(10), primary_key=True),  # of the local calendar: 2026-12-31
    Column("drawn_at", Moment, nullable=False),
    Column("talks", Integer, nullable=False),  # without a ticket that day, near ones among them
    Column("near", Integer, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("day", String(10), ForeignKey("reading_days.day"), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("is_near", Boolean, nullable=False),  # near the threshold; else drawn at random
    Column("doubt", SmallInteger, nullable=False),
    Column("answer", String(16)),
    Column("answered_at", Moment),
    Column("answered_by", Id),
    Column("asked_by", Id),  # who wanted a second look
    Column("ticket_id", Id, ForeignKey("tickets.id")),  # that the reader opened
    UniqueConstraint("day", "conversation_id"),
    sqlite_autoincrement=True,
)

_HAS_DOUBT = inbox.c.doubt.is_not(None)
Index("ix_inbox_doubt", inbox.c.received_at, sqlite_where=_HAS_DOUBT, postgresql_where=_HAS_DOUBT)
"""Only turns without a ticket are in it: what a day's draw walks along."""
