"""Incidents that several reporters told of (vụ việc chung): side by side, joined and parted.

The pages show no word of any talk; each number leads to its own ticket, which is a reading of it.
"""

from collections import Counter
from dataclasses import replace

from aiohttp import web

from intake.console.forms import said_in, see_other, text_of
from intake.console.incidents.view import TRACES
from intake.console.outcome import back_to, ticket_in
from intake.console.present import commune_name
from intake.console.render import page, words_for
from intake.console.safeguarding.hidden import hidden_tickets, is_hidden
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.service import SERVICE
from storage import tickets
from storage.errors import NotFound
from storage.incidents import incidents
from storage.incidents.incidents import Incident
from storage.tickets import IllegalMove

_TICKET = r"/console/tickets/{number:PT-\d{4}-\d{6}}"
_INCIDENT = r"/console/incidents/{incident:\d{1,18}}"
_NUMBER_LENGTH = 20


@needs(Permission.READ_QUEUE)
async def overview(request: web.Request) -> web.StreamResponse:
    """List the incidents, the newest first."""
    found = await incidents.open_incidents(
        request.app[SERVICE].store, hidden=await hidden_tickets(request)
    )
    return page(request, "incidents.html", incidents=found, said=said_in(request))


@needs(Permission.READ_QUEUE)
async def one(request: web.Request) -> web.StreamResponse:
    """Show the tickets of an incident side by side."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found = await _found(request)
    return page(
        request,
        "incident.html",
        incident=found,
        places={
            each.ticket.id: commune_name(each.ticket.commune_code, service.places)
            for each in found.rows
        },
        shared=await _shared(request, found),
        can_take=any(each.ticket.holder_id is None for each in found.rows),
        reader=user.id,
        said=said_in(request),
    )


@needs(Permission.WORK_TICKET)
async def take(request: web.Request) -> web.StreamResponse:
    """Hold every ticket of the incident that nobody holds; the others stay with their holders."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    found = await _found(request)
    for each in found.rows:
        if each.ticket.holder_id is None:
            try:
                await tickets.claim_ticket(
                    service.store, each.ticket.id, user_id=user.id, now=service.clock()
                )
            except IllegalMove:  # ended a moment ago: nothing to hold
                continue
    return see_other(f"/console/incidents/{found.id}", said="incident_taken")


@needs(Permission.WORK_TICKET)
async def join(request: web.Request) -> web.StreamResponse:
    """Say that two tickets tell of one incident."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    other = (await text_of(request, "other")).upper()
    ticket = (await ticket_in(request)).ticket
    try:
        if await is_hidden(request, other[:_NUMBER_LENGTH]):
            raise NotFound
        await incidents.join(
            service.store, ticket.id, other[:_NUMBER_LENGTH], user_id=user.id, now=service.clock()
        )
    except NotFound:
        return back_to(ticket, "incident_unknown")
    return back_to(ticket, "incident_joined")


@needs(Permission.WORK_TICKET)
async def part(request: web.Request) -> web.StreamResponse:
    """Take a ticket out of its incident; it rings by itself again."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    ticket = (await ticket_in(request)).ticket
    done = await incidents.part(service.store, ticket.id, user_id=user.id, now=service.clock())
    return back_to(ticket, "incident_parted" if done else "illegal")


async def _found(request: web.Request) -> Incident:
    """Return the incident with the tickets that this reader may see; raises 404."""
    store, hidden = request.app[SERVICE].store, await hidden_tickets(request)
    found = await incidents.incident(store, int(request.match_info["incident"]))
    rows = tuple(each for each in found.rows if each.ticket.id not in hidden) if found else ()
    if found is None or not rows:
        raise web.HTTPNotFound
    return replace(found, rows=rows)


async def _shared(request: web.Request, found: Incident) -> list[tuple[str, int]]:
    """Count what several reporters said of their own accord; never what it was."""
    service, words = request.app[SERVICE], words_for(request)
    traces = await request.app[TRACES].of(service, [each.ticket for each in found.rows])
    counted = (
        ("place", Counter(name for each in traces for name in each.place_names)),
        ("age", Counter(age for each in traces for age in each.ages)),
        ("sex", Counter(sex for each in traces for sex in each.sexes)),
        ("pin", Counter("pin" for each in traces if each.point)),
    )
    most = [(name, max(counts.values(), default=0)) for name, counts in counted]
    return [(words(f"incident_shared.{name}"), count) for name, count in most if count > 1]


ROUTES = (
    web.get("/console/incidents", overview),
    web.get(_INCIDENT, one),
    web.post(f"{_INCIDENT}/take", take),
    web.post(f"{_TICKET}/incident/join", join),
    web.post(f"{_TICKET}/incident/part", part),
)
