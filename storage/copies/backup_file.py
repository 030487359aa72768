"""An encrypted file (tệp mã hoá): scrypt from a passphrase, AES-256-GCM in chunks.

A header (magic, salt, nonce prefix), then chunks of at most 64 KiB with their tags. Each chunk's
nonce is its number and its associated data says whether it is the last, so a cut, swapped or
repeated chunk does not open.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storage.errors import StorageError

_MAGIC = b"LANGNGHE-COPY-1\n"
_SALT, _PREFIX, _TAG = 16, 8, 16
_CHUNK = 64 * 1024
_LOG2_N, _R, _P = 16, 8, 1
SHORTEST_PASSPHRASE = 12


class BackupError(StorageError):
    """A copy cannot be written or read."""


def encrypt_file(plain: Path, sealed: Path, passphrase: str) -> None:
    """Write `sealed` completely or not at all; only its owner can read it."""
    salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
    header = _MAGIC + salt + prefix
    cipher = _cipher(passphrase, salt)
    draft = sealed.with_name(f".{sealed.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out, plain.open("rb") as source:
        out.write(header)
        for number, (chunk, is_last) in enumerate(_chunks(source, _CHUNK)):
            out.write(cipher.encrypt(_nonce(prefix, number), chunk, _about(header, is_last)))
        out.flush()
        os.fsync(out.fileno())
    draft.rename(sealed)


def decrypt_file(sealed: Path, plain: Path, passphrase: str) -> None:
    """Write what was encrypted; raises `BackupError` for another passphrase or a changed file."""
    size = len(_MAGIC) + _SALT + _PREFIX
    descriptor = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out, sealed.open("rb") as source:
        header = source.read(size)
        if len(header) < size or not header.startswith(_MAGIC):
            raise BackupError(f"{sealed.name} is not a copy made by this program")
        salt, prefix = header[len(_MAGIC) : -_PREFIX], header[-_PREFIX:]
        cipher = _cipher(passphrase, salt)
        for number, (chunk, is_last) in enumerate(_chunks(source, _CHUNK + _TAG)):
            try:
                nonce, about = _nonce(prefix, number), _about(header, is_last)
                out.write(cipher.decrypt(nonce, chunk, about))
            except InvalidTag:
                raise BackupError(
                    f"{sealed.name} does not open: another passphrase, or the file was changed"
                ) from None


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"the passphrase needs at least {SHORTEST_PASSPHRASE} characters")
    derive = Scrypt(salt=salt, length=32, n=2**_LOG2_N, r=_R, p=_P)
    return AESGCM(derive.derive(passphrase.encode()))


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the chunks and whether each is the last; an empty file has one empty chunk."""
    chunk = source.read(size)
    while True:
        following = source.read(size)
        yield chunk, not following
        if not following:
            return
        chunk = following


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + struct.pack(">I", number)


def _about(header: bytes, is_last: bool) -> bytes:
    return header + (b"last" if is_last else b"more")
