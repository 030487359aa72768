"""The print view of a ticket (bản in): Mẫu số 01 on one page, masked as the page is. An event."""

from typing import Any

from aiohttp import web

from intake.console.outcome import ticket_in
from intake.console.present import commune_name
from intake.console.render import page, words_for
from intake.console.safeguarding.masking import masked_values
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.form_view import FieldShown, case_form_of, form_shown
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage.tickets import forms


@needs(Permission.READ_TICKET)
async def print_view(request: web.Request) -> web.StreamResponse:
    """Show Mẫu số 01 as a page for the printer; who opened it is an event."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    detail = await ticket_in(request)
    case = await case_form_of(service, detail.ticket)
    kinds = (detail.ticket.kind.value, *forms.also_of(detail.ticket, case.written))
    words = words_for(request)
    masks: dict[str, Any] = masked_values(request, detail)
    await forms.note_printed(
        service.store,
        detail.ticket.id,
        is_revealed=masks["revealed_until"] is not None,
        user_id=user.id,
        now=service.clock(),
    )
    fields: dict[str, FieldShown] = {
        each.name: each for _, group in form_shown(request, detail, case).groups for each in group
    }
    return page(
        request,
        "print.html",
        ticket=detail.ticket,
        is_drill=detail.is_drill,
        holder=detail.holder_name or "",
        commune=commune_name(detail.ticket.commune_code, service.places),
        kinds=[words.named("kind", kind) for kind in kinds],
        fields=fields,
        **masks,
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(r"/console/tickets/{number:PT-\d{4}-\d{6}}/print", print_view),
)
