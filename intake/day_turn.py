"""The turn of the day (sang ngày): the head of the event chain is kept and goes into the log.

Who has the log, or the line that somebody copied by hand, notices later that the end of the chain
was cut off (`langnghe audit verify --since`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.clock import LOCAL_ZONE
from intake.logs import log
from storage.accounts import audit
from storage.store import Store


@dataclass(slots=True)
class DayTurn:
    """Remembers which day it is; any process may, the first one keeps the head."""

    _today: date | None = None

    async def pass_by(self, store: Store, now: datetime) -> None:
        """Keep the head of yesterday, once, on the first call of a day."""
        today = now.astimezone(LOCAL_ZONE).date()
        if today == self._today:
            return
        yesterday = today - timedelta(days=1)
        head = await audit.keep_head(store, yesterday.isoformat(), now=now)
        self._today = today
        if head is not None:
            log.info("audit_head_kept", day=head.day, event_id=head.event_id, mac=head.mac)
