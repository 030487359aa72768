"""The tables of the queue: saved filters, transfers, breaks, notes from shift to shift.

Its indexes on tickets and events are here too: what the queue and the search walk along.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, events, metadata, tickets

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("digit", SmallInteger, nullable=False),  # the key after `g`: 1 to 9
    Column("name_sealed", LargeBinary, nullable=False),
    Column("asked", String(255), nullable=False),  # as it stands in the address: codes only
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("user_id", "digit"),
    sqlite_autoincrement=True,
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("offered_by", Id, ForeignKey("users.id"), nullable=False),
    Column("to_user_id", Id, ForeignKey("users.id")),
    Column("to_role", String(16)),  # one of the two says to whom
    Column("offered_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Id),
    Column("outcome", String(16)),  # accepted, given_back, withdrawn, lapsed
    Index("ix_transfers_open", "settled_at", "offered_at"),
    sqlite_autoincrement=True,
)

breaks = Table(
    "breaks",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Index("ix_breaks_user", "user_id", "until"),
    sqlite_autoincrement=True,
)

shift_notes = Table(
    "shift_notes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("written_by", Id, ForeignKey("users.id"), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("note_sealed", LargeBinary, nullable=False),
    Column("received_by", Id, ForeignKey("users.id")),
    Column("received_at", Moment),
    Index("ix_shift_notes_written", "written_at"),
    sqlite_autoincrement=True,
)

Index("ix_tickets_holder", tickets.c.holder_id, tickets.c.state)
Index(
    "ix_tickets_find",
    tickets.c.opened_at,
    tickets.c.state,
    tickets.c.urgency_rank,
    tickets.c.kind,
    tickets.c.channel,
    tickets.c.commune_code,
    tickets.c.holder_id,
    tickets.c.id,
)
"""Covers every clear column that is searched: whatever is combined, one walk answers it."""
_HAS_WORDS = events.c.note_sealed.is_not(None)
Index("ix_events_noted", events.c.id, sqlite_where=_HAS_WORDS, postgresql_where=_HAS_WORDS)
Index(
    "ix_events_noted_ticket",
    events.c.ticket_id,
    events.c.id,
    sqlite_where=_HAS_WORDS,
    postgresql_where=_HAS_WORDS,
)
"""The events that hold words, newest first and ticket by ticket: what a search in notes opens."""
