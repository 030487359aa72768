"""Who writes in the web chat: a signed token and nothing else; no row before the first message.

A session may be *used* for 24 hours. Its thread may be *read from the beginning* only within 15
minutes of its last activity: whoever opens the page later on a shared phone finds an empty one.
Onward reading needs a cursor, which only the page that was open all the time still holds.
"""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from itsdangerous import BadSignature, Signer

USE_TIME: Final = timedelta(hours=24)
READING_TIME: Final = timedelta(minutes=15)
_CLOCK_SKEW = timedelta(minutes=5)
_SESSION_SALT = "web-chat-session"
_CURSOR_SALT = "web-chat-cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One reporter's page (phiên trò chuyện); the id is its sender key."""

    id: str = field(repr=False)
    born_at: datetime
    seen_at: datetime
    """When this token was last handed out: the page gets a fresh one with every answer."""

    def may_be_used(self, now: datetime) -> bool:
        """Whether messages can still be sent with it."""
        return self.born_at - _CLOCK_SKEW <= now < self.born_at + USE_TIME

    def may_be_read(self, now: datetime, *, last_entry_at: datetime | None) -> bool:
        """Whether the thread may be read from the beginning (tải lại trang)."""
        active_at = max(self.seen_at, last_entry_at or self.seen_at)
        return now - active_at <= READING_TIME


def new_session(now: datetime) -> Session:
    """Make a session with a random id."""
    return Session(id=secrets.token_hex(16), born_at=now, seen_at=now)


class SessionSeal:
    """Signs and reads tokens and cursors; one key, a salt each."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, session: Session, now: datetime) -> str:
        """Return the session as a token that says it was seen now."""
        seen = replace(session, seen_at=now)
        value = f"{seen.id}~{int(seen.born_at.timestamp()):x}~{int(now.timestamp()):x}"
        return self._signer(_SESSION_SALT).sign(value).decode()

    def session(self, token: str) -> Session | None:
        """Read a token, None unless we signed it; says nothing about its age."""
        try:
            value = self._signer(_SESSION_SALT).unsign(token).decode()
        except (BadSignature, UnicodeError):
            return None
        session_id, born, seen = value.split("~")
        return Session(id=session_id, born_at=_moment(born), seen_at=_moment(seen))

    def cursor(self, session: Session, place: str) -> str:
        """Return a place in the thread that only this session can use."""
        return self._signer(_CURSOR_SALT + session.id).sign(place).decode()

    def place(self, session: Session, cursor: str) -> str | None:
        """Read a cursor of this session, None unless we signed it."""
        try:
            return self._signer(_CURSOR_SALT + session.id).unsign(cursor).decode()
        except (BadSignature, UnicodeError):
            return None

    def _signer(self, salt: str) -> Signer:
        return Signer(self._secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds, 16), UTC)
