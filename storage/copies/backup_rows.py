"""Rows from one engine to another: every copy is an SQLite file, whatever the service runs on."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, delete, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from storage import tables
from storage.accounts import tables as account_tables
from storage.calls import tables as call_tables
from storage.clocks import tables as clock_tables
from storage.codes import tables as code_tables
from storage.copies.backup_file import BackupError
from storage.drills import tables as drill_tables
from storage.incidents import tables as incident_tables
from storage.keys import keystore
from storage.learning import tables as reading_tables
from storage.queue import tables as queue_tables
from storage.rota import tables as rota_tables
from storage.safeguarding import tables as safeguarding_tables
from storage.schema import migrate
from storage.telephone import alarm_tables as alarm_call_tables
from storage.telephone import tables as telephone_tables
from storage.tickets import form_tables
from storage.watch import tables as watch_tables

ROW_TABLES: tuple[Table, ...] = (
    tables.users,
    tables.sessions,
    tables.contacts,
    tables.conversations,
    tables.inbox,
    tables.tickets,
    tables.ticket_numbers,
    tables.alarms,
    tables.outbox,
    tables.events,
    tables.chain,
    tables.timers,
    tables.leases,
    tables.corrections,
    tables.content_edits,
    tables.content_signoffs,
    code_tables.return_codes,
    code_tables.code_tries,
    code_tables.ticket_lines,
    call_tables.call_drafts,
    call_tables.call_tallies,
    call_tables.ticket_links,
    form_tables.ticket_forms,
    rota_tables.shift_patterns,
    rota_tables.shifts,
    rota_tables.substitutions,
    rota_tables.staff_phones,
    rota_tables.alarm_tests,
    rota_tables.alarm_test_rings,
    drill_tables.drills,
    drill_tables.drill_plans,
    account_tables.second_factors,
    account_tables.recovery_codes,
    account_tables.invitations,
    account_tables.roles,
    account_tables.access_asks,
    account_tables.chain_checks,
    account_tables.event_people,
    account_tables.chain_heads,
    queue_tables.saved_filters,
    queue_tables.transfers,
    queue_tables.breaks,
    queue_tables.shift_notes,
    clock_tables.clocks,
    clock_tables.followers,
    safeguarding_tables.held_words,
    safeguarding_tables.sample_reads,
    safeguarding_tables.kept_from,
    safeguarding_tables.canned_replies,
    incident_tables.incidents,
    incident_tables.incident_tickets,
    incident_tables.incident_partings,
    reading_tables.lowerings,
    reading_tables.reading_days,
    reading_tables.readings,
    watch_tables.beats,
    telephone_tables.phone_calls,
    telephone_tables.phone_events,
    alarm_call_tables.alarm_calls,
)
"""In an order in which they can be filled."""
KEY_TABLES: tuple[Table, ...] = (keystore.keys, keystore.erasures, keystore.probe)
_AT_ONCE = 500


def copy_rows(database_url: str, file: Path) -> None:
    """Copy all rows, consistent as of one moment, while the service goes on."""
    if make_url(database_url).get_backend_name() == "sqlite":
        _copy_sqlite(database_url, file)
        return
    migrate(f"sqlite:///{file}")
    with opened(f"sqlite:///{file}") as target, _snapshot(database_url) as source:
        target.execute(delete(tables.chain))  # the head that the migration made
        _fill(source, target, ROW_TABLES)


def copy_keys(keys_url: str, file: Path) -> None:
    """Copy the key store in the same way."""
    if make_url(keys_url).get_backend_name() == "sqlite":
        _copy_sqlite(keys_url, file)
        return
    with opened(f"sqlite:///{file}") as target, _snapshot(keys_url) as source:
        keystore.metadata.create_all(target)
        _fill(source, target, KEY_TABLES)


def fill_rows(file: Path, database_url: str) -> None:
    """Fill an empty database with the rows of a copy; refuses one that holds anything."""
    migrate(database_url)
    with opened(f"sqlite:///{file}") as source, opened(database_url) as target:
        _refuse_unless_empty(target, (tables.contacts, tables.users, tables.events))
        target.execute(delete(tables.chain))
        _fill(source, target, ROW_TABLES)
        _go_on_counting(target, ROW_TABLES)


def fill_keys(file: Path, keys_url: str) -> None:
    """Fill an empty key store; what the ledger says was erased stays erased."""
    with opened(f"sqlite:///{file}") as source, opened(keys_url) as target:
        keystore.metadata.create_all(target)
        _refuse_unless_empty(target, (keystore.keys,))
        target.execute(delete(keystore.probe))
        _fill(source, target, KEY_TABLES)


def count_rows(file: Path, wanted: Sequence[Table]) -> dict[str, int]:
    """Check the file's integrity and count what is in it; raises `BackupError`."""
    with opened(f"sqlite:///{file}") as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalar_one()
        if found != "ok":
            raise BackupError("the copy's rows are damaged")
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in wanted
        }


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Open a database for one transaction."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise BackupError(type(error).__name__) from error
    finally:
        engine.dispose()


@contextmanager
def _snapshot(url: str) -> Iterator[Connection]:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ", stream_results=True)
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    else:
        path = Path(parsed.database or "")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    return create_engine(parsed, hide_parameters=True)


def _copy_sqlite(url: str, file: Path) -> None:
    path = make_url(url).database or ""
    if not Path(path).exists():
        raise BackupError("there is no database to copy")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


def _fill(source: Connection, target: Connection, wanted: Sequence[Table]) -> None:
    """Copy table by table; tickets in the order they were opened, for they name older ones."""
    for table in wanted:
        asked = select(table)
        if table is tables.tickets:
            asked = asked.order_by(tables.tickets.c.opened_at)
        for rows in source.execute(asked).mappings().partitions(_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in rows])


def _refuse_unless_empty(connection: Connection, wanted: Sequence[Table]) -> None:
    for table in wanted:
        if connection.execute(select(table.primary_key.columns[0]).limit(1)).first():
            raise BackupError("the place to restore to is not empty")


def _go_on_counting(connection: Connection, wanted: Sequence[Table]) -> None:
    """Let PostgreSQL's sequences go on after the ids that were copied."""
    if connection.dialect.name != "postgresql":
        return
    for table in wanted:
        column = table.autoincrement_column
        if column is None:
            continue
        last = connection.execute(select(func.max(column))).scalar()
        if last is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, last)))
