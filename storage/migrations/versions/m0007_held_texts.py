"""Texts held back: how many, whether anything may go out, when was knocked, until when to send."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: nothing waits yet.

    What an older process writes meanwhile is pushed as it was, unless it reads these columns.
    """
    op.add_column(
        "conversations", sa.Column("held", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "conversations",
        sa.Column("is_hushed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("conversations", moment("knocked_at", nullable=True))
    op.add_column("outbox", moment("hold_after", nullable=True))


def downgrade() -> None:
    """What waits becomes a dead letter, which people see: the older code would push it."""
    op.execute("UPDATE outbox SET state = 'dead', error = 'held' WHERE state = 'held'")
    op.execute("DELETE FROM timers WHERE kind = 'knock'")
    op.drop_column("outbox", "hold_after")
    op.drop_column("conversations", "knocked_at")
    op.drop_column("conversations", "is_hushed")
    op.drop_column("conversations", "held")
