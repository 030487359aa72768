"""The tables of incidents that several reporters told of (vụ việc chung)."""

from sqlalchemy import Column, ForeignKey, Table

from storage.moment import Moment
from storage.tables import Id, Serial, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", Id, nullable=False),
    Column("closed_at", Moment),  # nobody is left in it
    sqlite_autoincrement=True,
)

incident_tickets = Table(
    "incident_tickets",
    metadata,
    Column("ticket_id", Id, ForeignKey("tickets.id"), primary_key=True),  # in one at most
    Column("incident_id", Serial, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("joined_at", Moment, nullable=False),
    Column("joined_by", Id, nullable=False),
)

incident_partings = Table(
    "incident_partings",
    metadata,
    Column("one_id", Id, ForeignKey("tickets.id"), primary_key=True),
    Column("other_id", Id, ForeignKey("tickets.id"), primary_key=True, index=True),
    Column("parted_at", Moment, nullable=False),
    Column("parted_by", Id, nullable=False),
)
"""Pairs that a person parted: not proposed again. `one_id` is the smaller id."""
