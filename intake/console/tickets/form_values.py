"""What the facts of a ticket show besides the talk: Mẫu số 01, further matters, other tickets."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from intake.console.sessions import SIGNED_IN
from intake.console.tickets.form_view import case_form_of, form_shown
from intake.service import SERVICE
from nlu.labels import Intent
from storage.codes import earlier
from storage.tickets import TicketDetail, forms


async def form_values(
    request: web.Request, detail: TicketDetail, *, may_write: bool
) -> Mapping[str, Any]:
    """Return the values of `_form01.html`, `_matters.html` and `_earlier.html`."""
    service, ticket = request.app[SERVICE], detail.ticket
    case = await case_form_of(service, ticket)
    also = forms.also_of(ticket, case.written)
    return {
        "form01": form_shown(request, detail, case),
        "form01_is_open": case.draft is None,
        "may_write_form": may_write,
        "matters": also,
        "matter_kinds": [
            each.value
            for each in Intent
            if each.is_report and each is not ticket.kind and each.value not in also
        ],
        "earlier": await earlier.tickets_of_contact(
            service.store, ticket.id, reader_id=request[SIGNED_IN].user.id
        ),
    }
