"""How often people are called while the database is away: each call is the same (còi báo)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_PAUSE = timedelta(minutes=1)


@dataclass(slots=True)
class Siren:
    """Remembers the last call of this process."""

    rung_at: datetime | None = None

    def may_ring(self, now: datetime) -> bool:
        """Whether a minute has passed; then this is the call that counts."""
        if self.rung_at is not None and now - self.rung_at < _PAUSE:
            return False
        self.rung_at = now
        return True
