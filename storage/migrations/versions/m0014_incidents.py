"""Incidents that several reporters told of: joined and parted by people."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, serial

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _ticket(name: str) -> sa.Column[str]:
    return id_column(name, sa.ForeignKey("tickets.id"))


def upgrade() -> None:
    """Create the tables, empty: nothing is joined that a person has not joined."""
    op.create_table(
        "incidents",
        serial(primary_key=True),
        moment("opened_at"),
        id_column("opened_by"),
        moment("closed_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "incident_tickets",
        _ticket("ticket_id"),
        serial("incident_id", sa.ForeignKey("incidents.id"), nullable=False),
        moment("joined_at"),
        id_column("joined_by"),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index("ix_incident_tickets_incident_id", "incident_tickets", ["incident_id"])
    op.create_table(
        "incident_partings",
        _ticket("one_id"),
        _ticket("other_id"),
        moment("parted_at"),
        id_column("parted_by"),
        sa.PrimaryKeyConstraint("one_id", "other_id"),
    )
    op.create_index("ix_incident_partings_other_id", "incident_partings", ["other_id"])


def downgrade() -> None:
    """Drop them: every ticket stands by itself again and rings by itself."""
    for table in ("incident_partings", "incident_tickets", "incidents"):
        op.drop_table(table)
