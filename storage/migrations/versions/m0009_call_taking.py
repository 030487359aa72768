"""The tables of reports taken by telephone, at the door or by letter."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed, serial, text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty: nobody took a call down before."""
    op.create_table(
        "call_drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        id_column("user_id", sa.ForeignKey("users.id")),
        text("channel", 32),
        sa.Column("version", sa.Integer(), nullable=False),
        sealed("body_sealed"),
        moment("begun_at"),
        moment("saved_at"),
        moment("settled_at", nullable=True),
        text("outcome", 16, nullable=True),
    )
    op.create_index("ix_call_drafts_user", "call_drafts", ["user_id", "settled_at"])
    op.create_table(
        "call_tallies",
        serial(primary_key=True),
        id_column("call_id"),
        text("kind", 16),
        text("channel", 32),
        id_column("user_id", sa.ForeignKey("users.id")),
        sa.Column("number_lookup", sa.LargeBinary(32), nullable=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id"), nullable=True),
        moment("counted_at"),
        moment("undone_at", nullable=True),
        sa.UniqueConstraint("call_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_tallies_counted", "call_tallies", ["counted_at"])
    op.create_index("ix_call_tallies_number", "call_tallies", ["number_lookup", "counted_at"])
    op.create_table(
        "ticket_links",
        sa.Column("one_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("other_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        moment("linked_at"),
        id_column("linked_by"),
    )
    op.create_index("ix_ticket_links_other_id", "ticket_links", ["other_id"])


def downgrade() -> None:
    """Drafts and counts are gone; tickets of calls stay."""
    for table in ("ticket_links", "call_tallies", "call_drafts"):
        op.drop_table(table)
