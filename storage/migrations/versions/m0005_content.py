"""Content edited and signed in the console: versions of wordings, signatures under them."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed, serial, text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables, empty: the shipped files hold until somebody edits."""
    op.create_table(
        "content_edits",
        serial(primary_key=True),
        text("card", 64),
        text("lang", 8),
        text("register", 8),
        sa.Column("version", sa.Integer(), nullable=False),
        text("text", 2000, nullable=True),
        text("text_before", 2000),
        text("sha256", 64),
        moment("edited_at"),
        id_column("edited_by"),
        sa.UniqueConstraint("card", "lang", "register", "version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "content_signoffs",
        serial(primary_key=True),
        text("card", 64),
        text("lang", 8),
        text("register", 8),
        text("sha256", 64),
        sealed("name_sealed"),
        text("role", 64),
        moment("signed_at"),
        id_column("signed_by"),
        sa.UniqueConstraint("card", "lang", "register", "sha256", "signed_by"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop both; `langnghe content export` first, or the edits are gone."""
    op.drop_table("content_signoffs")
    op.drop_table("content_edits")
