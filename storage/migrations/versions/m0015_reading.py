"""Talks without a ticket that are read every day; proposals to lower a critical ticket."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, id_column, moment, serial, small, text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; messages kept before have no doubt noted and are in no draw."""
    op.add_column("inbox", sa.Column("doubt", sa.SmallInteger(), nullable=True))
    has_doubt = sa.text("doubt IS NOT NULL")
    op.create_index(
        "ix_inbox_doubt",
        "inbox",
        ["received_at"],
        sqlite_where=has_doubt,
        postgresql_where=has_doubt,
    )
    _correct_places()
    _read_talks()
    op.create_table(
        "lowerings",
        serial(primary_key=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        text("urgency", 16),
        text("danger", 32, nullable=True),
        id_column("proposed_by"),
        moment("proposed_at"),
        moment("settled_at", nullable=True),
        id_column("settled_by", nullable=True),
        text("outcome", 16, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lowerings_ticket_id", "lowerings", ["ticket_id"])


def downgrade() -> None:
    """Drop them. A proposal that nobody answered is gone: its ticket stays critical."""
    op.execute("DELETE FROM timers WHERE kind = 'lowering_asked'")
    for table in ("lowerings", "readings", "reading_days"):
        op.drop_table(table)
    for column in ("is_place_wrong", "commune", "machine_commune"):
        op.drop_column("corrections", column)
    op.drop_index("ix_inbox_doubt", "inbox")
    op.drop_column("inbox", "doubt")


def _correct_places() -> None:
    op.add_column("corrections", text("machine_commune", 8, nullable=True))
    op.add_column("corrections", text("commune", 8, nullable=True))
    op.add_column(
        "corrections",
        sa.Column("is_place_wrong", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _read_talks() -> None:
    op.create_table(
        "reading_days",
        text("day", 10),
        moment("drawn_at"),
        sa.Column("talks", sa.Integer(), nullable=False),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "readings",
        serial(primary_key=True),
        sa.Column("day", sa.String(10), sa.ForeignKey("reading_days.day"), nullable=False),
        id_column("conversation_id", sa.ForeignKey("conversations.id")),
        flag("is_near"),
        small("doubt"),
        text("answer", 16, nullable=True),
        moment("answered_at", nullable=True),
        id_column("answered_by", nullable=True),
        id_column("asked_by", nullable=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id"), nullable=True),
        sa.UniqueConstraint("day", "conversation_id"),
        sqlite_autoincrement=True,
    )
