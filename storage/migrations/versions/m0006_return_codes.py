"""Return codes: a way back to a ticket from another line, and how often it was tried."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import digest, id_column, moment, serial, small

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty: nobody was given a code before."""
    op.create_table(
        "return_codes",
        serial(primary_key=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        digest("words_lookup"),
        digest("stem_lookup"),
        digest("number_lookup"),
        moment("created_at"),
        moment("used_at", nullable=True),
        sa.UniqueConstraint("ticket_id"),
        sa.UniqueConstraint("words_lookup"),
        sa.UniqueConstraint("number_lookup"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_return_codes_stem", "return_codes", ["stem_lookup"])
    op.create_table(
        "code_tries",
        sa.Column("subject", sa.String(32), primary_key=True),
        small("tries"),
        moment("tried_at"),
        moment("locked_until", nullable=True),
    )
    op.create_table(
        "ticket_lines",
        sa.Column(
            "conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
        moment("since"),
    )
    op.create_index("ix_ticket_lines_ticket_id", "ticket_lines", ["ticket_id"])


def downgrade() -> None:
    """Drop them: no code opens anything any more, each ticket keeps the line it has now."""
    op.drop_table("ticket_lines")
    op.drop_table("code_tries")
    op.drop_table("return_codes")
