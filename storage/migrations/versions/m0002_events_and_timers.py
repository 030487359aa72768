"""The append-only events with their chain, the timers and the leases."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import digest, id_column, moment, sealed, serial, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the chain starts with its head row, and the engine guards the events."""
    _events()
    _later()
    if op.get_bind().dialect.name == "postgresql":
        _append_only_on_postgresql()
    else:
        _append_only_on_sqlite()


def downgrade() -> None:
    """Drop the tables; people, messages and tickets stay."""
    for table in ("leases", "timers", "chain", "events"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION events_are_append_only()")


def _events() -> None:
    op.create_table(
        "events",
        serial(primary_key=True, autoincrement=False),
        moment("at"),
        text("kind", 48),
        id_column("ticket_id", sa.ForeignKey("tickets.id"), nullable=True),
        id_column("actor_id", nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sealed("note_sealed", nullable=True),
        digest("mac"),
    )
    op.create_index("ix_events_ticket_id", "events", ["ticket_id"])
    head = op.create_table(
        "chain",
        sa.Column("name", sa.String(16), primary_key=True),
        serial("last_id", nullable=False),
        digest("last_mac"),
    )
    op.bulk_insert(head, [{"name": "events", "last_id": 0, "last_mac": bytes(32)}])


def _later() -> None:
    op.create_table(
        "timers",
        serial(primary_key=True),
        text("kind", 32),
        text("subject", 64),
        sa.Column("step", sa.Integer(), nullable=False),
        moment("due_at"),
        text("claimed_by", 64, nullable=True),
        moment("claimed_until", nullable=True),
        moment("settled_at", nullable=True),
        sa.UniqueConstraint("kind", "subject", "step"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due", "timers", ["settled_at", "due_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(96), primary_key=True),
        text("owner", 64, nullable=True),
        moment("until", nullable=True),
        sa.Column("tokens", sa.Integer()),
        moment("refilled_at", nullable=True),
    )


def _append_only_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_refuse_{verb.lower()} BEFORE {verb} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )


def _append_only_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION events_are_append_only()"
    )
    op.execute(
        "CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only()"
    )
