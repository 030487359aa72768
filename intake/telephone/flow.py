"""How a call goes on (diễn tiến cuộc gọi): what was pressed, or not -> what is said and done. Pure.

    menu       1 emergency, 2 report, 3 drowning, 4 return code, 9 English, 0 a person
    ringing    who is on duty 20 s, the operators and who is on call 20 s, then every telephone
    speaking   an emergency that nobody took: numbers and steps are said, then all ring again
    quiet      nothing was pressed: a child who cannot speak, never cut off without a word

A call that hangs up is the business of `outcome_of` alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, assert_never

from intake.telephone.steps import (
    ENGLISH,
    RHYTHM,
    Ask,
    Began,
    CallState,
    Event,
    Found,
    GoOn,
    HangUp,
    Look,
    Looked,
    Next,
    Opens,
    Outcome,
    Pressed,
    Rang,
    Ring,
    Spoke,
    Step,
    Why,
)

CODE_DIGITS: Final = 8
LAST_TIER: Final = 2
"""The tier at which every telephone of the desk rings."""
QUIET_OUTCOMES: Final = frozenset({Outcome.SILENT, Outcome.SHORT, Outcome.MISSED})
"""What nobody has heard of yet: two within a day from one number open a ticket."""
_MOST_MISSES: Final = 3
_MOST_CODES: Final = 3
SAFE_TIMES: Final[Mapping[str, str]] = {
    "1": "Lúc nào cũng được",
    "2": "Buổi sáng",
    "3": "Buổi chiều",
    "4": "Buổi tối",
}
"""When somebody may be rung back, in the words of the ticket."""
_NO_CALL_BACK: Final = "5"
_ONLY_ASKED: Final = "5"
_DROWNING: Final = ("tel_drowning", "steps_breathing", "tel_rhythm", RHYTHM)


def advance(state: CallState, event: Event) -> Next:
    """Say how a call goes on; whatever comes at an odd moment is answered with the menu."""
    match event:
        case Began(has_menu=has_menu):
            return _menu(state) if has_menu else _to_person(state)
        case Rang(is_taken=is_taken):
            return _over(state, "tel_bye") if is_taken else _nobody(state)
        case Spoke():
            return _ring(replace(state, declined=()), state.why, min(state.tier, LAST_TIER))
        case Looked(found=found, ticket_id=ticket_id):
            return _looked(replace(state, about=ticket_id or state.about), found)
        case Pressed(digits=digits):
            return _pressed(state, digits)
    assert_never(event)


def outcome_of(state: CallState, *, is_taken: bool, has_ticket: bool) -> Outcome:
    """Say what a call was that is over now."""
    if is_taken:
        return Outcome.TAKEN
    if state.why is Why.PERSON and state.step is Step.RINGING and not has_ticket:
        return Outcome.MISSED
    if state.pressed or has_ticket:
        return Outcome.SILENT if state.step is Step.OVER and not state.pressed else Outcome.ENDED
    return Outcome.SHORT


def _pressed(state: CallState, digits: str) -> Next:
    heard = replace(state, pressed=state.pressed or bool(digits))
    match state.step:
        case Step.MENU:
            return _chosen(heard, digits) if digits else _quiet(heard)
        case Step.QUIET | Step.QUIET_AGAIN:
            return _after_quiet(heard, digits)
        case Step.DROWNING:
            return _after_drowning(heard, digits)
        case Step.CODE:
            return _code(heard, digits)
        case Step.CODE_FOUND:
            return _to_person(heard) if digits else _over(heard, "tel_bye")
        case Step.CALL_BACK:
            return _safe_time(heard, digits)
        case Step.RINGING | Step.SPEAKING:
            return _ring(heard, heard.why, heard.tier)
        case Step.OVER:
            return _over(heard, "tel_bye")
    assert_never(state.step)


def _menu(state: CallState, *before: str) -> Next:
    says = (*before, "tel_greeting", "tel_menu", *(() if state.english else (ENGLISH,)))
    return Next(state=replace(state, step=Step.MENU), says=says, then=Ask())


def _chosen(state: CallState, key: str) -> Next:
    match key:
        case "1":
            return _emergency(state, Opens.EMERGENCY)
        case "2" | "0":
            return _to_person(state)
        case "3":
            says = ("tel_drowning_ask", *_DROWNING)
            return Next(state=replace(state, step=Step.DROWNING), says=says, then=Ask())
        case "4":
            return _ask_code(state)
        case "9" if not state.english:
            return _menu(replace(state, english=True))
    misses = state.misses + 1
    missed = replace(state, misses=misses)
    return _to_person(missed) if misses >= _MOST_MISSES else _menu(missed, "tel_not_understood")


def _emergency(state: CallState, opens: Opens) -> Next:
    rung = _ring(state, Why.EMERGENCY, 0)
    return replace(rung, says=("tel_emergency",), opens=opens)


def _to_person(state: CallState) -> Next:
    return replace(_ring(state, Why.PERSON, 0), says=("tel_connecting",))


def _ring(state: CallState, why: Why, tier: int) -> Next:
    rings = replace(state, step=Step.RINGING, why=why, tier=tier, rung_without=len(state.declined))
    return Next(state=rings, then=Ring(tier=tier))


def _nobody(state: CallState) -> Next:
    """Nobody took it: the next tier rings; after the last one the caller hears how it stands.

    Who picks up first silences the other telephones, and may be a voicemail: without it they ring
    again.
    """
    if len(state.declined) > state.rung_without:
        return _ring(state, state.why, state.tier)
    if state.tier < LAST_TIER:
        return _ring(state, state.why, state.tier + 1)
    match state.why:
        case Why.EMERGENCY:
            says = ("tel_numbers", *_DROWNING)
            return Next(state=replace(state, step=Step.SPEAKING), says=says, then=GoOn())
        case Why.QUIET:
            return _over(state, "tel_quiet_bye")
        case Why.PERSON | Why.NOTHING:
            return _left_word(state)
    assert_never(state.why)


def _left_word(state: CallState) -> Next:
    if not state.knows_number:
        return replace(_over(state, "tel_nobody", "tel_no_number"), opens=Opens.NOBODY_FREE)
    return Next(
        state=replace(state, step=Step.CALL_BACK),
        says=("tel_nobody", "tel_callback_ask"),
        then=Ask(seconds=8),
        opens=Opens.NOBODY_FREE,
    )


def _safe_time(state: CallState, key: str) -> Next:
    """Silence and every other key mean no: nobody is rung back without having said when."""
    if key in SAFE_TIMES:
        return replace(_over(state, "tel_callback_kept"), safe_time=SAFE_TIMES[key])
    if key in ("", _NO_CALL_BACK) or state.misses >= _MOST_MISSES:
        return replace(_over(state, "tel_callback_none"), safe_time="")
    again = replace(state, misses=state.misses + 1)
    return Next(state=again, says=("tel_not_understood", "tel_callback_ask"), then=Ask(seconds=8))


def _quiet(state: CallState) -> Next:
    return Next(state=replace(state, step=Step.QUIET), says=("tel_quiet",), then=Ask(seconds=8))


def _after_quiet(state: CallState, key: str) -> Next:
    if key == "1":
        return _emergency(state, Opens.EMERGENCY)
    if key:
        rung = _ring(state, Why.QUIET, 0)
        return replace(rung, says=("tel_quiet_heard",), opens=Opens.CANNOT_SPEAK)
    if state.step is Step.QUIET:
        again = replace(state, step=Step.QUIET_AGAIN)
        return Next(state=again, says=("tel_quiet_again",), then=Ask(seconds=8))
    return replace(_over(state, "tel_quiet_bye"), opens=Opens.SILENT)


def _after_drowning(state: CallState, key: str) -> Next:
    """Whoever presses nothing may have both hands on a chest: that is an emergency."""
    if key == _ONLY_ASKED:
        return _over(state, "tel_bye")
    if key == "0":
        return _to_person(state)
    return _emergency(state, Opens.DROWNING)


def _ask_code(state: CallState, *before: str) -> Next:
    return Next(
        state=replace(state, step=Step.CODE),
        says=(*before, "tel_code_ask"),
        then=Ask(digits=CODE_DIGITS, seconds=8),
    )


def _code(state: CallState, digits: str) -> Next:
    if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal():
        return Next(state=state, then=Look(number=digits))
    return _looked(state, Found.WRONG)


def _looked(state: CallState, found: Found) -> Next:
    tried = replace(state, codes=state.codes + 1)
    if found is Found.WRONG and tried.codes < _MOST_CODES:
        return _ask_code(tried, found)
    if found in (Found.WRONG, Found.LATER):
        person = _to_person(tried)
        return replace(person, says=(found, *person.says))
    return Next(state=replace(tried, step=Step.CODE_FOUND), says=(found,), then=Ask(seconds=8))


def _over(state: CallState, *says: str) -> Next:
    return Next(state=replace(state, step=Step.OVER), says=says, then=HangUp())
