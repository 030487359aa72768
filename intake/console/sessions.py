"""Who is signed in: cookies, sessions and the token against forged forms.

Only the hash of a session's token is stored. An open console asks the server at least once a
minute, which counts as use: the screen that must ring does not sign itself out while it is open.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from itsdangerous import BadSignature, TimestampSigner

from intake.console.accounts.browsers import family_of
from intake.service import SERVICE
from storage.accounts import sessions
from storage.rows import UserRow

IDLE = timedelta(minutes=30)
LIFETIME = timedelta(hours=12)
"""One shift with its hand-over; then everybody signs in again."""
FACTOR, PASSWORD, SET_FACTOR = "/console/factor", "/console/password", "/console/factor/set"
_KNOWN_SECONDS = 30 * 24 * 3600
"""How long a browser that was signed in fully is known again (`intake.accounts.sign_in`)."""
_COOKIE = "langnghe_console"
_KNOWN_COOKIE = "langnghe_known"
_FORM_COOKIE = "langnghe_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who makes this request."""

    user: UserRow
    csrf: str = field(repr=False)
    token_hash: bytes = field(repr=False)
    factor_at: datetime | None
    first: str
    """The page that comes before everything else; empty: this person is in."""


SIGNED_IN: web.RequestKey[SignedIn] = web.RequestKey("console_signed_in", SignedIn)
_FORM_NONCE: web.RequestKey[str] = web.RequestKey("console_form_nonce", str)


async def recognise(request: web.Request) -> SignedIn | None:
    """Return who sends the session cookie, None for a stranger or a session that is over."""
    token = request.cookies.get(_name(request, _COOKIE), "")
    if not token:
        return None
    service, token_hash = request.app[SERVICE], _hash(token)
    found = await sessions.session(service.store, token_hash, now=service.clock(), idle=IDLE)
    if found is None:
        return None
    needs_factor = service.settings.web.requires_second_factor
    return SignedIn(
        user=found.user,
        csrf=found.csrf,
        token_hash=token_hash,
        factor_at=found.factor_at,
        first=_first_page(found.user, found.factor_at, needs_factor=needs_factor),
    )


def _first_page(user: UserRow, factor_at: datetime | None, *, needs_factor: bool) -> str:
    """Return what is still to do; a password is changed by nobody who lacks the second factor."""
    if user.has_second_factor and factor_at is None:
        return FACTOR
    if user.must_change_password:
        return PASSWORD
    return SET_FACTOR if needs_factor and not user.has_second_factor else ""


async def begin(
    request: web.Request,
    response: web.StreamResponse,
    user: UserRow,
    *,
    factor_at: datetime | None = None,
) -> None:
    """Open a new session for a browser; the one it had is closed (rotation)."""
    await end(request, response)
    service, token = request.app[SERVICE], secrets.token_urlsafe(32)
    await sessions.open_session(
        service.store,
        user.id,
        token_hash=_hash(token),
        csrf=secrets.token_urlsafe(32),
        now=service.clock(),
        lifetime=LIFETIME,
        browser=family_of(request.headers.get("User-Agent", "")),
        factor_at=factor_at,
    )
    _set(request, response, _COOKIE, token)
    if not user.has_second_factor:
        _know(request, response, user)


async def admit(request: web.Request, response: web.StreamResponse) -> None:
    """Let the second factor of this browser count; it goes on with a new token (rotation)."""
    service, signed_in, token = request.app[SERVICE], request[SIGNED_IN], secrets.token_urlsafe(32)
    await sessions.admit(
        service.store,
        signed_in.token_hash,
        new_hash=_hash(token),
        now=service.clock(),
    )
    _set(request, response, _COOKIE, token)
    _know(request, response, signed_in.user)


def known_user(request: web.Request) -> str:
    """Return the id of the user who signed in fully with this browser lately; empty: nobody."""
    try:
        signed = request.cookies.get(_name(request, _KNOWN_COOKIE), "")
        return _signer(request).unsign(signed, max_age=_KNOWN_SECONDS).decode()
    except BadSignature:
        return ""


def _know(request: web.Request, response: web.StreamResponse, user: UserRow) -> None:
    signed = _signer(request).sign(user.id).decode()
    _set(request, response, _KNOWN_COOKIE, signed, seconds=_KNOWN_SECONDS)


def _signer(request: web.Request) -> TimestampSigner:
    return TimestampSigner(request.app[SERVICE].store.vault.signing_secret, salt="console-known")


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Close the session of this browser, if it has one."""
    token = request.cookies.get(_name(request, _COOKIE), "")
    if token:
        service = request.app[SERVICE]
        await sessions.close_session(service.store, _hash(token), now=service.clock())
    response.del_cookie(_name(request, _COOKIE), path="/console", samesite="Strict")


def csrf_of(request: web.Request) -> str:
    """Return the token that a form of this browser must carry.

    A stranger's is derived from a nonce in a cookie, so that the log-in form has one too.
    """
    if SIGNED_IN in request:
        return request[SIGNED_IN].csrf
    nonce = str(request.cookies.get(_name(request, _FORM_COOKIE)) or request.get(_FORM_NONCE) or "")
    if not nonce:
        nonce = secrets.token_urlsafe(24)
        request[_FORM_NONCE] = nonce
    secret = request.app[SERVICE].store.vault.signing_secret
    return hmac.new(secret, b"console-form:" + nonce.encode(), hashlib.sha256).hexdigest()


def keep_form_nonce(request: web.Request, response: web.StreamResponse) -> None:
    """Give a stranger's browser the nonce that its form was made with."""
    if nonce := request.get(_FORM_NONCE, ""):
        _set(request, response, _FORM_COOKIE, nonce)


def is_own_form(request: web.Request, token: str) -> bool:
    """Whether a form came from a page of ours: its token and, where sent, its origin."""
    if not hmac.compare_digest(token.encode(), csrf_of(request).encode()):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    public_url = request.app[SERVICE].settings.web.public_url
    return origin in (public_url, f"http://{request.host}", f"https://{request.host}")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _name(request: web.Request, name: str) -> str:
    """Behind TLS the browser itself refuses a cookie that a neighbour host planted."""
    return f"__Secure-{name}" if request.app[SERVICE].settings.web.trusts_proxy else name


def _set(
    request: web.Request,
    response: web.StreamResponse,
    name: str,
    value: str,
    *,
    seconds: int | None = None,
) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        path="/console",
        max_age=seconds,
        httponly=True,
        samesite="Strict",
        secure=request.app[SERVICE].settings.web.trusts_proxy,
    )
