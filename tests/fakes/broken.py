"""Ways to take the disk away from under a running service, and to give it back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from intake.service import Service


@contextmanager
def broken_database(service: Service) -> Iterator[None]:
    """Take the inbox away: SQLite answers every write with an error."""
    path = service.settings.data.database_url.removeprefix("sqlite:///")
    _run(path, "ALTER TABLE inbox RENAME TO inbox_elsewhere")
    try:
        yield
    finally:
        _run(path, "ALTER TABLE inbox_elsewhere RENAME TO inbox")


@contextmanager
def broken_spool(service: Service) -> Iterator[None]:
    """Take the spool's folder away."""
    folder = service.settings.data.spool_folder
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    try:
        yield
    finally:
        elsewhere.rename(folder)


def _run(path: str, statement: str) -> None:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute(statement)
