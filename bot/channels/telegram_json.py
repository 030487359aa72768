"""Readers for JSON of which nothing is certain: each gives the value or says there is none."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.channels.contract import ChannelError

Json = Mapping[str, object]
_LARGEST_NUMBER = 2**63


def required_object(holder: Json, key: str) -> Json:
    """Return the object under `key`; raises `ChannelError` when there is none."""
    value = holder.get(key)
    if not isinstance(value, Mapping):
        raise ChannelError(f"{key} is not an object")
    return value


def some_object(value: object) -> Json:
    """Return an object, empty when the value is something else."""
    return value if isinstance(value, Mapping) else {}


def words(value: object) -> str:
    """Return a string that every database and socket can write: no lone surrogates."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """Return a whole number of at most 64 bits; true and false are none."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_NUMBER:
        return value
    return None


def quantity(value: object, limit: float) -> float | None:
    """Return a finite number between -limit and limit."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= limit else None


def time(seconds: object, received_at: datetime) -> datetime:
    """Return the vendor's time, or ours where it is missing or impossible: clocks start here."""
    since_1970 = number(seconds)
    if since_1970 is None or not 0 < since_1970 <= received_at.timestamp():
        return received_at
    return datetime.fromtimestamp(since_1970, UTC)
