"""Outgoing words that wait for a supervisor, and tickets that are kept from somebody."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed, serial, text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _held_words()
    op.create_table(
        "sample_reads",
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        moment("read_at"),
        id_column("read_by"),
    )
    _kept_from()
    _canned_replies()


def downgrade() -> None:
    """Drop them; words that wait are lost with them, and whoever was kept away sees again."""
    for table in ("canned_replies", "kept_from", "sample_reads", "held_words"):
        op.drop_table(table)


def _held_words() -> None:
    op.create_table(
        "held_words",
        serial("id", primary_key=True, autoincrement=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        id_column("conversation_id", sa.ForeignKey("conversations.id")),
        id_column("author_id"),
        sealed("words_sealed"),
        sa.Column("risks", sa.JSON(), nullable=False),
        text("state", 16),
        moment("held_at"),
        moment("decided_at", nullable=True),
        id_column("decided_by", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_words_ticket_id", "held_words", ["ticket_id"])
    op.create_index("ix_held_words_state", "held_words", ["state", "id"])


def _kept_from() -> None:
    op.create_table(
        "kept_from",
        serial("id", primary_key=True, autoincrement=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        id_column("user_id", sa.ForeignKey("users.id")),
        moment("kept_at"),
        id_column("kept_by", nullable=True),
        moment("lift_asked_at", nullable=True),
        id_column("lift_asked_by", nullable=True),
        moment("lifted_at", nullable=True),
        id_column("lifted_by", nullable=True),
        sqlite_autoincrement=True,
    )
    is_kept = sa.text("lifted_at IS NULL")
    op.create_index(
        "ix_kept_from_one", "kept_from", ["ticket_id", "user_id"], unique=True,
        sqlite_where=is_kept, postgresql_where=is_kept,
    )  # fmt: skip
    op.create_index("ix_kept_from_user", "kept_from", ["user_id", "lifted_at"])


def _canned_replies() -> None:
    op.create_table(
        "canned_replies",
        serial("id", primary_key=True, autoincrement=True),
        text("lang", 8),
        text("register", 8),
        text("title", 80),
        text("text", 1000),
        moment("edited_at"),
        id_column("edited_by"),
        moment("signed_at", nullable=True),
        id_column("signed_by", nullable=True),
        moment("retired_at", nullable=True),
        sqlite_autoincrement=True,
    )
    is_used = sa.text("retired_at IS NULL")
    op.create_index(
        "ix_canned_replies_title", "canned_replies", ["lang", "register", "title"], unique=True,
        sqlite_where=is_used, postgresql_where=is_used,
    )  # fmt: skip
