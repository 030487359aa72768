"""Calls of the hotline: what was pressed, what was heard, which events came in."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed, text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty: no call came in here before."""
    op.create_table(
        "phone_calls",
        sa.Column("id", sa.String(32), primary_key=True),
        text("sid", 64),
        sealed("number_sealed", nullable=True),
        sa.Column("number_lookup", sa.LargeBinary(32), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sealed("answer_sealed", nullable=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id"), nullable=True),
        id_column("taken_by", sa.ForeignKey("users.id"), nullable=True),
        text("outcome", 16, nullable=True),
        moment("began_at"),
        moment("ended_at", nullable=True),
        sa.UniqueConstraint("sid"),
    )
    op.create_index("ix_phone_calls_number", "phone_calls", ["number_lookup", "began_at"])
    op.create_index("ix_phone_calls_began", "phone_calls", ["began_at"])
    op.create_table(
        "phone_events",
        sa.Column("key", sa.String(64), primary_key=True),
        id_column("call_id", sa.ForeignKey("phone_calls.id")),
        sealed("answer_sealed", nullable=True),
        moment("seen_at"),
    )
    op.create_index("ix_phone_events_call_id", "phone_events", ["call_id"])


def downgrade() -> None:
    """Drop them: tickets and drafts that calls became stay."""
    op.drop_table("phone_events")
    op.drop_table("phone_calls")
