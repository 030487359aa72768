"""The webhooks of the alarm's calls: what who picks up hears, which key they press, how it ended.

One key takes a ticket, and only one person: a machine that picks up presses nothing, and takes
nothing. Whether somebody may hear of a ticket is looked up anew at every step.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from intake.alarm_ways import Mark
from intake.escalation import is_of_desk
from intake.logs import log
from intake.permissions import public
from intake.ringing import payload_of
from intake.service import SERVICE, Service
from intake.telephone.alarm_channel import PATH, WAY
from intake.telephone.alarm_words import TIMES, Facts, Said, Stand, ask, end
from intake.telephone.edge import read_signed
from storage.accounts import users
from storage.alarm import alarm_tests
from storage.alarm.alarms import SILENT_AFTER
from storage.alarm.ringing import Ringing, ringing
from storage.errors import NotFound, StorageUnavailable
from storage.safeguarding.kept_from import kept_away
from storage.telephone import alarm_calls
from storage.telephone.alarm_calls import AlarmCall, Outcome
from storage.tickets import IllegalMove, claim_ticket

_ENDS: Final = {
    "completed": Outcome.NO_KEY,
    "no-answer": Outcome.NO_ANSWER,
    "busy": Outcome.BUSY,
    "failed": Outcome.FAILED,
    "canceled": Outcome.NO_ANSWER,
}
_HEX: Final = "[0-9a-f]{32}"
Form = Mapping[str, str]
"""What the carrier posts; it holds numbers, and nothing of it is kept."""


def add_routes(app: web.Application) -> None:
    """Add the webhooks of the alarm's calls."""
    path = f"{PATH}/{{token:{_HEX}}}"
    app.router.add_post(path, picked_up)
    app.router.add_post(f"{path}/key/{{time:[1-{TIMES}]}}", pressed)
    app.router.add_post(f"{path}/status", ended)


@public
async def picked_up(request: web.Request) -> web.Response:
    """Somebody, or a machine, picked up."""
    return await _answered(request, _pick_up)


@public
async def pressed(request: web.Request) -> web.Response:
    """A key was pressed, or none."""
    return await _answered(request, _press)


@public
async def ended(request: web.Request) -> web.Response:
    """A call is over. Out of order and told again it does no harm."""
    form = await read_signed(request)
    if form is None:
        return web.Response(status=403)
    outcome = _ENDS.get(form.get("CallStatus", ""))
    if outcome is None:
        return web.Response(status=204)
    service = request.app[SERVICE]
    try:
        call = await alarm_calls.find_call(service.store, request.match_info["token"])
        if call is None:
            _count_unknown(service)
            return web.Response(status=204)
        await alarm_calls.note_end(service.store, call, outcome, now=service.clock())
    except StorageUnavailable:
        return web.Response(status=503)
    log.info("alarm_call_ended", way=WAY, state=outcome.value)
    return web.Response(status=204)


async def _answered(
    request: web.Request,
    answer: Callable[[web.Request, Service, AlarmCall, Form], Awaitable[str]],
) -> web.Response:
    """Answer a signed form with TwiML, even without a database."""
    form = await read_signed(request)
    if form is None:
        return web.Response(status=403)
    service = request.app[SERVICE]
    voice = service.settings.telephone.voice
    try:
        call = await alarm_calls.find_call(service.store, request.match_info["token"])
        if call is None:
            _count_unknown(service)
            text = end(Stand.NOTHING, voice=voice)
        else:
            text = await answer(request, service, call, form)
    except StorageUnavailable as error:
        log.error("alarm_call_unanswered", way=WAY, error=str(error))
        text = end(Said.DOWN, voice=voice)
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/xml", charset="utf-8", headers=headers)


async def _pick_up(_request: web.Request, service: Service, call: AlarmCall, _form: Form) -> str:
    await alarm_calls.note_pick_up(service.store, call, now=service.clock())
    return await _ask(service, call, time=1)


async def _press(request: web.Request, service: Service, call: AlarmCall, form: Form) -> str:
    time = int(request.match_info["time"])
    match form.get("Digits", ""):
        case "1":
            return await _take(service, call)
        case "2":
            said = await _note(service, call, Outcome.CANNOT, Said.CANNOT)
            return end(said, voice=service.settings.telephone.voice)
        case _ if time < TIMES:
            return await _ask(service, call, time=time + 1)
    return end(Said.NO_KEY, voice=service.settings.telephone.voice)


async def _ask(service: Service, call: AlarmCall, *, time: int) -> str:
    """Say how things stand at this moment."""
    stand, facts = await _look(service, call)
    action = f"{PATH}/{call.token}/key/{time}"
    return ask(stand, facts, voice=service.settings.telephone.voice, action=action)


async def _take(service: Service, call: AlarmCall) -> str:
    """Let who pressed 1 have the ticket, if it is to be had."""
    stand, _facts = await _look(service, call)
    words: Stand | Said = stand
    match stand:
        case Stand.WAITS | Stand.OWN:
            words = await _claim(service, call)
        case Stand.LEFT:
            words = await _note(service, call, Outcome.HEARD, Said.HEARD)
        case Stand.TEST:
            words = await _hear_test(service, call)
        case Stand.TAKEN | Stand.OVER:
            words = await _note(service, call, Outcome.LATE, stand)
    return end(words, voice=service.settings.telephone.voice)


async def _claim(service: Service, call: AlarmCall) -> Stand | Said:
    """Take the ticket as in the console: one statement decides who was first."""
    assert call.ticket_id is not None  # noqa: S101 - a test has no ticket, and is not claimed
    now = service.clock()
    try:
        claim = await claim_ticket(service.store, call.ticket_id, user_id=call.user_id, now=now)
    except IllegalMove:
        return await _note(service, call, Outcome.LATE, Stand.OVER)
    except NotFound:
        return Stand.NOTHING
    log.info("alarm_call_answered", way=WAY, user_id=call.user_id, ticket_id=call.ticket_id)
    if not claim.won:
        return await _note(service, call, Outcome.LATE, Stand.TAKEN)
    return await _note(service, call, Outcome.TOOK, Said.TOOK)


async def _hear_test(service: Service, call: AlarmCall) -> Stand | Said:
    assert call.test_id is not None  # noqa: S101 - only a test stands so
    now = service.clock()
    await alarm_tests.answer(service.store, call.test_id, user_id=call.user_id, way=WAY, now=now)
    return await _note(service, call, Outcome.HEARD, Said.TEST_HEARD)


async def _note(
    service: Service, call: AlarmCall, outcome: Outcome, words: Stand | Said
) -> Stand | Said:
    await alarm_calls.note_key(service.store, call, outcome, now=service.clock())
    return words


async def _look(service: Service, call: AlarmCall) -> tuple[Stand, Facts]:
    """Say how things stand for the one who is called; nothing to whom the ticket is kept from."""
    if call.ticket_id is None:
        return Stand.TEST, Facts(mark=Mark.TEST)
    ticket = await ringing(service.store, call.ticket_id)
    if ticket is None or not await _may_hear(service, call):
        return Stand.NOTHING, Facts()
    payload = payload_of(service, ticket)
    facts = Facts(
        number=payload.number,
        urgency=payload.urgency,
        commune=payload.commune,
        mark=payload.mark,
    )
    return _stand(ticket, call.user_id, service.clock()), facts


def _stand(ticket: Ringing, user_id: str, now: datetime) -> Stand:
    if ticket.is_over:
        return Stand.OVER
    if ticket.holder_id is None:
        return Stand.WAITS
    if ticket.holder_id == user_id:
        return Stand.OWN
    return Stand.LEFT if _is_left(ticket, now) else Stand.TAKEN


def _is_left(ticket: Ringing, now: datetime) -> bool:
    """Whether the holder leaves the reporter alone: the reasons for which a held ticket rings."""
    if ticket.rings_holder or ticket.unanswered_since is None:
        return ticket.rings_holder
    since = max(ticket.unanswered_since, ticket.acknowledged_at or ticket.unanswered_since)
    return now - since >= SILENT_AFTER


async def _may_hear(service: Service, call: AlarmCall) -> bool:
    """Whether the one who is called is still of the desk, and the ticket is not kept from them."""
    assert call.ticket_id is not None  # noqa: S101 - asked for tickets alone
    if call.user_id in await kept_away(service.store, call.ticket_id):
        return False
    staff = await users.list_users(service.store)
    return any(user.id == call.user_id and is_of_desk(user) for user in staff)


def _count_unknown(service: Service) -> None:
    """A call that was never begun here, or one that was forgotten: one more to count."""
    service.refused["telephone_unknown"] += 1
    count = service.refused["telephone_unknown"]
    log.warning("call_unknown", channel="phone", count=count)
