"""Clocks of a ticket, and what "now and today" counts by."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import moment, serial, text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them empty; whoever follows the events fills in the clocks of older tickets."""
    op.create_table(
        "clocks",
        sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("name", sa.String(16), primary_key=True),
        text("state", 8),
        moment("start_at"),
        moment("amber_at"),
        moment("due_at"),
        moment("done_at", nullable=True),
        moment("breached_at", nullable=True),
    )
    op.create_index("ix_clocks_state", "clocks", ["state", "amber_at", "due_at", "name"])
    op.create_index("ix_clocks_breached", "clocks", ["breached_at", "state", "name"])
    op.create_table(
        "followers",
        sa.Column("name", sa.String(32), primary_key=True),
        serial("last_id", nullable=False),
    )
    op.create_index("ix_alarms_decided", "alarms", ["decided_at", "ticket_id"])


def downgrade() -> None:
    """Drop them; the records of what was done are events and stay."""
    op.drop_index("ix_alarms_decided", "alarms")
    op.drop_table("followers")
    op.drop_table("clocks")
    op.execute("DELETE FROM timers WHERE kind = 'clock'")
