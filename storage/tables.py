"""The tables, the same on SQLite and PostgreSQL; migrations build them, this module names them.

Columns named `*_sealed` hold AES-GCM blobs (storage/keys/sealing.py). Everything else is clear on
purpose: kind, urgency, commune code, channel, times, states (docs/privacy.md).
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
)

from storage.moment import Moment

metadata = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")
Id = String(32)


contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("account_sealed", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary),
    Column("is_blocked", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "lookup"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("state_sealed", LargeBinary),
    Column("source", String(64), nullable=False),
    Column("lease_token", String(64)),
    Column("lease_until", Moment),
    Column("waiting", Integer, nullable=False),  # unhandled inbox rows: the sweeper's index
    Column("held_by", Id, ForeignKey("users.id", use_alter=True)),
    Column("last_reporter_at", Moment),
    Column("held", Integer, nullable=False, server_default="0"),  # texts that wait for TIẾP
    Column("is_hushed", Boolean, nullable=False, server_default=false()),  # nothing is pushed
    Column("knocked_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_conversations_waiting", "waiting", "lease_until"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("walks", SmallInteger, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
    Column("doubt", SmallInteger),  # thousandths, of a turn that left no ticket (readings)
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_conversation", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversations.id")),
    Column("alarm_id", Serial, ForeignKey("alarms.id", use_alter=True)),
    Column("test_ring_id", Serial),  # of an alarm that is only a test
    Column("answers_inbox_id", Serial, ForeignKey("inbox.id")),
    Column("recipient_sealed", LargeBinary),  # alarms only; a reply's recipient is its contact
    Column("body_sealed", LargeBinary, nullable=False),
    Column("author", Id, nullable=False),  # `bot` or a user's id
    Column("lane", SmallInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("repeat_in_doubt", Boolean, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("doubts", SmallInteger, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("hold_after", Moment),  # not pushed any more from then on, but held
    Column("claimed_by", String(64)),
    Column("claimed_until", Moment),
    Column("vendor_id", String(128)),
    Column("error", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Index("ix_outbox_due", "state", "lane", "due_at"),
    Index("ix_outbox_conversation", "conversation_id", "id"),
    Index("ix_outbox_answers", "answers_inbox_id"),
    sqlite_autoincrement=True,
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("previous_id", Id, ForeignKey("tickets.id")),  # the closed ticket it follows
    Column("channel", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("urgency_rank", SmallInteger, nullable=False),
    Column("danger", String(32)),
    Column("state", String(16), nullable=False),
    Column("commune_code", String(8)),
    Column("holder_id", Id, ForeignKey("users.id")),
    Column("needs_human", Boolean, nullable=False),
    Column("facts_sealed", LargeBinary),
    Column("opened_at", Moment, nullable=False),
    Column("first_message_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("closed_at", Moment),
    Column("last_reporter_at", Moment),
    Column("last_operator_at", Moment),
    Index("ix_tickets_queue", "state", "urgency_rank", "first_message_at"),
)

ticket_numbers = Table(
    "ticket_numbers",
    metadata,
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=False),  # from chain.last_id: no gaps
    Column("at", Moment, nullable=False),
    Column("kind", String(48), nullable=False),
    Column("ticket_id", Id, ForeignKey("tickets.id"), index=True),
    Column("actor_id", Id),
    Column("detail", JSON, nullable=False),
    Column("note_sealed", LargeBinary),
    Column("mac", LargeBinary(32), nullable=False),
)

chain = Table(
    "chain",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("last_id", Serial, nullable=False),
    Column("last_mac", LargeBinary(32), nullable=False),
)
"""The head of the event chain. Its row lock makes events commit in the order of their ids."""

timers = Table(
    "timers",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("step", Serial, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Moment),
    Column("settled_at", Moment),
    UniqueConstraint("kind", "subject", "step"),
    Index("ix_timers_due", "settled_at", "due_at"),
    sqlite_autoincrement=True,
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False),
    Column("tier", Serial, nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("way", String(16), nullable=False),
    Column("decided_at", Moment, nullable=False),
    UniqueConstraint("ticket_id", "tier", "recipient", "way"),
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(96), primary_key=True),
    Column("owner", String(64)),
    Column("until", Moment),
    Column("tokens", Integer),  # thousandths of a token, for buckets
    Column("refilled_at", Moment),
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("display_name_sealed", LargeBinary, nullable=False),
    Column("staff_chat_sealed", LargeBinary),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_on_duty", Boolean, nullable=False),
    Column("duty_until", Moment),  # a shift counts until then (storage/rota/duty.py)
    Column("must_change_password", Boolean, nullable=False),
    Column("failures", SmallInteger, nullable=False),
    Column("locked_until", Moment),
    Column("locks", SmallInteger, nullable=False, server_default="0"),  # one after the other
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("browser", String(16), nullable=False, server_default=""),  # its family, no more
    Column("factor_at", Moment),  # when the second factor was passed
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("inbox_id", Serial, ForeignKey("inbox.id")),  # the text stays there, sealed
    Column("machine_kind", String(32), nullable=False),
    Column("machine_urgency", String(16), nullable=False),
    Column("machine_model", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("machine_commune", String(8)),
    Column("commune", String(8)),
    Column("is_place_wrong", Boolean, nullable=False, server_default=false()),
    Column("corrected_at", Moment, nullable=False),
    Column("corrected_by", Id, nullable=False),
    Column("state", String(16), nullable=False),
    Column("lesson_sealed", LargeBinary),  # with the ticket's key: goes when the ticket goes
    Column("needs_second_look", Boolean, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Id),
    Column("exported_at", Moment),
    Index("ix_corrections_state", "state", "id"),
    sqlite_autoincrement=True,
)

content_edits = Table(
    "content_edits",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("card", String(64), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("register", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", String(2000)),  # None: the shipped words again
    Column("text_before", String(2000), nullable=False),
    Column("labels", JSON, nullable=False, server_default="{}"),
    Column("sha256", String(64), nullable=False),
    Column("edited_at", Moment, nullable=False),
    Column("edited_by", Id, nullable=False),
    UniqueConstraint("card", "lang", "register", "version"),
    sqlite_autoincrement=True,
)

content_signoffs = Table(
    "content_signoffs",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("card", String(64), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("register", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("role", String(64), nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("signed_by", Id, nullable=False),
    UniqueConstraint("card", "lang", "register", "sha256", "signed_by"),
    sqlite_autoincrement=True,
)
