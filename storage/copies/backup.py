"""Encrypted copies (sao lưu) of rows and keys, in two files that belong in two places.

Whoever has both files and the passphrase can read everything; rows alone say nothing of what people
wrote. Erasing a person reaches old copies only through the keys: keep `keys-*` apart from `rows-*`
and no longer than 14 days. That is the administrator's duty, no program can do it.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from storage import events, tables
from storage.copies import backup_rows
from storage.copies.backup_file import BackupError, decrypt_file, encrypt_file
from storage.copies.backup_rows import KEY_TABLES, ROW_TABLES, opened
from storage.keys import keystore, masterkey
from storage.keys.sealing import Key
from storage.schema import migrate
from storage.store import open_store

KEYS_KEPT_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The two files of one copy."""

    rows: Path
    keys: Path
    """With the master key in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is in a copy that decrypted, opened and proved whole."""

    counts: dict[str, int]
    """Rows by table."""
    keys: int
    owners_without_key: int
    """Persons, conversations and tickets that were erased."""
    is_chain_whole: bool
    last_event_id: int
    last_event_mac: str


async def back_up(
    *,
    database_url: str,
    keys_url: str,
    master_key_file: Path,
    folder: Path,
    passphrase: str,
    now: datetime,
) -> Copies:
    """Write a copy while the service runs; raises `BackupError`.

    Rows first: a key is always older than what it sealed, so no row of the copy lacks its key.
    Nothing is written to `folder` in clear; the drafts are next to the master key.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    copies = Copies(rows=folder / f"rows-{stamp}.copy", keys=folder / f"keys-{stamp}.copy")

    def work() -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=master_key_file.parent) as name:
            plain = Path(name) / "rows.db"
            backup_rows.copy_rows(database_url, plain)
            encrypt_file(plain, copies.rows, passphrase)
            plain = Path(name) / "keys.db"
            backup_rows.copy_keys(keys_url, plain)
            _add_master_key(plain, master_key_file)
            encrypt_file(plain, copies.keys, passphrase)

    await asyncio.to_thread(work)
    return copies


def newest(folder: Path) -> Copies:
    """Return the newest copy of which both files are in a folder; raises `BackupError`."""
    for rows in sorted(folder.glob("rows-*.copy"), reverse=True):
        keys = rows.with_name(rows.name.replace("rows-", "keys-", 1))
        if keys.exists():
            return Copies(rows=rows, keys=keys)
    raise BackupError("no rows-*.copy with its keys-*.copy here: bring both files together")


async def check(copies: Copies, passphrase: str) -> Checked:
    """Decrypt, open and prove a copy in a folder that is thrown away; raises `BackupError`."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        await asyncio.to_thread(_unpack, copies, passphrase, place)
        counts = backup_rows.count_rows(place / "rows.db", ROW_TABLES)
        keys = backup_rows.count_rows(place / "keys.db", KEY_TABLES)
        async with open_store(
            database_url=f"sqlite:///{place / 'rows.db'}",
            keys_url=f"sqlite:///{place / 'keys.db'}",
            master_key_file=place / "master.key",
        ) as store:
            chain = await events.verify(store)
        return Checked(
            counts=counts,
            keys=keys["keys"],
            owners_without_key=_owners_without_key(place),
            is_chain_whole=chain.is_whole,
            last_event_id=chain.last_id,
            last_event_mac=chain.last_mac,
        )


async def restore(
    copies: Copies,
    passphrase: str,
    *,
    database_url: str,
    keys_url: str,
    master_key_file: Path,
    erased: Iterable[str] = (),
) -> Checked:
    """Bring a copy that proves whole to an empty place, on either engine; raises `BackupError`.

    `erased` are owners that were erased after the copy was made (`erased_owners` of the key store
    that it replaces): their keys are erased again before anybody opens the restored rows.
    """
    checked = await check(copies, passphrase)
    if not checked.is_chain_whole:
        raise BackupError("the chain of events is broken in this copy")

    def work() -> None:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            _unpack(copies, passphrase, place)
            if master_key_file.exists():
                raise BackupError("the place to restore to has a master key already")
            backup_rows.fill_rows(place / "rows.db", database_url)
            backup_rows.fill_keys(place / "keys.db", keys_url)
            _erase_again(keys_url, erased)
            masterkey.write(master_key_file, masterkey.read(place / "master.key"))

    await asyncio.to_thread(work)
    return checked


def erased_owners(keys_url: str) -> frozenset[str]:
    """Return the ledger of erasures of a key store."""
    with opened(keys_url) as connection:
        keystore.metadata.create_all(connection)
        return frozenset(connection.execute(select(keystore.erasures.c.owner_id)).scalars())


def _add_master_key(file: Path, master_key_file: Path) -> None:
    master = masterkey.read(master_key_file)
    with opened(f"sqlite:///{file}") as connection:
        connection.exec_driver_sql("CREATE TABLE master (key BLOB NOT NULL)")
        connection.exec_driver_sql("INSERT INTO master VALUES (?)", (bytes(master),))


def _unpack(copies: Copies, passphrase: str, place: Path) -> None:
    """Decrypt both files into a folder, the master key into a file of its own."""
    decrypt_file(copies.rows, place / "rows.db", passphrase)
    migrate(f"sqlite:///{place / 'rows.db'}")  # the copy may be of an older version
    decrypt_file(copies.keys, place / "keys.db", passphrase)
    with opened(f"sqlite:///{place / 'keys.db'}") as connection:
        master = connection.exec_driver_sql("SELECT key FROM master").scalar_one()
        connection.exec_driver_sql("DROP TABLE master")
    masterkey.write(place / "master.key", Key(master))


def _owners_without_key(place: Path) -> int:
    with opened(f"sqlite:///{place / 'keys.db'}") as connection:
        known = set(connection.execute(select(keystore.keys.c.owner_id)).scalars())
    with opened(f"sqlite:///{place / 'rows.db'}") as connection:
        owners = {
            owner
            for table in (tables.contacts, tables.conversations, tables.tickets)
            for owner in connection.execute(select(table.c.id)).scalars()
        }
    return len(owners - known)


def _erase_again(keys_url: str, erased: Iterable[str]) -> None:
    with opened(keys_url) as connection:
        ledger = set(connection.execute(select(keystore.erasures.c.owner_id)).scalars())
        for owner_id in sorted(ledger | set(erased)):
            keystore.erase(connection, owner_id)
