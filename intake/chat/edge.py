"""The HTTP edge of the web chat: what a request must be, and how a refusal looks.

Strangers get a status, a code and a sentence; never a stack trace, never their own words.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web import BadMessage
from intake.chat.errors import (
    BadJson,
    Broken,
    ChatError,
    Crowded,
    TooFast,
    TooLarge,
    TooSlow,
    Unavailable,
    WrongOrigin,
    WrongType,
)
from intake.errors import Overloaded, TooManyMessages
from intake.logs import log
from intake.service import SERVICE
from storage.errors import StorageError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BODY_LIMIT: Final = 64 * 1024
SAFE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def edge(handler: Handler) -> Handler:
    """Turn every failure of a JSON handler into a clear answer."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            check_origin(request)
            return await handler(request)
        except BadMessage as error:
            return json_answer({"error": error.code, "message": error.sentence}, status=400)
        except ChatError as error:
            return refusal(error)
        except TooManyMessages:
            return refusal(TooFast())
        except Overloaded:
            return refusal(Crowded())
        except StorageError as error:
            log.warning("chat_storage_failed", route=handler.__name__, error=type(error).__name__)
            return refusal(Unavailable())
        except web.HTTPException:
            raise
        except Exception:  # noqa: BLE001 - the HTTP edge: a stranger gets a sentence, we get a log
            log.exception("chat_request_failed", route=handler.__name__)
            return refusal(Broken())

    return guarded


def json_answer(value: Mapping[str, Any], *, status: int = 200) -> web.Response:
    """Return JSON that no cache keeps."""
    return web.json_response(value, status=status, headers=SAFE_HEADERS, dumps=_dumps)


def refusal(error: ChatError) -> web.Response:
    """Return an error as people and programs read it."""
    answer = json_answer({"error": error.code, "message": error.sentence}, status=error.status)
    answer.headers.update(error.headers)
    return answer


def check_origin(request: web.Request) -> None:
    """Refuse another site's page; a request without these headers comes from no page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise WrongOrigin
    origin = request.headers.get("Origin")
    if origin is None:
        return
    ours = {request.host, urlsplit(request.app[SERVICE].settings.web.public_url).netloc}
    if urlsplit(origin).netloc not in ours:
        raise WrongOrigin


async def read_json(request: web.Request, *, seconds: float) -> object:
    """Read a JSON body of at most 64 KiB."""
    if request.content_type != "application/json":
        raise WrongType
    if (request.content_length or 0) > BODY_LIMIT:
        raise TooLarge
    try:
        async with asyncio.timeout(seconds):
            raw = await _read(request)
    except TimeoutError:
        raise TooSlow from None
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_such_number)
    except (ValueError, RecursionError):
        raise BadJson from None


async def _read(request: web.Request) -> bytes:
    parts, size = [], 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > BODY_LIMIT:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _no_such_number(_name: str) -> NoReturn:
    """JSON has no NaN and no Infinity."""
    raise BadJson


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
