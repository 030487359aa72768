"""`langnghe backup | restore`: encrypted copies of rows and keys (sao lưu, phục hồi)."""

import asyncio
import getpass
import os
import sys
from dataclasses import replace
from pathlib import Path

from intake.accounts import COMMAND_LINE
from intake.clock import utc_now
from intake.errors import SettingsError
from intake.settings import DataSettings, read_settings
from storage import events
from storage.copies import backup
from storage.copies.backup import Checked
from storage.store import open_store

_SETTING = "LANGNGHE_BACKUP_PASSPHRASE"
_APART = """Keep the two files in two places, and keys-* for no longer than {days} days:
who was erased is readable in old copies as long as an old keys-* exists.
"""


def back_up(folder: str) -> int:
    """Write a copy while the service runs, and prove it."""
    data, passphrase = read_settings(os.environ).data, _passphrase()

    async def work() -> Checked:
        copies = await backup.back_up(
            database_url=data.database_url,
            keys_url=data.keys_url,
            master_key_file=data.master_key_file,
            folder=Path(folder),
            passphrase=passphrase,
            now=utc_now(),
        )
        sys.stdout.write(f"{copies.rows}\n{copies.keys}\n")
        await _note_backup(data)
        return await backup.check(copies, passphrase)

    code = _tell(asyncio.run(work()))
    sys.stdout.write(_APART.format(days=backup.KEYS_KEPT_DAYS))
    return code


async def _note_backup(data: DataSettings) -> None:
    """A copy of everything has left the house's walls: that is for the audit to know."""
    async with open_store(
        database_url=data.database_url,
        keys_url=data.keys_url,
        master_key_file=data.master_key_file,
    ) as store:
        await events.tell(
            store, kind="backup_made", now=utc_now(), actor_id=COMMAND_LINE, detail={}
        )


def check_copy(folder: str) -> int:
    """Prove the newest copy in a folder; changes nothing."""
    copies = backup.newest(Path(folder))
    sys.stdout.write(f"{copies.rows}\n{copies.keys}\n")
    return _tell(asyncio.run(backup.check(copies, _passphrase())))


def restore(folder: str, into: str | None) -> int:
    """Bring the newest copy back: into an empty data folder, or where the settings point."""
    copies = backup.newest(Path(folder))
    old = read_settings(os.environ).data
    place = _embedded(old, Path(into)) if into else old
    erased = backup.erased_owners(old.keys_url) if into and _has_keys(old) else frozenset()
    checked = asyncio.run(
        backup.restore(
            copies,
            _passphrase(),
            database_url=place.database_url,
            keys_url=place.keys_url,
            master_key_file=place.master_key_file,
            erased=erased,
        )
    )
    return _tell(checked)


def _embedded(old: DataSettings, folder: Path) -> DataSettings:
    folder = folder.absolute()
    return replace(
        old,
        folder=folder,
        database_url=f"sqlite:///{folder / 'langnghe.db'}",
        keys_url=f"sqlite:///{folder / 'keys' / 'keys.db'}",
        master_key_file=folder / "keys" / "master.key",
    )


def _has_keys(data: DataSettings) -> bool:
    """Whether the key store that is replaced is still there: its ledger of erasures counts."""
    is_embedded = data.keys_url.startswith("sqlite:///")
    return not is_embedded or Path(data.keys_url.removeprefix("sqlite:///")).exists()


def _passphrase() -> str:
    words = os.environ.get(_SETTING, "")
    if words:
        return words
    if not sys.stdin.isatty():
        raise SettingsError(f"{_SETTING} is not set")
    return getpass.getpass("Passphrase of the copy: ")


def _tell(checked: Checked) -> int:
    counts = ", ".join(f"{name} {count}" for name, count in checked.counts.items() if count)
    chain = "whole" if checked.is_chain_whole else "BROKEN"
    sys.stdout.write(
        f"rows: {counts}\n"
        f"keys: {checked.keys}, owners whose key was erased: {checked.owners_without_key}\n"
        f"events: chain {chain} up to {checked.last_event_id} ({checked.last_event_mac[:16]}…)\n"
    )
    return 0 if checked.is_chain_whole else 1
