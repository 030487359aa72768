"""Seal and open what people wrote (niêm phong): AES-256-GCM, bound to the place it belongs to.

A blob is: version byte, 12 bytes of nonce, ciphertext with its tag. The context (which row, which
column) is associated data, so a blob moved to another row does not open.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import StorageError

Key = NewType("Key", bytes)
"""32 bytes that never leave the process, are never logged and never printed."""

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_SMALLEST = len(_VERSION) + _NONCE_BYTES + 16


class SealBroken(StorageError):
    """A sealed value does not open: another key, another place, or it was changed."""


def new_key() -> Key:
    """Return a random key."""
    return Key(os.urandom(KEY_BYTES))


def seal(key: Key, plain: bytes, context: str) -> bytes:
    """Seal bytes for one place; the same bytes twice give different blobs."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def open_sealed(key: Key, blob: bytes, context: str) -> bytes:
    """Return what was sealed for this place; raises `SealBroken`."""
    if len(blob) < _SMALLEST or blob[:1] != _VERSION:
        raise SealBroken
    nonce, body = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except InvalidTag:
        raise SealBroken from None


def seal_json(key: Key, value: Mapping[str, Any], context: str) -> bytes:
    """Seal a JSON object."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal(key, plain, context)


def open_json(key: Key, blob: bytes, context: str) -> dict[str, Any]:
    """Return the JSON object that was sealed for this place; raises `SealBroken`."""
    value: dict[str, Any] = json.loads(open_sealed(key, blob, context))
    return value


def seal_text(key: Key, text: str, context: str) -> bytes:
    """Seal words."""
    return seal(key, text.encode(), context)


def open_text(key: Key, blob: bytes, context: str) -> str:
    """Return the words that were sealed for this place; raises `SealBroken`."""
    return open_sealed(key, blob, context).decode()
