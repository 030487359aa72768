"""Shifts, substitutes and the telephones of those on duty; alarms that are only tests."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, id_column, moment, sealed, serial, small, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
_TABLES = (
    "alarm_test_rings",
    "alarm_tests",
    "staff_phones",
    "substitutions",
    "shifts",
    "shift_patterns",
)


def upgrade() -> None:
    """Create the tables, empty: whoever is on duty has said so themselves until now."""
    _create_shifts()
    op.create_table(
        "substitutions",
        serial(primary_key=True),
        serial("shift_id", sa.ForeignKey("shifts.id"), nullable=False),
        text("state", 16),
        id_column("asked_by"),
        moment("asked_at"),
        sealed("reason_sealed", nullable=True),
        id_column("taken_by", nullable=True),
        moment("taken_at", nullable=True),
        id_column("settled_by", nullable=True),
        moment("settled_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_substitutions_shift_id", "substitutions", ["shift_id"])
    op.create_index("ix_substitutions_state", "substitutions", ["state"])
    op.create_table(
        "staff_phones",
        sa.Column("user_id", sa.String(32), sa.ForeignKey("users.id"), primary_key=True),
        sealed("phone_sealed"),
        moment("changed_at"),
        id_column("changed_by"),
    )
    _create_tests()


def downgrade() -> None:
    """Drop them. Timers of kinds that the older code does not know are forgotten."""
    op.execute("DELETE FROM timers WHERE kind IN ('shift_begins', 'rota_look')")
    op.drop_index("ix_outbox_alarm", "outbox")
    op.drop_column("outbox", "test_ring_id")
    for table in _TABLES:
        op.drop_table(table)


def _create_shifts() -> None:
    op.create_table(
        "shift_patterns",
        serial(primary_key=True),
        id_column("user_id", sa.ForeignKey("users.id")),
        text("role", 16),
        small("weekday"),
        small("start_minute"),
        small("minutes"),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date()),
        moment("created_at"),
        id_column("created_by"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shifts",
        serial(primary_key=True),
        id_column("user_id", sa.ForeignKey("users.id")),
        text("role", 16),
        moment("starts_at"),
        moment("ends_at"),
        serial("pattern_id", sa.ForeignKey("shift_patterns.id")),
        moment("cancelled_at", nullable=True),
        moment("created_at"),
        id_column("created_by"),
        sa.UniqueConstraint("pattern_id", "starts_at"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shifts_ends", "shifts", ["ends_at"])


def _create_tests() -> None:
    op.create_table(
        "alarm_tests",
        serial(primary_key=True),
        id_column("asked_by"),
        moment("asked_at"),
        flag("is_for_all"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alarm_test_rings",
        serial(primary_key=True),
        serial("test_id", sa.ForeignKey("alarm_tests.id"), nullable=False),
        text("recipient", 64),
        text("way", 16),
        serial("outbox_id", sa.ForeignKey("outbox.id")),
        moment("answered_at", nullable=True),
        sa.UniqueConstraint("test_id", "recipient", "way"),
        sqlite_autoincrement=True,
    )
    op.add_column("outbox", serial("test_ring_id"))
    is_alarm = sa.text("alarm_id IS NOT NULL")
    op.create_index(
        "ix_outbox_alarm",
        "outbox",
        ["alarm_id"],
        sqlite_where=is_alarm,
        postgresql_where=is_alarm,
    )
