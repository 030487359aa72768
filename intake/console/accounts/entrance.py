"""The entrance: log-in, log-out, one's own password, the language of the console."""

from urllib.parse import urlsplit

from aiohttp import web

from intake.accounts import Refused, change_password, sign_in
from intake.console import sessions
from intake.console.forms import choice_of, see_other, text_of
from intake.console.render import LANGUAGE_COOKIE, page, words_for
from intake.console.sessions import SIGNED_IN
from intake.console.strings import ConsoleLanguage
from intake.passwords import WeakPassword
from intake.permissions import Permission, needs, public
from intake.service import SERVICE

_YEAR_SECONDS = 31_536_000
_GREETINGS = ("expired", "signed_out")


@public
async def login_page(request: web.Request) -> web.StreamResponse:
    """Show the log-in form."""
    if SIGNED_IN in request:
        return see_other("/console")
    return _login_form(request)


@public
async def login(request: web.Request) -> web.StreamResponse:
    """Sign in; wrong name and wrong password are answered alike."""
    service = request.app[SERVICE]
    name = (await text_of(request, "login")).casefold()[:64]
    outcome = await sign_in(
        service.store,
        login=name,
        password=await secret_in(request, "password"),
        address=address_of(request),
        now=service.clock(),
        known=sessions.known_user(request),
    )
    if isinstance(outcome, Refused):
        status = 429 if outcome.code == "too_many" else 401
        return _login_form(request, status=status, name=name, refused=outcome)
    response = see_other("/console")
    await sessions.begin(request, response, outcome)
    return response


@needs(Permission.SIGNED_IN)
async def logout(request: web.Request) -> web.StreamResponse:
    """Sign out of this browser, and let it forget what it kept."""
    response = see_other("/console/login", said="signed_out")
    await sessions.end(request, response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@needs(Permission.SIGNED_IN)
async def password_page(request: web.Request) -> web.StreamResponse:
    """Show the form for one's own password."""
    return page(request, "password.html", problems={})


@needs(Permission.SIGNED_IN)
async def password(request: web.Request) -> web.StreamResponse:
    """Change one's own password; every other browser of this user is signed out."""
    service, user = request.app[SERVICE], request[SIGNED_IN].user
    words, new = words_for(request), await secret_in(request, "new")
    if new != await secret_in(request, "again"):
        problems = {"again": words("password.not_equal")}
        return page(request, "password.html", status=422, problems=problems)
    try:
        await change_password(
            service.store,
            user,
            current=await secret_in(request, "current"),
            new=new,
            now=service.clock(),
        )
    except WeakPassword as error:
        field = "current" if error.code == "wrong_current" else "new"
        problems = {field: words(f"password.{error.code}")}
        return page(request, "password.html", status=422, problems=problems)
    response = see_other("/console", said="changed")
    await sessions.begin(request, response, user, factor_at=request[SIGNED_IN].factor_at)
    return response


@public
async def language(request: web.Request) -> web.StreamResponse:
    """Remember the language for this browser and go back to the page."""
    wanted = await choice_of(request, "language", [each.value for each in ConsoleLanguage])
    response = see_other(_page_before(request))
    response.set_cookie(
        LANGUAGE_COOKIE,
        wanted,
        path="/console",
        max_age=_YEAR_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.app[SERVICE].settings.web.trusts_proxy,
    )
    return response


def _login_form(
    request: web.Request, *, status: int = 200, name: str = "", refused: Refused | None = None
) -> web.Response:
    words, greeting = words_for(request), request.query.get("said", "")
    return page(
        request,
        "login.html",
        status=status,
        login=name,
        problem=refusal_in_words(request, refused) if refused else "",
        said=words(f"login.{greeting}") if greeting in _GREETINGS and not refused else "",
    )


def refusal_in_words(request: web.Request, refused: Refused) -> str:
    """Say why somebody is not let in, and when to try again."""
    minutes = 1
    if refused.until is not None:
        seconds = (refused.until - request.app[SERVICE].clock()).total_seconds()
        minutes = max(1, round(seconds / 60))
    return words_for(request)(f"login.{refused.code}", minutes=minutes)


async def secret_in(request: web.Request, name: str) -> str:
    """Return a password as it was typed, blanks at its ends included."""
    value = (await request.post()).get(name, "")
    return value[:1000] if isinstance(value, str) else ""


def address_of(request: web.Request) -> str:
    """Return where the request comes from; behind a proxy, what the proxy itself saw."""
    if request.app[SERVICE].settings.web.trusts_proxy:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.remote or ""


def _page_before(request: web.Request) -> str:
    """Return the path of the page that the form stood on; never another site."""
    path = urlsplit(request.headers.get("Referer", "")).path
    return path if path.startswith("/console") else "/console"
