"""Switches an SQLite file to its write-ahead log (WAL), also when several processes do so at once.

SQLite's own patience (`busy_timeout`) does not hold for this one statement: who finds another
connection on a new file is refused at once. It happens once in the life of a file, on the first
start, and to whoever starts two processes then.
"""

import sqlite3
import time

_LOOK_AGAIN_SECONDS = 0.02


def switch_to_wal(connection: sqlite3.Connection, *, patience_seconds: float) -> None:
    """Switch over, waiting for others; raises `sqlite3.OperationalError` when they never end."""
    until = time.monotonic() + patience_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        else:
            return
        time.sleep(_LOOK_AGAIN_SECONDS)
