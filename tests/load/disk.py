"""What the disk itself can do: durable commits a second in the folder of the service."""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

_BLOCK = 4096
_FILE_BLOCKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRates:
    """One writer, nothing else going on."""

    sqlite_commits: float
    """Single-row commits a second: SQLite, WAL, synchronous=FULL."""
    flushes: float
    """4 KiB written and flushed (fdatasync) a second."""


def measure_disk(folder: Path, *, seconds: float = 2.0) -> DiskRates:
    """Measure both in `folder`; leaves nothing behind."""
    return DiskRates(
        sqlite_commits=_sqlite_commits(folder / "disk-rate.db", seconds),
        flushes=_flushes(folder / "disk-rate.bin", seconds),
    )


def _sqlite_commits(path: Path, seconds: float) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)")
        body = os.urandom(300)
        commits, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            connection.execute("INSERT INTO row (body) VALUES (?)", (body,))
            commits += 1
        return commits / (time.perf_counter() - began)
    finally:
        connection.close()
        for leftover in path.parent.glob(path.name + "*"):
            leftover.unlink()


def _flushes(path: Path, seconds: float) -> float:
    flush = getattr(os, "fdatasync", os.fsync)
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        block = os.urandom(_BLOCK)
        os.write(handle, block * _FILE_BLOCKS)
        os.fsync(handle)
        flushes, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            os.pwrite(handle, block, (flushes % _FILE_BLOCKS) * _BLOCK)
            flush(handle)
            flushes += 1
        return flushes / (time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
