"""The tables of return codes (mã quay lại) and of the lines that came to a ticket by one."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.tables import Id, Serial, metadata

return_codes = Table(
    "return_codes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False),
    Column("words_lookup", LargeBinary(32), nullable=False),  # keyed hashes: the code is nowhere
    Column("stem_lookup", LargeBinary(32), nullable=False),  # of the words without the digits
    Column("number_lookup", LargeBinary(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    UniqueConstraint("ticket_id"),
    UniqueConstraint("words_lookup"),
    UniqueConstraint("number_lookup"),
    Index("ix_return_codes_stem", "stem_lookup"),
    sqlite_autoincrement=True,
)

code_tries = Table(
    "code_tries",
    metadata,
    Column(
        "subject", Id, primary_key=True
    ),  # a conversation, or the ticket whose code was guessed at
    Column("tries", SmallInteger, nullable=False),
    Column("tried_at", Moment, nullable=False),
    Column("locked_until", Moment),
)

ticket_lines = Table(
    "ticket_lines",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), primary_key=True, index=True),
    Column("since", Moment, nullable=False),
)
"""Conversations that came to a ticket by a return code; `tickets.conversation_id` is the one that
the reporter wrote on last."""
