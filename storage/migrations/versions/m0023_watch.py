"""Signs of life, for a second machine that watches."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import moment, text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it empty: every process writes its row within seconds."""
    op.create_table(
        "beats",
        sa.Column("name", sa.String(96), primary_key=True),
        text("kind", 16),
        moment("at"),
    )


def downgrade() -> None:
    """Nothing but the present is in it."""
    op.drop_table("beats")
