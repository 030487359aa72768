"""Accounts that wait for a second person, and walks along the chain of events."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, id_column, moment, serial, text

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both empty: what was opened before stays open."""
    op.create_table(
        "access_asks",
        serial("id", primary_key=True, autoincrement=True),
        id_column("user_id", sa.ForeignKey("users.id")),
        text("why", 16),
        flag("is_waiting"),
        id_column("asked_by"),
        moment("asked_at"),
        moment("settled_at", nullable=True),
        id_column("settled_by", nullable=True),
        text("outcome", 16, nullable=True),
    )
    op.create_index("ix_access_asks_user", "access_asks", ["user_id", "settled_at"])
    op.create_table(
        "chain_checks",
        serial("id", primary_key=True, autoincrement=True),
        id_column("asked_by"),
        moment("asked_at"),
        serial("total", nullable=False),
        serial("walked", nullable=False),
        moment("walked_at"),
        moment("finished_at", nullable=True),
        serial("broken_at", nullable=True),
        text("last_mac", 64, nullable=True),
    )


def downgrade() -> None:
    """Whoever still waits is closed: the older code would let them in."""
    op.execute(
        "UPDATE users SET is_active = false WHERE id IN "
        "(SELECT user_id FROM access_asks WHERE is_waiting AND settled_at IS NULL)"
    )
    op.drop_table("chain_checks")
    op.drop_table("access_asks")
