"""What the page of a ticket offers to correct by one key (sửa nhanh)."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from intake.console.sessions import SIGNED_IN
from intake.service import SERVICE
from nlu.labels import Urgency
from storage.learning import correcting
from storage.tickets import TicketDetail

NOT_SO_URGENT = {Urgency.HIGH: Urgency.NORMAL, Urgency.NORMAL: Urgency.LOW}
"""One step down by one key; a critical ticket asks a second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctable:
    """What can be said of this ticket by one key."""

    urgent: bool
    less: Urgency | None
    undo: int | None
    """The event that this reader may take back."""


def correct_values(request: web.Request, detail: TicketDetail) -> dict[str, Any]:
    """Return the values of `_correct.html`."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    mine = correcting.undoable(detail.events, user_id=user.id, now=service.clock())
    return {
        "correctable": Correctable(
            urgent=detail.ticket.urgency is not Urgency.CRITICAL,
            less=NOT_SO_URGENT.get(detail.ticket.urgency),
            undo=mine.id if mine else None,
        ),
        "place_options": service.places.communes,
    }
