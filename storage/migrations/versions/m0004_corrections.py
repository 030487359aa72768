"""What people corrected of the machine's reading, and the lessons that they wrote of it."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, id_column, moment, sealed, serial, text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; corrections made before it are in the events only."""
    op.create_table(
        "corrections",
        serial(primary_key=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        serial("inbox_id", sa.ForeignKey("inbox.id"), nullable=True),
        text("machine_kind", 32),
        text("machine_urgency", 16),
        text("machine_model", 64),
        text("kind", 32),
        text("urgency", 16),
        moment("corrected_at"),
        id_column("corrected_by"),
        text("state", 16),
        sealed("lesson_sealed", nullable=True),
        flag("needs_second_look"),
        moment("settled_at", nullable=True),
        id_column("settled_by", nullable=True),
        moment("exported_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_ticket_id", "corrections", ["ticket_id"])
    op.create_index("ix_corrections_state", "corrections", ["state", "id"])


def downgrade() -> None:
    """Drop the table; the tickets keep what people made of them."""
    op.drop_table("corrections")
