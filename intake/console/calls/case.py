"""A call on the page of its ticket: the draft that is still written, linked tickets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.console.strings import Words
from intake.console.tickets.form_view import case_form_of
from intake.service import Service
from storage.calls.spoken import is_spoken
from storage.incidents import ticket_links
from storage.rows import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShown:
    """What was taken down (phiếu nghe máy)."""

    may_call_back: bool
    """Somebody asked whether it is safe, and it is."""
    writer: str = field(repr=False)
    """Who is still writing; empty: the call is finished."""
    draft: str = field(repr=False)
    """The notes as they stand meanwhile."""


async def call_values(
    service: Service,
    ticket: TicketRow,
    *,
    hidden: frozenset[str],
    names: Mapping[str, str],
    words: Words,
) -> Mapping[str, Any]:
    """Return the values of `_call.html`; `call` is None where people can be written to."""
    return {
        "call": await _call(service, ticket, names, words) if is_spoken(ticket.channel) else None,
        "links": await ticket_links.links_of(service.store, ticket.id, hidden=hidden),
    }


async def _call(
    service: Service, ticket: TicketRow, names: Mapping[str, str], words: Words
) -> CallShown:
    case = await case_form_of(service, ticket)
    draft = case.draft
    return CallShown(
        may_call_back=case.fields.get("callback") == "yes",
        writer=names.get(draft.user_id, words("role.operator")) if draft else "",
        draft=draft.fields.get("notes", "") if draft else "",
    )
