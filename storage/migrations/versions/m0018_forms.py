"""What people write into Mẫu số 01 on the page of a ticket."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it empty: forms of calls stay with the facts of their tickets."""
    op.create_table(
        "ticket_forms",
        sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sealed("form_sealed"),
        moment("changed_at"),
        id_column("changed_by"),
    )


def downgrade() -> None:
    """What was written on the pages is gone; forms of calls stay."""
    op.drop_table("ticket_forms")
