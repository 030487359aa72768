"""Alembic runs this; storage/schema.py hands over the connection, so no ini file holds a URL."""

from alembic import context
from sqlalchemy import Connection

from storage.tables import metadata


def migrate_on(connection: Connection) -> None:
    """Run the migrations in the transaction that the caller has begun."""
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


migrate_on(context.config.attributes["connection"])
