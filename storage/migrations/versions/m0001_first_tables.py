"""People, messages, tickets, alarms and what waits to be sent."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import digest, flag, id_column, moment, sealed, serial, small, text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "outbox", "alarms", "ticket_numbers", "tickets", "inbox", "conversations", "contacts",
    "sessions", "users",
)  # fmt: skip
"""In an order in which they can be dropped."""


def upgrade() -> None:
    """Create the tables that the road of a message needs."""
    _people()
    _messages()
    _tickets()
    _outbox()


def downgrade() -> None:
    """Drop everything, the data with it: before this there was nothing."""
    for table in _TABLES:
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "users",
        id_column(),
        text("login", 64),
        sealed("display_name_sealed"),
        sealed("staff_chat_sealed", nullable=True),
        text("password_hash", 255),
        text("role", 16),
        flag("is_active"),
        flag("is_on_duty"),
        flag("must_change_password"),
        small("failures"),
        moment("locked_until", nullable=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "sessions",
        digest("token_hash"),
        id_column("user_id", sa.ForeignKey("users.id")),
        text("csrf", 64),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _messages() -> None:
    op.create_table(
        "contacts",
        id_column(),
        text("channel", 32),
        digest("lookup"),
        sealed("account_sealed"),
        sealed("name_sealed", nullable=True),
        flag("is_blocked"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "lookup"),
    )
    op.create_table(
        "conversations",
        id_column(),
        id_column("contact_id", sa.ForeignKey("contacts.id")),
        text("channel", 32),
        sealed("state_sealed", nullable=True),
        text("source", 64),
        text("lease_token", 64, nullable=True),
        moment("lease_until", nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        id_column("held_by", sa.ForeignKey("users.id"), nullable=True),
        moment("last_reporter_at", nullable=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversations_contact_id", "conversations", ["contact_id"])
    op.create_index("ix_conversations_waiting", "conversations", ["waiting", "lease_until"])
    op.create_table(
        "inbox",
        serial(primary_key=True),
        text("channel", 32),
        text("external_id", 128),
        id_column("conversation_id", sa.ForeignKey("conversations.id")),
        sealed("body_sealed"),
        small("lane"),
        small("walks"),
        moment("sent_at"),
        moment("received_at"),
        moment("handled_at", nullable=True),
        sa.UniqueConstraint("channel", "external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_conversation", "inbox", ["conversation_id", "id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        id_column(),
        text("number", 16),
        id_column("conversation_id", sa.ForeignKey("conversations.id")),
        id_column("previous_id", sa.ForeignKey("tickets.id"), nullable=True),
        text("channel", 32),
        text("kind", 32),
        text("urgency", 16),
        small("urgency_rank"),
        text("danger", 32, nullable=True),
        text("state", 16),
        text("commune_code", 8, nullable=True),
        id_column("holder_id", sa.ForeignKey("users.id"), nullable=True),
        flag("needs_human"),
        sealed("facts_sealed", nullable=True),
        moment("opened_at"),
        moment("first_message_at"),
        moment("acknowledged_at", nullable=True),
        moment("closed_at", nullable=True),
        moment("last_reporter_at", nullable=True),
        moment("last_operator_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_queue", "tickets", ["state", "urgency_rank", "first_message_at"])
    op.create_table(
        "ticket_numbers",
        sa.Column("year", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "alarms",
        serial(primary_key=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        sa.Column("tier", sa.Integer(), nullable=False),
        text("recipient", 64),
        text("way", 16),
        moment("decided_at"),
        sa.UniqueConstraint("ticket_id", "tier", "recipient", "way"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        serial(primary_key=True),
        text("channel", 32),
        id_column("conversation_id", sa.ForeignKey("conversations.id"), nullable=True),
        serial("alarm_id", sa.ForeignKey("alarms.id")),
        serial("answers_inbox_id", sa.ForeignKey("inbox.id")),
        sealed("recipient_sealed", nullable=True),
        sealed("body_sealed"),
        id_column("author"),
        small("lane"),
        text("state", 16),
        flag("repeat_in_doubt"),
        small("attempts"),
        small("doubts"),
        moment("due_at"),
        text("claimed_by", 64, nullable=True),
        moment("claimed_until", nullable=True),
        text("vendor_id", 128, nullable=True),
        text("error", 64, nullable=True),
        moment("created_at"),
        moment("settled_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "lane", "due_at"])
    op.create_index("ix_outbox_conversation", "outbox", ["conversation_id", "id"])
    op.create_index("ix_outbox_answers", "outbox", ["answers_inbox_id"])
