"""Labels of buttons that reviewers changed, beside the words of the same version."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: every version so far has the shipped labels."""
    op.add_column(
        "content_edits", sa.Column("labels", sa.JSON(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    """Versions with other labels have the shipped ones again, and count as unsigned."""
    op.drop_column("content_edits", "labels")
