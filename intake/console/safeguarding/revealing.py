"""Reveal the identifiers of a ticket to oneself (hiện thông tin cá nhân), with a reason."""

from aiohttp import web

from intake.console.outcome import with_reason
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.safeguarding import masks
from storage.tickets import TicketDetail


@needs(Permission.READ_TICKET)
async def reveal(request: web.Request) -> web.StreamResponse:
    """Show identifiers to this reader for fifteen minutes, with a reason."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(detail: TicketDetail, reason: str) -> str:
        await masks.reveal(
            service.store, detail.ticket.id, reason=reason, user_id=user.id, now=service.clock()
        )
        return "revealed"

    return await with_reason(request, "reveal", act)


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(r"/console/tickets/{number:PT-\d{4}-\d{6}}/reveal", reveal),
)
