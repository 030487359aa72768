"""What the handlers of the web chat share: limits, open streams, the finished pages."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from intake.chat.errors import NoSession, SessionExpired
from intake.chat.limits import AddressBuckets, Doorway, Limits
from intake.chat.session import USE_TIME, Session, SessionSeal
from intake.chat.streams import Streams
from intake.service import SERVICE

COOKIE: Final = "s"
HEADER: Final = "X-Chat-Session"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """One of each a process."""

    limits: Limits
    addresses: AddressBuckets
    doorway: Doorway
    streams: Streams


CHAT: web.AppKey[ChatParts] = web.AppKey("chat")


def make_parts(limits: Limits) -> ChatParts:
    """Build the parts from the figures."""
    return ChatParts(
        limits=limits,
        addresses=AddressBuckets(
            per_second=limits.sessions_per_second,
            burst=limits.sessions_burst,
            size=limits.addresses,
        ),
        doorway=Doorway(limits.messages_under_way),
        streams=Streams(limits.streams),
    )


def seal_of(request: web.Request) -> SessionSeal:
    """Return what signs and reads this service's tokens."""
    return SessionSeal(request.app[SERVICE].store.vault.signing_secret)


def session_of(request: web.Request, token: object = None) -> Session:
    """Return who asks: by the body's token, the header, or the page's cookie; or raise."""
    if token is None:
        token = request.headers.get(HEADER) or request.cookies.get(COOKIE)
    if not token:
        raise NoSession
    session = seal_of(request).session(token) if isinstance(token, str) else None
    if session is None:
        raise NoSession
    if not session.may_be_used(request.app[SERVICE].clock()):
        raise SessionExpired
    return session


def renew_cookie(request: web.Request, response: web.StreamResponse, session: Session) -> None:
    """Note in the page's cookie that it was open now; other clients have none to renew."""
    if COOKIE in request.cookies and not request.headers.get(HEADER):
        set_cookie(request, response, session)


def set_cookie(request: web.Request, response: web.StreamResponse, session: Session) -> None:
    """Give the page its session where no script can read it."""
    now = request.app[SERVICE].clock()
    response.set_cookie(
        COOKIE,
        seal_of(request).token(session, now),
        path="/chat",
        max_age=int((session.born_at + USE_TIME - now).total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=request.app[SERVICE].settings.web.trusts_proxy,
    )


def drop_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Take the page's session away."""
    response.del_cookie(
        COOKIE,
        path="/chat",
        httponly=True,
        samesite="Strict",
        secure=request.app[SERVICE].settings.web.trusts_proxy,
    )


def address_of(request: web.Request) -> str:
    """Return where a request comes from; only the last hop before our own proxy is believed."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if request.app[SERVICE].settings.web.trusts_proxy and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.remote or ""
