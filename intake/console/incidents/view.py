"""What the page of a ticket says of incidents: where it is joined, and what may be its twin."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from intake.console.present import DONE_STATES, commune_name
from intake.console.render import words_for
from intake.console.safeguarding.hidden import hidden_tickets
from intake.console.strings import Words
from intake.incidents import Traces, twins
from intake.likeness import Likeness
from intake.service import SERVICE, Service
from storage.incidents import incidents
from storage.rows import TicketRow
from storage.tickets import TicketDetail

TRACES: web.AppKey[Traces] = web.AppKey("incident_traces")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinLine:
    """A ticket that may tell of the same incident, and why."""

    number: str
    why: str = field(repr=False)


async def incident_values(request: web.Request, detail: TicketDetail) -> dict[str, Any]:
    """Return the values of `_incident.html`."""
    service, ticket = request.app[SERVICE], detail.ticket
    incident_id = await incidents.incident_with(service.store, ticket.id)
    found = [] if ticket.state in DONE_STATES else await _twin_lines(request, service, ticket)
    return {"incident_id": incident_id, "twins": found}


async def _twin_lines(request: web.Request, service: Service, ticket: TicketRow) -> list[TwinLine]:
    traces, words = request.app[TRACES], words_for(request)
    hidden = await hidden_tickets(request)
    lines = []
    for each in await twins(service, traces, ticket):
        if each.ticket.id in hidden:
            continue
        shared = [one.value for one in each.likeness.reasons if one.code == "place_name"]
        said = await traces.spelled(service, ticket, shared[0]) if shared else ""
        why = reasons_in_words(each.likeness, service, words, place=said)
        lines.append(TwinLine(number=each.ticket.number, why=why))
    return lines


def reasons_in_words(found: Likeness, service: Service, words: Words, *, place: str) -> str:
    """Say why two tickets are alike: `cùng xã Vĩnh Tế, cách 4 phút, cùng “cầu số 3”`."""
    said = []
    for reason in found.reasons:
        value = reason.value
        match reason.code:
            case "commune":
                value = commune_name(value, service.places)
            case "kind" | "danger":
                value = words.named(reason.code, value)
            case "place_name":
                value = place
        if reason.weight:
            said.append(words(f"likeness.{reason.code}", n=value))
    return ", ".join(said)
