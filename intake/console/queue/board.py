"""The queue as all open consoles share it: an event costs one query and one rendering, not fifty.

Whoever asks reads the id of the newest event first, of those that change a desk; what was read
since that event serves everybody who asks for the same. A few things change without an event (a
further message of a reporter), so nothing is kept for longer than a second. Cards are kept as text
by all that they show: a reader's own marks make another card.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web
from jinja2 import Template

from intake.console.local_time import short_time, until, waited
from intake.console.present import Card
from intake.console.strings import Words
from intake.console.tail import Tail
from intake.rota import WEEK
from intake.rota_watch import shifts_of
from intake.service import Service
from storage.accounts import access, users
from storage.accounts.access import Ask
from storage.alarm import alarm_tests
from storage.calls import drafts
from storage.learning import lowering
from storage.learning.lowering import Lowering
from storage.queue import strain, transfers
from storage.queue.transfers import Offer
from storage.queue.views import Asked, QueuePage, queue_page
from storage.rota.rows import Shift
from storage.rows import UserRow
from storage.safeguarding import kept_from

_SECONDS = 1.0
_LONGEST = timedelta(seconds=2)
_MOST_PAGES, _MOST_CARDS = 64, 4_000
_AGES_EVERY = 10
"""Seconds. The page counts ages on by itself; this bounds how wrong they are without scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The queue at one moment."""

    event_id: int
    page: QueuePage
    on_duty: tuple[UserRow, ...] = field(repr=False)
    resting: Mapping[str, datetime]
    """Who rests, and until when."""
    offers: tuple[Offer, ...]
    """Tickets that wait to be accepted by somebody."""
    lowerings: tuple[Lowering, ...]
    """Proposals to lower a critical ticket that wait for a second person."""
    staff: tuple[UserRow, ...] = field(repr=False)
    planned: tuple[Shift, ...]
    """The shifts of the week to come."""
    asks: tuple[Ask, ...]
    """What was opened to accounts and waits for a second person."""
    tests: Mapping[str, int]
    """The test of the alarm that rings in somebody's console."""
    calls_left: Mapping[str, int]
    """How many calls somebody has not finished writing down."""
    kept: Mapping[str, frozenset[str]] = field(repr=False)
    """The tickets that somebody is kept from."""


@dataclass(frozen=True, slots=True)
class _Kept:
    reading: asyncio.Task[Snapshot]
    event_id: int
    until: float
    read_at: datetime


class Board:
    """What one process keeps of the queue for its consoles."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, _Kept] = OrderedDict()
        self._cards: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self.tail = Tail()
        self.readings = 0
        """How often the database was asked for a page."""

    async def look_as(self, service: Service, asked: Asked, reader_id: str) -> Snapshot:
        """Return the queue as somebody may see it.

        From whom something is kept gets a reading without it, so that no count, no page and no
        link to a further one tells that it is there; all others share theirs and pay nothing.
        """
        shared = await self.look(service, asked)
        hidden = shared.kept.get(reader_id)
        return await self.look(service, replace(asked, hidden=hidden)) if hidden else shared

    async def look(self, service: Service, asked: Asked) -> Snapshot:
        """Return the queue as it is now, or as it was a moment ago and nothing happened since."""
        event_id = await self.tail.newest_change(service.store)
        now = service.clock()
        kept = self._kept.get(asked)
        if kept is None or not _serves(kept, event_id, now):
            reading = asyncio.create_task(self._read(service, asked, event_id, now))
            until = asyncio.get_running_loop().time() + _SECONDS
            kept = self._kept[asked] = _Kept(reading, event_id, until, now)
            self._kept.move_to_end(asked)
            if len(self._kept) > _MOST_PAGES:
                self._kept.popitem(last=False)
        return await asyncio.shield(kept.reading)

    def card(
        self, template: Template, card: Card, words: Words, now: datetime, *, is_here: bool
    ) -> str:
        """Return a card as HTML, rendered once for all who see the same."""
        key = (card, words.language, is_here, int(now.timestamp()) // _AGES_EVERY)
        if key not in self._cards:
            self._cards[key] = template.render(
                t=words,
                card=card,
                open_number=card.number if is_here else "",
                age=partial(waited, now=now, words=words),
                until=partial(until, now=now, words=words),
                short_time=partial(short_time, now=now),
            )
            while len(self._cards) > _MOST_CARDS:
                self._cards.popitem(last=False)
        return self._cards[key]

    async def _read(self, service: Service, asked: Asked, event_id: int, now: datetime) -> Snapshot:
        self.readings += 1
        store = service.store
        staff = await users.list_users(store)
        return Snapshot(
            event_id=event_id,
            page=await queue_page(store, asked, now=now),
            on_duty=tuple(each for each in staff if each.is_active and each.is_on_duty),
            resting=await strain.resting(store, now=now),
            offers=await transfers.offers(store),
            lowerings=await lowering.open_lowerings(store),
            staff=staff,
            planned=await shifts_of(service, staff, now, now + WEEK),
            asks=await access.open_asks(store),
            tests=await alarm_tests.ringing_in_consoles(store, now=now),
            calls_left=await drafts.count_left(store),
            kept=await kept_from.kept_of_everybody(store),
        )


def _serves(kept: _Kept, event_id: int, now: datetime) -> bool:
    """Whether nothing has happened since, and not much time has passed by either clock."""
    if kept.reading.done() and (kept.reading.cancelled() or kept.reading.exception()):
        return False
    is_young = asyncio.get_running_loop().time() < kept.until and now - kept.read_at < _LONGEST
    return kept.event_id == event_id and is_young


BOARD: web.AppKey[Board] = web.AppKey("console_board")
