"""Several processes may meet on a new SQLite file: the switch to WAL waits its turn."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from storage.wal import switch_to_wal


class Refusing(sqlite3.Connection):
    """A connection that SQLite refuses some times, as beside another one on a new file."""

    refusals = 0
    code = sqlite3.SQLITE_BUSY
    tries = 0

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        self.tries += 1
        if self.tries > self.refusals:
            return super().execute(*statement)
        error = sqlite3.OperationalError("refused")
        error.sqlite_errorcode = self.code
        raise error


def _connect(path: Path) -> Refusing:
    return sqlite3.connect(path / "rows.db", factory=Refusing)


def test_who_is_refused_at_once_tries_again(tmp_path: Path) -> None:
    connection = _connect(tmp_path)
    connection.refusals = 3

    switch_to_wal(connection, patience_seconds=60)

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    ("code", "patience_seconds"), [(sqlite3.SQLITE_BUSY, 0), (sqlite3.SQLITE_IOERR, 60)]
)
def test_what_does_not_pass_is_told(tmp_path: Path, code: int, patience_seconds: float) -> None:
    connection = _connect(tmp_path)
    connection.refusals, connection.code = 1, code

    with pytest.raises(sqlite3.OperationalError):
        switch_to_wal(connection, patience_seconds=patience_seconds)

    assert connection.tries == 1
    connection.close()
