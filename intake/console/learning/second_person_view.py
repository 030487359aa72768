"""A proposal to lower a critical ticket (hạ mức) as the ticket's page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from intake.console.render import may
from intake.console.sessions import SIGNED_IN, SignedIn
from intake.permissions import Permission
from intake.service import SERVICE
from nlu.labels import Urgency
from storage.learning import lowering
from storage.learning.lowering import Lowering
from storage.tickets import TicketDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A proposal as the ticket's page shows it."""

    id: int
    to: Urgency
    name: str = field(repr=False)
    reason: str = field(repr=False)
    is_mine: bool
    can_answer: bool
    seen: int
    """The last event that the page shows."""


async def second_person_values(
    request: web.Request, detail: TicketDetail, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the value of `_second_person.html`."""
    if detail.ticket.urgency is not Urgency.CRITICAL:
        return {"lowering": None}
    store, signed_in = request.app[SERVICE].store, request[SIGNED_IN]
    found = await lowering.lowering_of(store, detail.ticket.id)
    return {"lowering": _asked(found, detail, signed_in, names) if found else None}


def _asked(
    found: Lowering, detail: TicketDetail, signed_in: SignedIn, names: Mapping[str, str]
) -> Asked:
    is_mine = found.proposed_by == signed_in.user.id
    return Asked(
        id=found.id,
        to=found.urgency,
        name=names.get(found.proposed_by, ""),
        reason=found.reason,
        is_mine=is_mine,
        can_answer=may(signed_in, Permission.WORK_TICKET),
        seen=max((event.id for event in detail.events), default=0),
    )
