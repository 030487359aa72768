"""The tables of calls that come in (cuộc gọi đến), and of the events that were answered."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.moment import Moment
from storage.tables import Id, metadata

phone_calls = Table(
    "phone_calls",
    metadata,
    Column("id", Id, primary_key=True),  # becomes the id of its draft and of its ticket: one key
    Column("sid", String(64), nullable=False, unique=True),  # the carrier's name for the call
    Column("number_sealed", LargeBinary),
    Column("number_lookup", LargeBinary(32)),  # a keyed hash, as of silent calls (call_tallies)
    Column("state", JSON, nullable=False),  # steps and counts alone
    Column("turn", Integer, nullable=False),
    Column("answer_sealed", LargeBinary),  # the last one: numbers of staff stand in it
    Column("ticket_id", Id, ForeignKey("tickets.id")),
    Column("taken_by", Id, ForeignKey("users.id")),
    Column("outcome", String(16)),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_phone_calls_number", "number_lookup", "began_at"),
    Index("ix_phone_calls_began", "began_at"),
)

phone_events = Table(
    "phone_events",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("call_id", Id, ForeignKey("phone_calls.id"), nullable=False, index=True),
    Column("answer_sealed", LargeBinary),
    Column("seen_at", Moment, nullable=False),
)
"""What the carrier sent, by its idempotency key: sent again, it gets the same answer."""
