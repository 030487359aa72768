"""How a reporter may be written to now (có nên gửi ngay không), and what a turn does to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LATE_AFTER: Final = timedelta(minutes=2)
"""So long after the reporter's last message the phone may be in other hands (design §7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a conversation stands with what is written to it."""

    held: int = 0
    """How many texts wait for TIẾP."""
    is_hushed: bool = False
    """THOÁT was said, or the phone changed hands: nothing goes out by itself."""
    knocked_at: datetime | None = None
    last_reporter_at: datetime | None = None

    @property
    def is_knocked(self) -> bool:
        """Whether the reporter was told that something waits, and has not written since."""
        if self.knocked_at is None or self.last_reporter_at is None:
            return self.knocked_at is not None
        return self.knocked_at >= self.last_reporter_at

    @property
    def late_at(self) -> datetime | None:
        """From when on the words of a message must not stand on a lock screen."""
        return self.last_reporter_at + LATE_AFTER if self.last_reporter_at else None

    def bars(self, now: datetime, *, is_pulled: bool) -> bool:
        """Whether nothing may go out by itself now; a page that fetches shows no notification."""
        is_late = self.late_at is None or now > self.late_at
        return self.is_hushed or (is_late and not is_pulled)

    def holds(self, now: datetime, *, is_pulled: bool) -> bool:
        """Whether what a person writes now waits for TIẾP.

        What waits already keeps its place before what comes later.
        """
        return self.held > 0 or self.bars(now, is_pulled=is_pulled)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnHold:
    """What a turn means for the texts that wait."""

    is_hushed: bool = False
    """After this turn nothing goes out by itself; what has not gone out yet waits too."""
    gives: bool = False
    """TIẾP: what waits goes out now, in its order."""
    tells: bool = False
    """The reporter was told that something waits: that counts as a knock."""
    is_pulled: bool = False
    """The reporter's page fetches its texts (web chat)."""
