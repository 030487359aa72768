"""Further matters of a ticket (việc khác trong tin): added and removed, each with a reason."""

from aiohttp import web

from intake.console.forms import choice_of
from intake.console.outcome import with_reason
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.ticket_page import may_settle
from intake.permissions import Permission, needs
from intake.service import SERVICE
from nlu.labels import Intent
from storage.tickets import TicketDetail, forms

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
_KINDS = tuple(intent.value for intent in Intent)


@needs(Permission.WORK_TICKET)
async def add(request: web.Request) -> web.StreamResponse:
    """Say that the ticket is about something more."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    kind = Intent(await choice_of(request, "kind", _KINDS))

    async def act(detail: TicketDetail, reason: str) -> str:
        if not may_settle(request[SIGNED_IN], detail):
            return "not_holder"
        await forms.add_matter(
            service.store, detail.ticket.id, kind, reason=reason, user_id=user.id,
            now=service.clock(),
        )  # fmt: skip
        return "saved"

    return await with_reason(request, "matter", act)


@needs(Permission.WORK_TICKET)
async def remove(request: web.Request) -> web.StreamResponse:
    """Say that the ticket is not about this."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    kind = Intent(await choice_of(request, "kind", _KINDS))

    async def act(detail: TicketDetail, reason: str) -> str:
        if not may_settle(request[SIGNED_IN], detail):
            return "not_holder"
        await forms.remove_matter(
            service.store, detail.ticket.id, kind, reason=reason, user_id=user.id,
            now=service.clock(),
        )  # fmt: skip
        return "saved"

    return await with_reason(request, f"matter-{kind.value}", act)


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/matters", add),
    web.post(f"{_TICKET}/matters/remove", remove),
)
