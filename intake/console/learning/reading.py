"""Talks without a ticket, read by people (đọc lại), and what the machine is thought to miss.

The list shows no word. Opening a talk is an event; four answers, one of which opens a ticket.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from aiohttp import web

from bot.channels.codec import content_from_json, words_of
from intake.console.forms import (
    REASON_LENGTH,
    choice_of,
    problem_with,
    said_in,
    see_other,
    text_of,
)
from intake.console.outcome import back_to
from intake.console.present import bubbles_of
from intake.console.render import page, words_for
from intake.console.safeguarding.hidden import hidden_talks
from intake.console.sessions import SIGNED_IN
from intake.console.tickets.lines import hide_code
from intake.mapping import ASKED, machine_said
from intake.missed import estimate
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from intake.triage import Sized, triage
from nlu.assessment import Assessment
from nlu.decision import ASKS_FROM
from nlu.labels import Intent, Urgency
from storage.accounts import users
from storage.learning import messages, missed_tickets, reading_tallies, readings
from storage.learning.missed_tickets import Missed
from storage.learning.readings import Answer, Reading
from storage.rows import TicketChange
from storage.talks import threads

PERIODS = ("7", "30", "90")
_DAYS_DRAWN = 3
"""Days that are drawn when the page is opened: yesterday, and those of a weekend before it."""
_BUBBLES = 100
_READING = r"/console/reading/{reading:\d{1,18}}"


@needs(Permission.WORK_TICKET)
async def overview(request: web.Request) -> web.StreamResponse:
    """Show what waits to be read, and the estimate over a period."""
    service = request.app[SERVICE]
    today, hidden = _today(service), await hidden_talks(request)
    await _draw(service, today)
    asked = request.query.get("days", PERIODS[1])
    days = int(asked if asked in PERIODS else PERIODS[1])
    tallies = await reading_tallies.tallies(
        service.store, today - timedelta(days=days), today - timedelta(days=1)
    )
    return page(
        request,
        "readings.html",
        waiting=[
            each
            for each in await readings.open_readings(service.store)
            if each.conversation_id not in hidden
        ],
        reader=request[SIGNED_IN].user.id,
        estimate=estimate(tallies),
        days=days,
        periods=PERIODS,
        drawn=len(tallies),
        asked_doubt=ASKED,
        said=said_in(request),
    )


@needs(Permission.WORK_TICKET)
async def talk(request: web.Request) -> web.StreamResponse:
    """Open one talk; that it was read is an event."""
    return await _show(request, await _found(request), {}, {})


@needs(Permission.WORK_TICKET)
async def answer(request: web.Request) -> web.StreamResponse:
    """Say that it rightly has no ticket, is spam, or wants a second look."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    plain = [each.value for each in Answer if each is not Answer.MISSED]
    said = Answer(await choice_of(request, "answer", plain))
    reading_id = int(request.match_info["reading"])
    done = await readings.answer(
        service.store, reading_id, said, user_id=user.id, now=service.clock()
    )
    return see_other("/console/reading", said="read_answered" if done else "read_over")


@needs(Permission.WORK_TICKET)
async def missed(request: web.Request) -> web.StreamResponse:
    """Open a ticket for it now; it rings as any other does."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    kind = Intent(await choice_of(request, "kind", [each.value for each in Intent]))
    urgency = Urgency(await choice_of(request, "urgency", [each.value for each in Urgency]))
    reason = await text_of(request, "reason")
    found = await _found(request)
    if not found.is_open_to(user.id):
        return see_other("/console/reading", said="read_over")
    if problem := problem_with(reason, REASON_LENGTH, "form.reason_missing", request):
        typed = {"kind": kind.value, "urgency": urgency.value, "reason": reason}
        return await _show(request, found, typed, {"reason": problem})
    ticket = await missed_tickets.open_missed(
        service.store,
        found,
        await _missed(service, found, kind, urgency, reason),
        user_id=user.id,
        now=service.clock(),
    )
    if ticket is None:
        return see_other("/console/reading", said="read_over")
    return back_to(ticket, "read_opened")


async def _draw(service: Service, today: date) -> None:
    for back in range(_DAYS_DRAWN, 0, -1):
        day = today - timedelta(days=back)
        if not await readings.is_drawn(service.store, day):
            near_from = round(1000 * ASKS_FROM)
            await readings.draw(service.store, day, near_from=near_from, now=service.clock())


def _today(service: Service) -> date:
    return service.clock().astimezone(readings.LOCAL_ZONE).date()


async def _found(request: web.Request) -> Reading:
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    reading_id = int(request.match_info["reading"])
    hidden = await hidden_talks(request)
    found = await readings.read(
        service.store, reading_id, hidden=hidden, user_id=user.id, now=service.clock()
    )
    if found is None:
        raise web.HTTPNotFound
    return found


async def _show(
    request: web.Request,
    found: Reading,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> web.Response:
    service, words, user = request.app[SERVICE], words_for(request), request[SIGNED_IN].user
    names = {each.id: each.display_name for each in await users.list_users(service.store)}
    entries = await threads.newest(service.store, found.conversation_id, limit=_BUBBLES)
    bubbles = bubbles_of(entries, names=names, words=words, places=service.places)
    return page(
        request,
        "reading.html",
        status=422 if problems else 200,
        reading=found,
        bubbles=[hide_code(each, words) for each in bubbles],
        can_answer=found.is_open_to(user.id),
        asked_by=names.get(found.asked_by or "", ""),
        typed={"kind": "", "urgency": Urgency.HIGH.value, "reason": "", **typed},
        problems=problems,
        asked_doubt=ASKED,
        kind_options=[(each.value, words(f"kind.{each.value}")) for each in Intent],
        urgency_options=[(each.value, words(f"urgency.{each.value}")) for each in Urgency],
    )


async def _missed(
    service: Service, found: Reading, kind: Intent, urgency: Urgency, reason: str
) -> Missed:
    inbox_id = await readings.doubtful_message(service.store, found)
    assessment, sized = await _machine(service, found, inbox_id)
    machine = machine_said(assessment, sized, service.model_version) if assessment else {}
    places = assessment.places if assessment else ()
    change = TicketChange(
        kind=kind,
        urgency=urgency,
        danger=None,
        commune_code=next((each.code for each in places if each.is_certain), None),
        needs_human=True,
        reasons=({"layer": "rule", "code": "found_by_reader", "words": ""},),
        machine=machine,
    )
    return Missed(
        change=change,
        inbox_id=inbox_id,
        machine_kind=assessment.intent if assessment else Intent.OUT_OF_SCOPE,
        machine_urgency=sized.urgency,
        reason=reason,
    )


async def _machine(
    service: Service, found: Reading, inbox_id: int | None
) -> tuple[Assessment | None, Sized]:
    """Ask the machine once more: what it makes of the message that it let pass."""
    written = await messages.of_conversation(service.store, found.conversation_id)
    bodies = [each.body for each in written if each.inbox_id == inbox_id]
    text = words_of(content_from_json(bodies[0])) if bodies else ""
    if not text:
        return None, triage(None, None)
    assessment = await service.classifier.assess(text)
    return assessment, triage(assessment, service.floor.look(text))


ROUTES = (
    web.get("/console/reading", overview),
    web.get(_READING, talk),
    web.post(_READING, answer),
    web.post(f"{_READING}/missed", missed),
)
