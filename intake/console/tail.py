"""The newest events, read once for all open consoles of a process: fifty streams cost two readings.

Whoever asks is served by a reading that began after they asked, so nothing is missed: one reading
may be under way already, all who come meanwhile share the next.
"""

import asyncio
from collections import deque
from collections.abc import Mapping

from storage import events
from storage.rows import EventRow
from storage.safeguarding import kept_from
from storage.store import Store

UNSEEN = frozenset(
    {
        "ticket_read",
        "user_signed_in",
        "user_signed_out",
        "sign_in_failed",
        "password_changed",
        "password_accepted",
        "sign_in_refused",
        "second_factor_failed",
        "second_factor_set",
        "recovery_code_used",
        "recovery_codes_made",
        "sessions_ended",
        "audit_read",
        "audit_verified",
        "notes_searched",
        "handover_read",
    }
)
"""Kinds that change nothing on a desk: only the id moves on."""
_BATCH = 200
_KEPT = 2_000


class Tail:
    """What one process keeps of the end of the events."""

    def __init__(self) -> None:
        self._kept: deque[EventRow] = deque()
        self._floor: int | None = None
        """Everything after this id is kept."""
        self._last = 0
        self._changed = 0
        self._kept_from: Mapping[str, frozenset[str]] = {}
        self._asked = 0
        self._served = 0
        self._reading = asyncio.Lock()
        self.readings = 0
        """How often the database was asked."""

    async def newest(self, store: Store) -> int:
        """Return the id of the newest event."""
        await self._read_on(store)
        return self._last

    async def newest_change(self, store: Store) -> int:
        """Return the id of the newest event that changes anything on a desk."""
        await self._read_on(store)
        return self._changed

    def hidden_from(self, user_id: str) -> frozenset[str]:
        """Return the tickets that somebody is kept from, read after the newest event was."""
        return self._kept_from.get(user_id, frozenset())

    async def after(self, store: Store, event_id: int) -> tuple[EventRow, ...]:
        """Return the next events after an id, oldest first; some of them where there are many."""
        await self._read_on(store)
        if self._floor is None or event_id < self._floor:
            found = await events.events_after(store, event_id, limit=_BATCH)
            return tuple(event for event in found if event.id <= self._last)
        return tuple(event for event in self._kept if event.id > event_id)[:_BATCH]

    async def _read_on(self, store: Store) -> None:
        self._asked += 1
        mine = self._asked
        async with self._reading:
            if self._served >= mine:
                return
            serves = self._asked
            await self._read(store)
            self._served = serves

    async def _read(self, store: Store) -> None:
        self.readings += 1
        if self._floor is None:
            self._floor = self._last = self._changed = await events.last_event_id(store)
            self._kept_from = await kept_from.kept_of_everybody(store)
            return
        before = self._last
        while found := await events.events_after(store, self._last, limit=_BATCH):
            self._keep(found)
            if len(found) < _BATCH:
                break
        if self._last > before:  # nobody is kept from a ticket without an event
            self._kept_from = await kept_from.kept_of_everybody(store)

    def _keep(self, found: tuple[EventRow, ...]) -> None:
        self._kept.extend(found)
        self._last = found[-1].id
        self._changed = max(
            (event.id for event in found if event.kind not in UNSEEN), default=self._changed
        )
        while len(self._kept) > _KEPT:
            self._floor = self._kept.popleft().id
