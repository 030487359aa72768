"""The master key file (khoá chủ): 32 random bytes that every other key hangs on.

It is made on the first start, is readable by its owner alone, and is backed up apart from the rows.
Without it nothing sealed can be read again, by anybody.
"""

import base64
import binascii
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from storage.errors import StorageError
from storage.keys.sealing import KEY_BYTES, Key, new_key

_HEAD = "langnghe-master-key-1:"


class MasterKeyError(StorageError):
    """The master key file cannot be used."""


def read_or_make(file: Path) -> Key:
    """Return the master key, made on the first start; raises `MasterKeyError` with a sentence."""
    if not file.exists():
        write(file, new_key())
    return read(file)


def read(file: Path) -> Key:
    """Return the master key of a file that only its owner can read; raises `MasterKeyError`."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text("ascii").strip()
    except FileNotFoundError:
        raise MasterKeyError(f"{file} is missing: put the master key file back") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MasterKeyError(f"{file} cannot be read ({type(error).__name__})") from None
    if mode & 0o077:
        raise MasterKeyError(
            f"others than its owner can read {file} (mode {mode:04o}): run `chmod 600 {file}`"
        )
    return _parse(file, text)


def derive(master: Key, purpose: str) -> Key:
    """Return a key for one purpose; knowing it tells nothing about the others."""
    expand = HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=f"langnghe/1/{purpose}".encode())
    return Key(expand.derive(master))


def _parse(file: Path, text: str) -> Key:
    malformed = MasterKeyError(f"{file} is not a master key file: put the right one back")
    if not text.startswith(_HEAD):
        raise malformed
    try:
        key = base64.b64decode(text.removeprefix(_HEAD), validate=True)
    except binascii.Error:
        raise malformed from None
    if len(key) != KEY_BYTES:
        raise malformed
    return Key(key)


def write(file: Path, key: Key) -> None:
    """Write a key completely or not at all; a file that is there already stays as it is."""
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{file.name}.{secrets.token_hex(8)}"
    text = _HEAD + base64.b64encode(key).decode() + "\n"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):  # of two processes at once, one wins for both
            os.link(draft, file)
    finally:
        draft.unlink()
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
