"""A call on the page of its ticket: the form, the draft that is still written, linked tickets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.calls.form import FORM_01
from intake.console.call_page import named_value
from intake.console.strings import Words
from intake.service import Service
from storage import call_drafts, ticket_links
from storage.rows import TicketRow
from storage.spoken import is_spoken

_IDENTIFIERS = ("child_name", "father", "mother", "caller_name", "caller_address")
"""Fields that name a person: masked until revealed; numbers are masked wherever they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShown:
    """What was taken down (phiếu nghe máy)."""

    form: list[tuple[str, str, bool]] = field(repr=False)
    """Mẫu số 01 in its order: name, value and whether it names a person; nothing is empty."""
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
    found = await call_drafts.draft(service.store, ticket.id)
    draft = found if found and not found.outcome else None
    form = draft.fields if draft else ticket.facts.get("form", {})
    return CallShown(
        form=[
            (words(f"call.{name}"), named_value(name, str(form[name]), words), name in _IDENTIFIERS)
            for name in FORM_01
            if form.get(name)
        ],
        may_call_back=form.get("callback") == "yes",
        writer=names.get(draft.user_id, words("role.operator")) if draft else "",
        draft=draft.fields.get("notes", "") if draft else "",
    )
