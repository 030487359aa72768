"""The tables of accounts: second factors, invitations, roles, second persons, the audit."""

from sqlalchemy import (
    JSON,
    Boolean,
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
from storage.tables import Id, Serial, events, metadata

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("secret_sealed", LargeBinary),  # None: nothing is confirmed yet
    Column("pending_sealed", LargeBinary),  # shown as a QR code, waits for its first number
    Column("last_step", Integer, nullable=False),  # a number counts once (RFC 6238, 5.2)
    Column("confirmed_at", Moment),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("code_lookup", LargeBinary(32), primary_key=True),  # a keyed hash: the code is nowhere
    Column("used_at", Moment),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    UniqueConstraint("token_hash"),
)

roles = Table(
    "roles",
    metadata,
    Column("id", String(16), primary_key=True),  # what `users.role` holds
    Column("name", String(60), nullable=False),
    Column("permissions", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("name"),
)
"""Roles that the Centre made itself; those that are shipped are in intake/permissions.py."""

access_asks = Table(
    "access_asks",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("why", String(16), nullable=False),
    Column("is_waiting", Boolean, nullable=False),  # until it is settled the account may nothing
    Column("asked_by", Id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Id),
    Column("outcome", String(16)),
)
"""What an administrator opened to an account, for a second person to confirm or to know of."""

chain_checks = Table(
    "chain_checks",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("asked_by", Id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("total", Serial, nullable=False),  # events when it began
    Column("walked", Serial, nullable=False),
    Column("walked_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("broken_at", Serial),
    Column("last_mac", String(64)),
)
"""Walks along the chain of events that somebody asked for in the console."""

event_people = Table(
    "event_people",
    metadata,
    Column("user_id", Id, primary_key=True),
    Column("event_id", Serial, ForeignKey("events.id"), primary_key=True, autoincrement=False),
)
"""Whom an event is about, besides who did it: the audit finds a person's events by it."""

chain_heads = Table(
    "chain_heads",
    metadata,
    Column("day", String(10), primary_key=True),  # 2026-11-30, in the Centre's time
    Column("event_id", Serial, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    Column("kept_at", Moment, nullable=False),
)
"""The last event of each day: written down elsewhere, it shows a tail that was cut off."""

Index("ix_access_asks_user", access_asks.c.user_id, access_asks.c.settled_at)
Index("ix_event_people_event_id", event_people.c.event_id)
Index("ix_events_kind", events.c.kind, events.c.id)
Index("ix_events_actor", events.c.actor_id, events.c.id)
Index("ix_events_at", events.c.at)
