"""The one place that reads the clock; everything else takes the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    """Return the time now, UTC and aware."""
    return datetime.now(UTC)  # noqa: TID251 - the one reader
