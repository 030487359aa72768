"""Telephones that the alarm rings: who picked up, what was pressed."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, serial, text

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it empty: no telephone of ours was rung before."""
    op.create_table(
        "alarm_calls",
        id_column("token"),
        serial("alarm_id", sa.ForeignKey("alarms.id"), nullable=True),
        serial("test_ring_id", sa.ForeignKey("alarm_test_rings.id"), nullable=True),
        moment("picked_up_at", nullable=True),
        text("outcome", 16, nullable=True),
        moment("stopped_at", nullable=True),
        moment("hung_up_at", nullable=True),
        sa.PrimaryKeyConstraint("token"),
        sa.UniqueConstraint("alarm_id"),
        sa.UniqueConstraint("test_ring_id"),
    )
    op.create_index("ix_alarm_calls_stopped", "alarm_calls", ["stopped_at"])


def downgrade() -> None:
    """Drop it: who was rung stands in `alarms`, who took the ticket in `events`."""
    op.drop_table("alarm_calls")
