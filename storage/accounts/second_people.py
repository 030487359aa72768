"""Whoever could be the second person (người thứ hai) is not taken away down to the last one."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from storage.errors import StorageError
from storage.tables import users


class LastSecondPerson(StorageError):
    """Nobody else could confirm what is opened to an account."""


def keep_one(connection: Connection, user_id: str, others: Mapping[str, str]) -> None:
    """Lock an account and the others; raises `LastSecondPerson` if none of them is left.

    `others` are accounts with the role by which they confirm; two who are closed in the same moment
    wait for each other here. Inside a transaction.
    """
    rows = connection.execute(
        select(users.c.id, users.c.role, users.c.is_active)
        .where(users.c.id.in_({user_id, *others}))
        .order_by(users.c.id)
        .with_for_update()
    ).all()
    if not any(row.is_active and others.get(row.id) == row.role for row in rows):
        raise LastSecondPerson
