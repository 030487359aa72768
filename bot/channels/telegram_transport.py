"""HTTP to the Bot API: what the library would log or warn about, and errors that delivery knows.

The library logs an answer it cannot read, with the words in it, and cannot report a flood limit
without a deprecation warning. Both are settled here, below the library and by its own hooks.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.contract import (
    BlockedByUser,
    ChannelDown,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
)
from bot.channels.telegram_json import number, quantity, some_object

UPDATE: Final = "langnghe_update"
"""Where `PollTransport` keeps an update, unread, in the library's `Update.api_kwargs`."""

_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 86_400.0


class FloodLimit(TelegramError):
    """Telegram wants us to wait (429)."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class ServerTrouble(TelegramError):
    """Telegram answered 5xx."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Transport(HTTPXRequest):
    """Requests whose answers are neither logged nor repeated in an error."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send one request; raises `FloodLimit` and `ServerTrouble` before the library looks."""
        code, payload = await super().do_request(*args, **kwargs)
        if code >= 400 and (seconds := _retry_after(code, payload)):
            raise FloodLimit(seconds)
        if code >= 500:
            raise ServerTrouble(code)
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; what cannot be read is not quoted."""
        answer = _json(payload)
        if not answer.keys() & {"result", "description"}:
            raise TelegramError("unreadable answer")
        return answer


class PollTransport(Transport):
    """Hands updates over unread: the library's classes would stop at the first odd one for ever."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Wrap every update, so that only its number is read here."""
        answer = Transport.parse_json_payload(payload)
        updates = answer.get("result")
        if isinstance(updates, list):
            answer["result"] = [
                {"update_id": serial, UPDATE: update}
                for update in updates
                if (serial := number(some_object(update).get("update_id"))) is not None
            ]
        return answer


@contextmanager
def send_errors() -> Iterator[None]:
    """Turn what the library raises into the contract's errors, which quote nothing."""
    try:
        yield
    except TelegramError as error:
        raise _send_error(error) from None  # the library's text may quote an answer
    except (TypeError, ValueError, KeyError, AttributeError):
        raise SendInDoubt("telegram: unreadable result") from None


def _send_error(error: TelegramError) -> SendError:
    match error:
        case FloodLimit():
            return RateLimited(error.seconds)
        case ServerTrouble():
            return ChannelDown(f"telegram {error.code}")
        case Forbidden():
            return BlockedByUser("telegram 403")
        case BadRequest():  # before NetworkError, of which it is a kind
            return Rejected("telegram 400")
        case InvalidToken():
            return ChannelDown("telegram 401: the token is refused")
        case Conflict():
            return ChannelDown("telegram 409: somebody else polls, or a webhook is set")
        case NetworkError():
            return _network_error(error.__cause__)
        case _:
            return SendInDoubt("telegram: unreadable answer")


def _network_error(cause: BaseException | None) -> SendError:
    if isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NEVER_WRITTEN):
        return SendInDoubt(f"telegram: {type(cause).__name__}")
    return ChannelDown(f"telegram: {type(cause).__name__ if cause else 'refused'}")


def _retry_after(code: int, payload: bytes) -> float:
    parameters = some_object(_json(payload).get("parameters"))
    seconds = quantity(parameters.get("retry_after"), _LONGEST_WAIT_SECONDS)
    if seconds and seconds > 0:
        return seconds
    return _WAIT_SECONDS if code == 429 else 0.0


def _json(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
