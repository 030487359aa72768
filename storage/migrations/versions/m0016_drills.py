"""Drills, told apart by a tag that nobody can guess."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, serial, small, text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "drills",
        serial(primary_key=True),
        text("tag", 40),
        text("story", 32),
        id_column("asked_by"),
        moment("begun_at"),
        moment("ends_at"),
        moment("ended_at", nullable=True),
        sa.Column("running", sa.SmallInteger()),
        text("outcome", 16, nullable=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id"), nullable=True),
        sa.Column("answered_ms", sa.Integer()),
        sa.Column("ticket_ms", sa.Integer()),
        sa.Column("alarm_ms", sa.Integer()),
        sa.Column("human_ms", sa.Integer()),
        sa.UniqueConstraint("tag"),
        sa.UniqueConstraint("running"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drill_plans",
        small_key(),
        sa.Column("weekday", sa.SmallInteger()),
        small("start_minute"),
        moment("changed_at"),
        id_column("changed_by"),
    )


def small_key() -> sa.Column[int]:
    """There is one plan, number 1."""
    return sa.Column("id", sa.SmallInteger(), primary_key=True, autoincrement=False)


def downgrade() -> None:
    """Drop them: what is left of a drill looks like any other report."""
    op.execute("DELETE FROM timers WHERE kind IN ('drill_over', 'drill_due')")
    op.drop_table("drill_plans")
    op.drop_table("drills")
