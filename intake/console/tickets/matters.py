"""Further matters of a ticket (việc khác trong tin): added and removed, each with a reason."""

from collections.abc import Awaitable, Callable

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
    kind = await _kind(request)
    return await _settle(request, "matter", kind, forms.add_matter)


@needs(Permission.WORK_TICKET)
async def remove(request: web.Request) -> web.StreamResponse:
    """Say that the ticket is not about this."""
    kind = await _kind(request)
    return await _settle(request, f"matter-{kind.value}", kind, forms.remove_matter)


async def _kind(request: web.Request) -> Intent:
    return Intent(await choice_of(request, "kind", _KINDS))


async def _settle(
    request: web.Request, form: str, kind: Intent, change: Callable[..., Awaitable[object]]
) -> web.StreamResponse:
    """Carry the change out with its reason; `form` is where a mistake in it is shown."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user

    async def act(detail: TicketDetail, reason: str) -> str:
        if not may_settle(request[SIGNED_IN], detail):
            return "not_holder"
        await change(
            service.store, detail.ticket.id, kind, reason=reason, user_id=user.id,
            now=service.clock(),
        )  # fmt: skip
        return "saved"

    return await with_reason(request, form, act)


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{_TICKET}/matters", add),
    web.post(f"{_TICKET}/matters/remove", remove),
)
