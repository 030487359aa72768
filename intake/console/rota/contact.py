"""Where alarms reach somebody outside the console: telephone and staff chat, one's own or others'.

Numbers are written, never shown: the last digits say which one is kept.
"""

import re
from collections.abc import Mapping

from aiohttp import web

from intake.alarm_tests import ring_test
from intake.alarm_ways import STAFF_CHANNEL, WEBHOOK
from intake.console.forms import choice_of, said_in, see_other, text_of
from intake.console.render import may, page, words_for
from intake.console.sessions import SIGNED_IN
from intake.permissions import Permission, needs
from intake.rota import phone_number
from intake.service import SERVICE
from intake.telephone.alarm_channel import CHANNEL
from storage.accounts import users
from storage.rota import phones
from storage.rows import UserRow

_CHAT = re.compile(r"-?\d{1,20}")
_SHOWN_DIGITS = 3


@needs(Permission.SIGNED_IN)
async def contact(request: web.Request) -> web.StreamResponse:
    """Show how somebody can be reached; without a name in the address: oneself."""
    return await _show(request, await _person(request))


@needs(Permission.SIGNED_IN)
async def save(request: web.Request) -> web.StreamResponse:
    """Keep a telephone or a chat; each has a form of its own, empty takes it away."""
    service, person = request.app[SERVICE], await _person(request)
    what = await choice_of(request, "what", ("phone", "chat"))
    typed = (await text_of(request, what))[:64]
    now, actor_id = service.clock(), request[SIGNED_IN].user.id
    if what == "phone":
        phone = phone_number(typed) if typed else ""
        if phone is None:
            return await _refuse(request, person, "phone", typed, "contact.phone_bad")
        await phones.set_phone(service.store, person.id, phone=phone, now=now, actor_id=actor_id)
        return see_other(_address(request, person), said="contact_saved")
    if typed and not _CHAT.fullmatch(typed):
        return await _refuse(request, person, "chat", typed, "contact.chat_bad")
    await users.set_staff_chat(service.store, person.id, chat=typed, now=now, actor_id=actor_id)
    return see_other(_address(request, person), said="contact_saved")


@needs(Permission.SIGNED_IN)
async def ring(request: web.Request) -> web.StreamResponse:
    """Send a test alarm to this person by every way that reaches them."""
    service, person = request.app[SERVICE], await _person(request)
    test_id = await ring_test(
        service, (person,), actor_id=request[SIGNED_IN].user.id, is_for_all=False
    )
    return see_other(f"/console/alarm-tests/{test_id}")


async def _person(request: web.Request) -> UserRow:
    """Return whom the address names: others only for who plans the rota or keeps the accounts."""
    signed_in = request[SIGNED_IN]
    user_id = request.match_info.get("user_id", signed_in.user.id)
    is_theirs = user_id == signed_in.user.id or any(
        may(signed_in, each) for each in (Permission.MANAGE_ROTA, Permission.MANAGE_USERS)
    )
    person = await users.user(request.app[SERVICE].store, user_id) if is_theirs else None
    if person is None or not person.is_active:
        raise web.HTTPNotFound
    return person


async def _refuse(
    request: web.Request, person: UserRow, what: str, typed: str, words_key: str
) -> web.Response:
    problems = {what: words_for(request)(words_key)}
    return await _show(request, person, status=422, typed={what: typed}, problems=problems)


async def _show(
    request: web.Request,
    person: UserRow,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    service = request.app[SERVICE]
    known = await phones.phones_of_all(service.store)
    return page(
        request,
        "contact.html",
        status=status,
        person=person,
        is_own=person.id == request[SIGNED_IN].user.id,
        address=_address(request, person),
        phone_end=known.get(person.id, "")[-_SHOWN_DIGITS:],
        chat_end=person.staff_chat[-_SHOWN_DIGITS:],
        rings_chat=STAFF_CHANNEL in service.channels,
        rings_phone=bool({WEBHOOK, CHANNEL} & service.channels.keys()),
        typed=typed or {},
        problems=problems or {},
        said=said_in(request),
    )


def _address(request: web.Request, person: UserRow) -> str:
    is_named = "user_id" in request.match_info
    return f"/console/contact/{person.id}" if is_named else "/console/contact"


_PERSON = r"/console/contact/{user_id:[0-9a-f]{32}}"
ROUTES = (
    web.get("/console/contact", contact),
    web.post("/console/contact", save),
    web.post("/console/contact/test", ring),
    web.get(_PERSON, contact),
    web.post(_PERSON, save),
    web.post(f"{_PERSON}/test", ring),
)
