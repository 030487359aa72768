"""What a form sent: texts of a bounded length, choices from a list, and where to go next."""

from collections.abc import Iterable
from urllib.parse import urlencode

from aiohttp import web

from intake.console.render import words_for

REASON_LENGTH = range(5, 1001)
TEXT_LENGTH = range(1, 2001)
MESSAGE_LENGTH = range(1, 1501)
SAID = frozenset(
    {
        "claimed", "lost", "none_left", "sent", "released", "saved", "noted", "taken",
        "handed_back", "moved", "proposed", "illegal", "duty_on", "duty_off", "user_saved",
        "call_kept", "call_opened", "call_saved", "call_discarded", "call_is_open", "call_counted",
        "call_soft", "call_uncounted", "call_late", "call_over", "linked", "link_known", "parted",
        "step_saved", "step_known", "step_withdrawn", "ticked", "tick_cleared",
        "offered", "offer_accepted", "offer_given_back", "offer_withdrawn", "offer_gone",
        "handed_over", "shift_received", "shift_received_before", "break_begun", "break_ended",
        "filter_kept", "filter_unnamed", "filter_forgotten", "none_but_rest",
        "not_holder", "changed", "lesson_saved", "held", "unlocked",
        "lowering_asked", "lowering_known", "lowered", "lowering_refused", "lowering_own",
        "lowering_unseen", "corrected", "undone", "undo_late",
        "read_answered", "read_over", "read_opened",
        "incident_joined", "incident_parted", "incident_taken", "incident_unknown",
        "shift_saved", "shift_gone", "shift_given", "pattern_ended", "wish_asked", "wish_taken",
        "wish_agreed", "wish_refused", "wish_withdrawn", "wish_over", "contact_saved",
        "test_heard", "called_noted", "called_again", "drill_running", "drill_real",
        "drill_plan_saved",
        "lesson_set_aside", "lesson_looked_at", "content_saved", "content_same",
        "content_signed", "content_restored", "content_changed", "content_own",
        "recovered", "device_ended", "devices_ended", "invitation_revoked", "invitation_over",
        "role_saved", "role_removed", "role_in_use", "user_signed_out", "user_unlocked",
        "user_is_last", "factor_reset", "access_confirmed", "access_refused", "access_over",
        "words_held", "held_changed", "held_too_late", "held_released", "held_refused",
        "held_withdrawn", "sample_kept", "kept_set", "kept_already", "lift_asked", "kept_lifted",
        "kept_own",
        "revealed",
        "canned_saved", "canned_same", "canned_approved", "canned_own", "canned_changed",
        "canned_retired",
    }
)  # fmt: skip
"""Codes that may stand in an address after a form was carried out; nothing of a person does."""


async def text_of(request: web.Request, name: str) -> str:
    """Return a field as text, line ends made one; a file or nothing is an empty text."""
    value = (await request.post()).get(name, "")
    if not isinstance(value, str):
        return ""
    return value.replace("\r\n", "\n").replace("\x00", "").strip()


async def choice_of(request: web.Request, name: str, allowed: Iterable[str]) -> str:
    """Return a field that is one of a list; raises 400 for what no page of ours sends."""
    value = await text_of(request, name)
    if value not in allowed:
        raise web.HTTPBadRequest
    return value


def problem_with(text: str, length: range, words_key: str, request: web.Request) -> str:
    """Return what is wrong with a text in words, or an empty string."""
    words = words_for(request)
    if len(text) < length.start:
        return words(words_key)
    if len(text) not in length:
        return words("form.too_long", limit=length.stop - 1)
    return ""


def see_other(path: str, *, said: str = "") -> web.Response:
    """Send the browser on after a form, with a code of what happened."""
    location = f"{path}?{urlencode({'said': said})}" if said else path
    return web.Response(status=303, headers={"Location": location})


def said_in(request: web.Request, **values: object) -> str:
    """Return what the code in the address says, in words; nothing for a code that is not ours."""
    code = request.query.get("said", "")
    return words_for(request)(f"said.{code}", **values) if code in SAID else ""
