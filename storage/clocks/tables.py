"""The table of clocks (thời hạn), and how far the events were followed to keep it."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.moment import Moment
from storage.tables import Id, Serial, alarms, metadata

clocks = Table(
    "clocks",
    metadata,
    Column("ticket_id", Id, ForeignKey("tickets.id"), primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("state", String(8), nullable=False),  # open, over, done
    Column("start_at", Moment, nullable=False),
    Column("amber_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("breached_at", Moment),  # when the desk was told, once
    Index("ix_clocks_state", "state", "amber_at", "due_at", "name"),
    Index("ix_clocks_breached", "breached_at", "state", "name"),
)
"""A copy of what intake/clocks.py says, so that a queue of tickets can be marked without opening
one; the page of a ticket reckons for itself."""

followers = Table(
    "followers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("last_id", Serial, nullable=False),
)
"""The last event that a reader of events has taken in."""

Index("ix_alarms_decided", alarms.c.decided_at, alarms.c.ticket_id)
