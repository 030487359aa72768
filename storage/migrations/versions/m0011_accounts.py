"""Second factors, recovery codes, invitations, own roles, and what the audit is searched by."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import digest, id_column, moment, sealed, serial, text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXES = {"ix_events_kind": ["kind", "id"], "ix_events_actor": ["actor_id", "id"]}


def upgrade() -> None:
    """Create the tables and columns; sessions of before have passed no second factor."""
    _factors()
    _invitations_and_roles()
    op.add_column(
        "sessions", sa.Column("browser", sa.String(16), server_default="", nullable=False)
    )
    op.add_column("sessions", moment("factor_at", nullable=True))
    op.add_column(
        "users", sa.Column("locks", sa.SmallInteger(), server_default="0", nullable=False)
    )
    _audit()


def downgrade() -> None:
    """Drop them; who has a role of the Centre's own is closed, for the older code knows it not."""
    op.drop_table("chain_heads")
    op.drop_table("event_people")
    op.drop_index("ix_events_at", "events")
    for name in _INDEXES:
        op.drop_index(name, "events")
    op.drop_column("users", "locks")
    op.drop_column("sessions", "factor_at")
    op.drop_column("sessions", "browser")
    op.execute(
        "UPDATE users SET is_active = false, role = 'communicator' "
        "WHERE role IN (SELECT id FROM roles)"
    )
    for table in ("roles", "invitations", "recovery_codes", "second_factors"):
        op.drop_table(table)


def _factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(32), sa.ForeignKey("users.id"), primary_key=True),
        sealed("secret_sealed", nullable=True),
        sealed("pending_sealed", nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        moment("confirmed_at", nullable=True),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.String(32), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("code_lookup", sa.LargeBinary(32), primary_key=True),
        moment("used_at", nullable=True),
    )


def _invitations_and_roles() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(32), primary_key=True),
        digest("token_hash"),
        sealed("name_sealed"),
        text("role", 16),
        moment("created_at"),
        id_column("created_by"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.String(16), primary_key=True),
        text("name", 60),
        sa.Column("permissions", sa.JSON(), nullable=False),
        moment("created_at"),
        moment("changed_at"),
        sa.UniqueConstraint("name"),
    )


def _audit() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(name, "events", columns)
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "event_people",
        sa.Column("user_id", sa.String(32), primary_key=True),
        serial("event_id", sa.ForeignKey("events.id"), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_event_people_event_id", "event_people", ["event_id"])
    user = (
        "detail ->> 'user'"
        if op.get_bind().dialect.name == "postgresql"
        else "json_extract(detail, '$.user')"
    )
    op.execute(
        f"INSERT INTO event_people (user_id, event_id) "  # noqa: S608 - no input
        f"SELECT {user}, id FROM events WHERE {user} IS NOT NULL AND length({user}) = 32"
    )
    op.create_table(
        "chain_heads",
        sa.Column("day", sa.String(10), primary_key=True),
        serial("event_id", nullable=False),
        digest("mac"),
        moment("kept_at"),
    )
