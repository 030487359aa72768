"""Saved filters, transfers, breaks, notes from shift to shift; what queue and search walk along."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import id_column, moment, sealed, serial, small, text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NOTED = {"ix_events_noted": ["id"], "ix_events_noted_ticket": ["ticket_id", "id"]}


def _user(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return id_column(name, sa.ForeignKey("users.id"), nullable=nullable)


def upgrade() -> None:
    """Create the tables, empty, and the indexes of queue and search."""
    op.create_table(
        "saved_filters",
        serial(primary_key=True),
        _user("user_id"),
        small("digit"),
        sealed("name_sealed"),
        text("asked", 255),
        moment("created_at"),
        sa.UniqueConstraint("user_id", "digit"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "transfers",
        serial(primary_key=True),
        id_column("ticket_id", sa.ForeignKey("tickets.id")),
        _user("offered_by"),
        _user("to_user_id", nullable=True),
        text("to_role", 16, nullable=True),
        moment("offered_at"),
        moment("settled_at", nullable=True),
        id_column("settled_by", nullable=True),
        text("outcome", 16, nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transfers_ticket_id", "transfers", ["ticket_id"])
    op.create_index("ix_transfers_open", "transfers", ["settled_at", "offered_at"])
    op.create_table(
        "breaks",
        serial(primary_key=True),
        _user("user_id"),
        moment("begun_at"),
        moment("until"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_breaks_user", "breaks", ["user_id", "until"])
    op.create_table(
        "shift_notes",
        serial(primary_key=True),
        _user("written_by"),
        moment("written_at"),
        sealed("note_sealed"),
        _user("received_by", nullable=True),
        moment("received_at", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shift_notes_written", "shift_notes", ["written_at"])
    _index_rows()


def downgrade() -> None:
    """Drop them: filters, breaks and notes of shifts are gone, tickets stay with their holders."""
    for table, name in (
        *(("events", name) for name in _NOTED),
        ("tickets", "ix_tickets_find"),
        ("tickets", "ix_tickets_holder"),
    ):
        op.drop_index(name, table)
    for name in ("shift_notes", "breaks", "transfers", "saved_filters"):
        op.drop_table(name)


def _index_rows() -> None:
    op.create_index("ix_tickets_holder", "tickets", ["holder_id", "state"])
    op.create_index(
        "ix_tickets_find",
        "tickets",
        [
            "opened_at",
            "state",
            "urgency_rank",
            "kind",
            "channel",
            "commune_code",
            "holder_id",
            "id",
        ],
    )
    has_words = sa.text("note_sealed IS NOT NULL")
    for name, columns in _NOTED.items():
        op.create_index(name, "events", columns, sqlite_where=has_words, postgresql_where=has_words)
