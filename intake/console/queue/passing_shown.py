"""What the page of a ticket shows of passing it on: an open offer, and to whom it can be made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from intake.console.render import may, words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, Role
from intake.service import SERVICE
from storage.queue import transfers
from storage.queue.transfers import Offer
from storage.rows import UserRow
from storage.tickets import TicketDetail
from storage.tickets.rows import HELD_STATES

_ROLES = (Role.OPERATOR.value, Role.SUPERVISOR.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown:
    """An offer as the ticket's page shows it."""

    name: str = field(repr=False)
    """To whom, a person or a role in words."""
    holder: str = field(repr=False)
    note: str = field(repr=False)
    is_to_you: bool
    is_yours: bool


async def transfer_values(
    request: web.Request, detail: TicketDetail, staff: tuple[UserRow, ...]
) -> Mapping[str, Any]:
    """Return the values of `_transfer.html`."""
    service, ticket = request.app[SERVICE], detail.ticket
    found = await transfers.offer_of(service.store, ticket.id)
    return {
        "offer": _shown(request, detail, found, staff) if found else None,
        "can_offer": ticket.state in HELD_STATES and may_offer(request, detail),
        "transfer_options": options_for(request, detail, staff),
    }


def may_offer(request: web.Request, detail: TicketDetail) -> bool:
    """Whether this reader may pass the ticket on: its holder, or a supervisor."""
    signed_in = request[SIGNED_IN]
    if not may(signed_in, Permission.WORK_TICKET):
        return False
    is_holder = detail.ticket.holder_id == signed_in.user.id
    return is_holder or may(signed_in, Permission.CONFIRM_DISMISSAL)


def options_for(
    request: web.Request, detail: TicketDetail, staff: tuple[UserRow, ...]
) -> list[tuple[str, str]]:
    """Return to whom the ticket can be passed: those on duty first, then roles, then the others."""
    words = words_for(request)
    able = [
        each
        for each in staff
        if each.is_active and each.role in _ROLES and each.id != detail.ticket.holder_id
    ]
    roles = [(f"role:{role}", words("transfer.any", role=words(f"role.{role}"))) for role in _ROLES]
    on_duty = [each for each in able if each.is_on_duty]
    others = [each for each in able if not each.is_on_duty]
    return [
        *(
            (f"user:{each.id}", words("transfer.on_duty", name=each.display_name))
            for each in on_duty
        ),
        *roles,
        *((f"user:{each.id}", each.display_name) for each in others),
    ]


def _shown(
    request: web.Request, detail: TicketDetail, found: Offer, staff: tuple[UserRow, ...]
) -> OfferShown:
    names = {each.id: each.display_name for each in staff}
    words, user = words_for(request), request[SIGNED_IN].user
    notes = [event.note for event in detail.events if event.kind == "transfer_offered"]
    to_role = words("transfer.any", role=words.named("role", found.to_role or ""))
    return OfferShown(
        name=names.get(found.to_user_id or "", to_role),
        holder=names.get(found.offered_by, ""),
        note=notes[-1] if notes else "",
        is_to_you=found.is_to(user.id, user.role),
        is_yours=found.offered_by == user.id,
    )
