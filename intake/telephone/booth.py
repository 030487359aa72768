"""One step of a call carried out (tổng đài máy): decides with the flow, keeps, and answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from intake import ringing
from intake.logs import log
from intake.service import Service
from intake.telephone import twiml
from intake.telephone.flow import advance
from intake.telephone.steps import (
    Began,
    CallState,
    Event,
    Found,
    Look,
    Looked,
    Next,
    Pressed,
    Rang,
    Ring,
    Spoke,
    Step,
    Why,
)
from intake.telephone.tickets import opened_by
from intake.telephone.tiers import phones_of
from intake.telephone.twiml import Doors, Speaker
from nlu.labels import Language
from storage.calls.spoken import Spoken
from storage.codes.codes import CodeText, Presented, Tried, look_at_number
from storage.rota.phones import Reachable, reachable
from storage.rows import TicketState
from storage.telephone import calls
from storage.telephone.calls import NewStep, PhoneCall

_LONGEST_KEYS: Final = 16
_STATES: Final[Mapping[TicketState, Found]] = {
    TicketState.NEW: Found.RECEIVED,
    TicketState.REOPENED: Found.RECEIVED,
    TicketState.ACKNOWLEDGED: Found.HELD,
    TicketState.IN_PROGRESS: Found.WORKED_ON,
    TicketState.RESOLVED: Found.CLOSED,
    TicketState.CLOSED: Found.CLOSED,
    TicketState.DISMISSED: Found.CLOSED,
}
_WHISPERS: Final[Mapping[Why, str]] = {
    Why.EMERGENCY: "tel_whisper_emergency",
    Why.QUIET: "tel_whisper_quiet",
}


async def go_on(service: Service, call: PhoneCall, event: Event, key: str) -> str:
    """Answer one event of a call; the same event again gets the same answer and does nothing."""
    now = service.clock()
    step, phones = await _decide(service, call, event)
    state = step.state
    answer = twiml.of_step(
        step,
        speaker_of(service, english=state.english),
        Doors(call_id=call.id, turn=call.turn + 1, phones=phones),
    )
    kept = NewStep(
        event=key,
        turn=call.turn,
        state=state.to_json(),
        answer=answer,
        report=opened_by(step.opens, call, now=now) if step.opens else None,
        once_a_day=step.opens is not None and step.opens.is_once_a_day,
        safe_time=step.safe_time,
    )
    log.info("call_went_on", channel="phone", state=state.step.value, kind=state.why.value)
    return await calls.keep_step(service.store, call, kept, now=now)


def event_of(call: PhoneCall, form: Mapping[str, str], *, hears_speech: bool) -> Event:
    """Say what happened, by where the call is; what does not fit there counts as silence."""
    state = CallState.from_json(call.state)
    if state.step is Step.SPEAKING:
        return Spoke()
    if state.step is Step.RINGING:
        return Rang(is_taken=call.taken_by is not None)
    digits = form.get("Digits", "")[:_LONGEST_KEYS]
    if not digits and hears_speech and form.get("SpeechResult") and state.step is Step.MENU:
        return Pressed(digits="0")  # who speaks wants to be heard by a person
    return Pressed(digits=digits)


def begin_of(service: Service) -> Began:
    """Say how a call begins: without the words of the menu a person answers."""
    menu = service.shelf.card("tel_menu", lang=Language.VIETNAMESE, register=None)
    return Began(has_menu=menu.card == "tel_menu")


def speaker_of(service: Service, *, english: bool = False) -> Speaker:
    """Return who speaks."""
    settings = service.settings
    return Speaker(
        shelf=service.shelf,
        settings=settings.telephone,
        public_url=settings.web.public_url,
        english=english,
    )


def whisper_of(call: PhoneCall) -> str:
    """Name the card that who picks up hears before the caller is heard."""
    return _WHISPERS.get(CallState.from_json(call.state).why, "tel_whisper")


async def _decide(
    service: Service, call: PhoneCall, event: Event
) -> tuple[Next, tuple[Reachable, ...]]:
    """Follow the flow to the first thing that the caller notices."""
    step = advance(CallState.from_json(call.state), event)
    while True:
        match step.then:
            case Look(number=number):
                step = _after(step, await _look(service, call, number))
            case Ring(tier=tier):
                phones = await _phones(service, call, step.state, tier)
                if phones:
                    return step, phones
                step = _after(step, Rang(is_taken=False))
            case _:
                return step, ()


def _after(step: Next, event: Event) -> Next:
    """Go on at once; what was to be said and opened before still is."""
    then = advance(step.state, event)
    return replace(then, says=(*step.says, *then.says), opens=step.opens or then.opens)


async def _phones(
    service: Service, call: PhoneCall, state: CallState, tier: int
) -> tuple[Reachable, ...]:
    now = service.clock()
    staff = await ringing.staff_on_duty(service, now)
    for ticket_id in filter(None, (call.ticket_id, state.about)):
        allowed = {user.id for user in await ringing.staff_now(service, now, ticket_id)}
        staff = tuple(user for user in staff if user.id in allowed)
    staff = tuple(user for user in staff if user.id not in state.declined)
    return phones_of(tier, await reachable(service.store, now=now), staff)


async def _look(service: Service, call: PhoneCall, number: str) -> Looked:
    """Look at a return code; wrong tries count for the caller's number, else for the call."""
    subject = call.number_lookup.hex()[:32] if call.number_lookup else call.id
    presented = await look_at_number(
        service.store,
        subject,
        CodeText(number=number),
        channel=Spoken.PHONE.value,
        now=service.clock(),
    )
    log.info("return_code_tried", channel="phone", status=presented.tried.value)
    return _looked(presented)


def _looked(presented: Presented) -> Looked:
    if presented.ticket is not None:
        return Looked(found=_STATES[presented.ticket.state], ticket_id=presented.ticket.id)
    return Looked(found=Found.LATER if presented.tried is Tried.LATER else Found.WRONG)
