"""Identifiers on the page of a ticket (che thông tin cá nhân): masked until revealed with a reason.

Revealing is an event. It holds for the person who did it, on that ticket, for fifteen minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from intake.console.sessions import SIGNED_IN
from intake.safeguarding import numbers_in
from intake.service import SERVICE
from storage.safeguarding import masks
from storage.tickets import TicketDetail

REVEALED_FOR: Final = timedelta(minutes=15)
_SHOWN_DIGITS = 4
_DOTS = "•••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """What a reader of a ticket sees of identifiers."""

    until: datetime | None
    """Revealed until then; None: masked."""

    def text(self, words: str) -> str:
        """Return words, the telephone numbers in them masked: `0900•••xxx`."""
        return words if self.until else mask_numbers(words)

    def name(self, words: str) -> str:
        """Return a name or an account, masked but for its first letter."""
        if self.until or not words.strip():
            return words
        return words.strip()[0] + _DOTS


def mask_of(detail: TicketDetail, user_id: str, now: datetime) -> Mask:
    """Return what this reader may see now."""
    revealed = [
        event.at
        for event in detail.events
        if event.kind == masks.REVEALED and event.actor_id == user_id
    ]
    until = max(revealed) + REVEALED_FOR if revealed else None
    return Mask(until=until if until and until > now else None)


def mask_numbers(words: str) -> str:
    """Mask every telephone number of a person in a text; official numbers stay."""
    for number in numbers_in(words):
        digits = [letter for letter in number if letter.isdigit()]
        words = words.replace(number, "".join(digits[:_SHOWN_DIGITS]) + _DOTS + "xxx")
    return words


HIDDEN = Mask(until=None)
"""What pages without a reveal of their own show."""


def masked_values(request: web.Request, detail: TicketDetail) -> dict[str, object]:
    """Return what the templates mask with, and until when nothing is masked."""
    user, now = request[SIGNED_IN].user, request.app[SERVICE].clock()
    mask = mask_of(detail, user.id, now)
    text: Callable[[str], str] = mask.text
    return {"m": text, "m_name": mask.name, "revealed_until": mask.until}
