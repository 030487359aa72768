"""Keep somebody from a ticket, or open it to them again (không cho xem phiếu). One POST each."""

from aiohttp import web

from intake.console.forms import text_of
from intake.console.outcome import with_reason
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.errors import Changed, NotFound, OwnWords
from storage.safeguarding import kept_from
from storage.tickets import TicketDetail


@needs(Permission.SAFEGUARD)
async def keep(request: web.Request) -> web.StreamResponse:
    """Keep a member of staff away at once; what they hold goes back to the queue."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    who = await text_of(request, "user")

    async def act(detail: TicketDetail, reason: str) -> str:
        ticket, now = detail.ticket, service.clock()
        if who == user.id:
            return "kept_own"
        try:
            is_new = await kept_from.keep(
                service.store, ticket.id, from_user=who, reason=reason, user_id=user.id, now=now
            )
        except NotFound as error:
            raise web.HTTPBadRequest from error
        return "kept_set" if is_new else "kept_already"

    return await with_reason(request, "keep", act)


@needs(Permission.SAFEGUARD)
async def lift(request: web.Request) -> web.StreamResponse:
    """Ask to open the ticket to somebody again, or agree to it as the second person."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    who = request.match_info["user_id"]

    async def act(detail: TicketDetail, reason: str) -> str:
        try:
            is_lifted = await kept_from.lift(
                service.store,
                detail.ticket.id,
                from_user=who,
                reason=reason,
                user_id=user.id,
                now=service.clock(),
            )
        except (OwnWords, Changed):
            return "kept_own"
        except NotFound:
            return "changed"
        return "kept_lifted" if is_lifted else "lift_asked"

    return await with_reason(request, f"lift-{who}", act)


_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/keep", keep),
    web.post(_TICKET + r"/kept/{user_id:[0-9a-f]{32}}/lift", lift),
)
