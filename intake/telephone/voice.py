"""The hotline's webhooks: a call that comes in, its keys, who picks up, and its end.

Every answer is words or telephones: nobody is cut off without a word, not even by an error of ours.
"""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from intake.alarm_ways import ring_without_database
from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE, Service
from intake.telephone import booth, twiml
from intake.telephone.callers import is_sid, number_of
from intake.telephone.edge import idempotency_key, read_signed
from intake.telephone.flow import QUIET_OUTCOMES, outcome_of
from intake.telephone.steps import CallState
from intake.telephone.tickets import draft_of, repeated
from storage.alarm.ringing import ringing
from storage.errors import NotFound, StorageUnavailable
from storage.safeguarding.kept_from import kept_away
from storage.telephone import calls
from storage.telephone.calls import PhoneCall
from storage.telephone.taking import Taken, decline_call, end_call, take_call

PATH = twiml.PATH
_TAKING_KEY = "1"
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_HEX = "[0-9a-f]{32}"
Form = Mapping[str, str]


def add_routes(app: web.Application) -> None:
    """Add the webhooks of calls that come in."""
    add = app.router.add_post
    add(PATH, begin)
    add(f"{PATH}/step/{{turn:[0-9]{{1,6}}}}", step)
    add(f"{PATH}/status", status)
    add(f"{PATH}/whisper/{{call:{_HEX}}}/{{user:{_HEX}}}", whisper)
    add(f"{PATH}/taken/{{call:{_HEX}}}/{{user:{_HEX}}}", taken)


@public
async def begin(request: web.Request) -> web.Response:
    """A call comes in."""
    return await _answered(request, _begin)


@public
async def step(request: web.Request) -> web.Response:
    """A key, silence, the end of ringing, or the end of what was said."""
    return await _answered(request, _step)


@public
async def whisper(request: web.Request) -> web.Response:
    """Somebody of ours picked up: what they hear before the caller does."""
    return await _answered(request, _whisper)


@public
async def taken(request: web.Request) -> web.Response:
    """Somebody of ours pressed a key."""
    return await _answered(request, _taken)


@public
async def status(request: web.Request) -> web.Response:
    """A call is over; other news is nothing to us. Out of order and repeated ones do no harm."""
    form = await read_signed(request)
    if form is None:
        return web.Response(status=403)
    service = request.app[SERVICE]
    call = await _call_of(service, form) if form.get("CallStatus") in _OVER else None
    if call is not None and not call.is_over:
        await _end(service, call)
    return web.Response(status=204)


async def _answered(
    request: web.Request, answer: Callable[[web.Request, Service, Form], Awaitable[str]]
) -> web.Response:
    """Answer a signed form with TwiML; without a database the numbers are said and staff rung."""
    form = await read_signed(request)
    if form is None:
        return web.Response(status=403)
    service = request.app[SERVICE]
    try:
        text = await answer(request, service, form)
    except StorageUnavailable as error:
        log.error("call_unanswered", channel="phone", error=str(error))
        if service.siren.may_ring(service.clock()):
            service.desk.begin(ring_without_database(service))
        text = twiml.of_words(("tel_down",), booth.speaker_of(service))
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/xml", charset="utf-8", headers=headers)


async def _begin(request: web.Request, service: Service, form: Form) -> str:
    sid = form.get("CallSid", "")
    if not is_sid(sid):
        return _unknown(service)
    key = idempotency_key(request, form)
    found = await calls.find_call(service.store, sid)
    if found is not None:  # the carrier asks again: as it was
        return await calls.answer_to(service.store, found, key) or found.answer
    number = number_of(form.get("From", ""))
    state = CallState(knows_number=bool(number)).to_json()
    call = await calls.new_call(service.store, sid, number, state, now=service.clock())
    return await booth.go_on(service, call, booth.begin_of(service), key)


async def _step(request: web.Request, service: Service, form: Form) -> str:
    call = await _call_of(service, form)
    if call is None:
        return _unknown(service)
    key = idempotency_key(request, form)
    if int(request.match_info["turn"]) != call.turn:
        return await calls.answer_to(service.store, call, key) or call.answer
    heard = service.settings.telephone.hears_speech
    event = booth.event_of(call, form, hears_speech=heard)
    return await booth.go_on(service, call, event, key)


async def _whisper(request: web.Request, service: Service, _form: Form) -> str:
    call = await calls.call_of(service.store, request.match_info["call"])
    user_id = request.match_info["user"]
    speaker = booth.speaker_of(service)
    if call is None or call.taken_by not in (None, user_id):
        return twiml.of_words(("tel_whisper_taken",), speaker)
    return twiml.of_whisper(booth.whisper_of(call), speaker, f"{PATH}/taken/{call.id}/{user_id}")


async def _taken(request: web.Request, service: Service, form: Form) -> str:
    call = await calls.call_of(service.store, request.match_info["call"])
    speaker = booth.speaker_of(service)
    if form.get("Digits") != _TAKING_KEY:
        await _decline(service, call, request.match_info["user"])
        return twiml.of_words((), speaker)
    if call is None or not await _take(service, call, request.match_info["user"]):
        return twiml.of_words(("tel_whisper_taken",), speaker)
    return twiml.nothing()


async def _take(service: Service, call: PhoneCall, user_id: str) -> bool:
    """Let somebody have the call, unless another has it, or it is kept from them."""
    about = CallState.from_json(call.state).about
    for ticket_id in filter(None, (call.ticket_id, about)):
        if user_id in await kept_away(service.store, ticket_id):
            return False
    ticket = await ringing(service.store, about) if about else None
    fields = draft_of(call, ticket.number if ticket else "")
    try:
        whose = await take_call(
            service.store, call, user_id=user_id, fields=fields, now=service.clock()
        )
    except NotFound:
        return False
    log.info("call_taken", channel="phone", user_id=user_id, status=whose.value)
    return whose is Taken.OWN


async def _decline(service: Service, call: PhoneCall | None, user_id: str) -> None:
    """Remember whose telephone answered without taking the call: the others ring without it."""
    if call is not None:
        await decline_call(service.store, call, user_id=user_id)
        log.info("call_declined", channel="phone", user_id=user_id)


async def _end(service: Service, call: PhoneCall) -> None:
    now = service.clock()
    outcome = outcome_of(
        CallState.from_json(call.state),
        is_taken=call.taken_by is not None,
        has_ticket=call.ticket_id is not None,
    )
    soft = repeated(call, now=now)
    await end_call(service.store, call, outcome, quiet=QUIET_OUTCOMES, soft=soft, now=now)
    log.info("call_ended", channel="phone", kind=outcome.value)


async def _call_of(service: Service, form: Form) -> PhoneCall | None:
    sid = form.get("CallSid", "")
    return await calls.find_call(service.store, sid) if is_sid(sid) else None


def _unknown(service: Service) -> str:
    """Answer for a call that never began here: numbers that help, and one more to count."""
    service.refused["telephone_unknown"] += 1
    count = service.refused["telephone_unknown"]
    log.warning("call_unknown", channel="phone", count=count)
    return twiml.of_words(("tel_down",), booth.speaker_of(service))
