"""How much the web chat takes at once: fair rates an address, and room for messages under way.

Nothing is stored: addresses become hashes under a salt that dies with the process.
"""

import hashlib
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from intake.errors import Overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The figures. A whole school, or a mobile network, may sit behind one address."""

    sessions_per_second: float = 5
    sessions_burst: float = 400
    addresses: int = 20_000
    """How many addresses are remembered; the one not seen for longest is forgotten."""
    messages_under_way: int = 300
    streams: int = 2_000
    turn_seconds: float = 3
    heartbeat_seconds: float = 15
    stream_seconds: float = 300
    """A stream ends after this time and the page comes back: its cookie is renewed."""
    body_seconds: float = 20


class AddressBuckets:
    """A token bucket an address (hạn mức theo địa chỉ)."""

    def __init__(self, *, per_second: float, burst: float, size: int) -> None:
        self._per_second, self._burst, self._size = per_second, burst, size
        self._salt = secrets.token_bytes(16)
        self._buckets: OrderedDict[bytes, tuple[float, datetime]] = OrderedDict()

    def take(self, address: str, now: datetime) -> bool:
        """Take one token; False when the bucket is empty."""
        key = hashlib.blake2b(_network(address), key=self._salt, digest_size=16).digest()
        tokens, filled_at = self._buckets.pop(key, (self._burst, now))
        elapsed = max(0.0, (now - filled_at).total_seconds())
        tokens = min(self._burst, tokens + elapsed * self._per_second)
        is_allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if is_allowed else tokens, now)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        return is_allowed


class Doorway:
    """Counts who is inside; refuses one more when full, except in an emergency."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._inside = 0

    @property
    def is_full(self) -> bool:
        """Whether the next one would be refused."""
        return self._inside >= self._room

    @contextmanager
    def enter(self, *, is_emergency: bool) -> Iterator[None]:
        """Be inside while the block runs; raises `Overloaded`."""
        if self.is_full and not is_emergency:
            raise Overloaded
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1


def _network(address: str) -> bytes:
    """Return what stands for one household: an IPv4 address, or the first half of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b"unknown"
    return parsed.packed if parsed.version == 4 else parsed.packed[:8]
