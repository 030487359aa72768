"""The vault (kho khoá): a key for each person, conversation and ticket, wrapped by the master key.

Erasing a key erases what it sealed, in every table and in every backup of the rows.
"""

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from storage.database import Database
from storage.keys import keystore, masterkey
from storage.keys.keystore import Wrapped
from storage.keys.masterkey import MasterKeyError
from storage.keys.sealing import Key, SealBroken, new_key, open_sealed, seal

_CACHED = 10_000
_CACHE_SECONDS = 60.0
"""How long another process may still open what was erased."""
_PROBE_TEXT, _PROBE_CONTEXT = b"langnghe", "keystore:probe"


class KeyKind(StrEnum):
    """What a key belongs to."""

    CONTACT = "contact"
    CONVERSATION = "conversation"
    TICKET = "ticket"


class Vault:
    """Gives keys by the id of their owner. Holds the master key, so it is never printed."""

    def __init__(
        self, keys: Database, master: Key, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = keys
        self._wrapping = masterkey.derive(master, "wrap")
        self._lookup = masterkey.derive(master, "lookup")
        self._chain = masterkey.derive(master, "chain")
        self.staff_key = masterkey.derive(master, "staff")
        """Seals names and chats of staff."""
        self.spool_key = masterkey.derive(master, "spool")
        """Seals raw messages on disk."""
        self.signing_secret: bytes = masterkey.derive(master, "signing")
        """Signs web chat sessions and CSRF tokens."""
        self._monotonic = monotonic
        self._cache: OrderedDict[str, tuple[float, Key]] = OrderedDict()

    async def create(self, owners: Mapping[str, KeyKind]) -> Mapping[str, Key]:
        """Return the owners' keys, made where missing; durable before it returns."""
        found = {owner: key for owner in owners if (key := self._cached(owner)) is not None}
        fresh = {
            owner_id: Wrapped(kind=kind, wrapped=self._wrap(owner_id, new_key()))
            for owner_id, kind in owners.items()
            if owner_id not in found
        }
        if not fresh:
            return found
        stored = await self._keys.transaction(lambda connection: keystore.add(connection, fresh))
        return found | self._open_all(stored)

    async def keys(self, owner_ids: Iterable[str]) -> Mapping[str, Key]:
        """Return the owners' keys; erased and unknown owners are absent."""
        wanted = set(owner_ids)
        found = {owner: key for owner in wanted if (key := self._cached(owner)) is not None}
        missing = wanted - found.keys()
        if not missing:
            return found
        stored = await self._keys.read(lambda connection: keystore.find(connection, missing))
        return found | self._open_all(stored)

    async def forget(self, owner_id: str) -> None:
        """Erase an owner's key for good (xoá vĩnh viễn); durable before it returns."""
        await self._keys.transaction(lambda connection: keystore.erase(connection, owner_id))
        self._cache.pop(owner_id, None)

    async def erased(self, owner_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the owners whose key was erased, as the ledger knows it."""
        wanted = tuple(owner_ids)
        return await self._keys.read(lambda connection: keystore.erased(connection, wanted))

    def lookup(self, channel: str, account: str) -> bytes:
        """Return the keyed hash under which an account is found; says nothing without the key."""
        return hmac.digest(self._lookup, f"{channel}\x00{account}".encode(), hashlib.sha256)

    def mac(self, payload: bytes) -> bytes:
        """Return the keyed hash of a link of the event chain."""
        return hmac.digest(self._chain, payload, hashlib.sha256)

    def _wrap(self, owner_id: str, key: Key) -> bytes:
        return seal(self._wrapping, key, f"key:{owner_id}")

    def _open_all(self, stored: Mapping[str, Wrapped]) -> dict[str, Key]:
        opened = {
            owner_id: Key(open_sealed(self._wrapping, each.wrapped, f"key:{owner_id}"))
            for owner_id, each in stored.items()
        }
        until = self._monotonic() + _CACHE_SECONDS
        for owner_id, key in opened.items():
            self._cache.pop(owner_id, None)
            self._cache[owner_id] = (until, key)
        while len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return opened

    def _cached(self, owner_id: str) -> Key | None:
        until, key = self._cache.get(owner_id, (0.0, None))
        if key is None or until > self._monotonic():
            return key
        del self._cache[owner_id]
        return None


async def open_vault(keys: Database, master_key_file: Path) -> Vault:
    """Open the key store; makes its tables and the master key on the first start.

    Raises `MasterKeyError` when the file is missing, malformed, open to others, or not the one
    that the stored keys were wrapped with: nothing is written with a wrong key.
    """
    await keys.transaction(keystore.prepare)
    probe = await keys.read(keystore.read_probe)
    read = masterkey.read if probe else masterkey.read_or_make
    master = await asyncio.to_thread(read, master_key_file)
    wrapping = masterkey.derive(master, "wrap")
    if probe is None:
        sealed = seal(wrapping, _PROBE_TEXT, _PROBE_CONTEXT)
        probe = await keys.transaction(lambda connection: keystore.add_probe(connection, sealed))
    try:
        open_sealed(wrapping, probe, _PROBE_CONTEXT)
    except SealBroken:
        raise MasterKeyError(
            f"{master_key_file} is not the key that this key store was made with"
        ) from None
    return Vault(keys, master)
