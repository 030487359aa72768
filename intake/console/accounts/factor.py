"""The second factor (xác thực hai bước) at log-in, and how it is set up; recovery codes, once."""

from collections.abc import Mapping, Sequence

from aiohttp import web
from markupsafe import Markup

from intake.accounts import Refused, check_password, may_try, note_wrong_number
from intake.console import sessions
from intake.console.accounts.entrance import address_of, refusal_in_words, secret_in
from intake.console.forms import see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import FACTOR, SET_FACTOR, SIGNED_IN
from intake.passwords import WeakPassword
from intake.permissions import Permission, needs
from intake.second_factor import (
    in_groups,
    is_number,
    new_codes,
    passes,
    qr_code,
    set_up,
    waiting_secret,
)
from intake.service import SERVICE
from storage.accounts import users

_NEW_CODES = "/console/account/codes"


@needs(Permission.SIGNED_IN)
async def ask(request: web.Request) -> web.StreamResponse:
    """Ask for the number of the phone; who has passed already goes on."""
    if request[SIGNED_IN].first != FACTOR:
        return see_other("/console")
    return page(request, "factor.html", problems={})


@needs(Permission.SIGNED_IN)
async def check(request: web.Request) -> web.StreamResponse:
    """Let the person in with a number or a recovery code."""
    if request[SIGNED_IN].first != FACTOR:
        return see_other("/console")
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    typed, now = await text_of(request, "number"), service.clock()
    if refused := await _refusal(request):
        return _ask_again(request, refused)
    if not await passes(service.store, user, typed, now=now):
        until = await note_wrong_number(service.store, user, now)
        code = "locked" if until else "wrong_number"
        return _ask_again(request, Refused(code=code, until=until))
    await users.record_success(service.store, user.id, now=now)
    by_phone = is_number(typed)
    response = see_other(
        "/console" if by_phone else "/console/account", said="" if by_phone else "recovered"
    )
    await sessions.admit(request, response)
    return response


@needs(Permission.SIGNED_IN)
async def set_page(request: web.Request) -> web.StreamResponse:
    """Show the picture for the phone, and the same secret in letters."""
    return await _set_page(request)


@needs(Permission.SIGNED_IN)
async def set_factor(request: web.Request) -> web.StreamResponse:
    """Confirm the phone by its first number; recovery codes are shown on this answer only."""
    service, signed_in = request.app[SERVICE], request[SIGNED_IN]
    words, now = words_for(request), service.clock()
    if signed_in.user.has_second_factor and (problems := await _wrong_password(request)):
        return await _set_page(request, status=422, problems=problems)
    number = (await text_of(request, "number")).replace(" ", "")
    codes = await set_up(service.store, signed_in.user, number, now=now, keeps=signed_in.token_hash)
    if not codes:
        problems = {"number": words("factor.wrong_first")}
        return await _set_page(request, status=422, problems=problems)
    response = _show_codes(request, codes)
    await sessions.admit(request, response)
    return response


@needs(Permission.SIGNED_IN)
async def codes_page(request: web.Request) -> web.StreamResponse:
    """Ask for the password before recovery codes are made anew."""
    if not request[SIGNED_IN].user.has_second_factor:
        return see_other(SET_FACTOR)
    return page(request, "factor_codes_ask.html", problems={})


@needs(Permission.SIGNED_IN)
async def codes(request: web.Request) -> web.StreamResponse:
    """Make recovery codes anew; the old ones stop working."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    if not user.has_second_factor:
        return see_other(SET_FACTOR)
    if problems := await _wrong_password(request):
        return page(request, "factor_codes_ask.html", status=422, problems=problems)
    return _show_codes(request, await new_codes(service.store, user, service.clock()))


async def _refusal(request: web.Request) -> Refused | None:
    """Return why no number is looked at now; a browser that is known is not locked out."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    now = service.clock()
    if not await may_try(service.store, user.id, address=address_of(request), now=now):
        return Refused(code="too_many")
    found = await users.find_user(service.store, user.login)
    until = found.locked_until if found else None
    if until is None or until <= now or sessions.known_user(request) == user.id:
        return None
    return Refused(code="locked", until=until)


def _ask_again(request: web.Request, refused: Refused) -> web.Response:
    problems = {"number": refusal_in_words(request, refused)}
    status = 429 if refused.code == "too_many" else 401
    return page(request, "factor.html", status=status, problems=problems)


async def _wrong_password(request: web.Request) -> Mapping[str, str]:
    service = request.app[SERVICE]
    try:
        await check_password(
            service.store,
            request[SIGNED_IN].user,
            await secret_in(request, "current"),
            service.clock(),
        )
    except WeakPassword as error:
        return {"current": words_for(request)(f"password.{error.code}")}
    return {}


async def _set_page(
    request: web.Request, *, status: int = 200, problems: Mapping[str, str] | None = None
) -> web.Response:
    user = request[SIGNED_IN].user
    secret = await waiting_secret(request.app[SERVICE].store, user.id)
    return page(
        request,
        "factor_set.html",
        status=status,
        picture=Markup(qr_code(secret, user.login)),  # noqa: S704 - made here, of no one's words
        secret=in_groups(secret),
        problems=problems or {},
    )


def _show_codes(request: web.Request, shown: Sequence[str]) -> web.Response:
    return page(request, "factor_codes.html", codes=shown)


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(FACTOR, ask),
    web.post(FACTOR, check),
    web.get(SET_FACTOR, set_page),
    web.post(SET_FACTOR, set_factor),
    web.get(_NEW_CODES, codes_page),
    web.post(_NEW_CODES, codes),
)
