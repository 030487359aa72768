"""A shift ends by itself; the alarm's rounds and the timers' steps never run out of numbers."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBERS = (("alarms", "tier"), ("timers", "step"))


def upgrade() -> None:
    """Let shifts that are under way end 12 hours after they began; widen the numbers.

    SQLite's integers have 64 bits already. What an older process writes meanwhile is understood:
    a shift that it begins has no end, which counts as nobody on duty, and then everybody is rung.
    """
    op.add_column("users", moment("duty_until", nullable=True))
    op.execute(
        "UPDATE users SET duty_until = (SELECT max(events.at) FROM events"
        " WHERE events.kind = 'duty_begun' AND events.actor_id = users.id)"
        " + 43200000000 WHERE is_on_duty"  # 12 hours in microseconds
    )
    op.execute(
        "INSERT INTO timers (kind, subject, step, due_at)"
        " SELECT 'duty_over', id, 0, duty_until FROM users"
        " WHERE is_on_duty AND duty_until IS NOT NULL"
    )
    _widen(sa.BigInteger())


def downgrade() -> None:
    """Shifts have no end again; what is beyond 32 bits loses its round, and rings on.

    Timers of kinds that the older code does not know are forgotten.
    """
    op.execute("DELETE FROM timers WHERE kind IN ('duty_over', 'unassigned', 'graver')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE timers SET step = -id WHERE step > 2147483647")
        op.execute("UPDATE alarms SET tier = -id WHERE tier > 2147483647")
    _widen(sa.Integer())
    op.drop_column("users", "duty_until")


def _widen(kind: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column in _NUMBERS:
        op.alter_column(table, column, type_=kind, existing_nullable=False)
