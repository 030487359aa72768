"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Old code must run on the new tables."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Keep what the old tables can hold."""
    ${downgrades if downgrades else "pass"}
