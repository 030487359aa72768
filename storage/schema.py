"""Bring the tables to a revision, up or down, on both engines; run before a store is opened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from storage.errors import StorageUnavailable
from storage.migrations import __file__ as _FOLDER
from storage.wal import switch_to_wal

_LOCK = 7_305_513
"""Any number: the PostgreSQL advisory lock under which one process at a time migrates."""
_WAIT_SECONDS = 60


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the tables to `revision` (`base` drops them) in one transaction; blocks.

    Two processes may call it at once: the second waits and finds nothing to do.
    """
    with _begin(database_url) as connection:
        config = _config(connection)
        if revision == "base" or _is_behind_us(connection, config, revision):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def current(database_url: str) -> str | None:
    """Return the revision that the tables are at; None for an empty database."""
    with _begin(database_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the revision that this code is written for."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _is_behind_us(connection: Connection, config: Config, revision: str) -> bool:
    """Whether `revision` is one that these tables have passed already."""
    now = MigrationContext.configure(connection).get_current_revision()
    if now is None or revision == "head":
        return False
    passed = ScriptDirectory.from_config(config).iterate_revisions(now, "base")
    return revision in {each.revision for each in passed} - {now}


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(_FOLDER).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _begin(database_url: str) -> Iterator[Connection]:
    engine = _engine(database_url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    except DBAPIError as error:
        raise StorageUnavailable(type(error.orig).__name__) from error
    finally:
        engine.dispose()


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True)
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(
        f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": _WAIT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def leave_begin_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        switch_to_wal(connection, patience_seconds=_WAIT_SECONDS)

    @event.listens_for(engine, "begin")
    def lock_at_once(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
