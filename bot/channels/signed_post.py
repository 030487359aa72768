"""JSON that is POSTed and signed, both ways: HMAC-SHA256 over the timestamp, a dot and the body.

X-Langnghe-Timestamp: 1795550100             seconds since 1970
X-Langnghe-Signature: sha256=<64 hex digits>
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import aiohttp

from bot.channels.contract import ChannelDown, RateLimited, Rejected, SendInDoubt

TIMESTAMP_HEADER: Final = "X-Langnghe-Timestamp"
SIGNATURE_HEADER: Final = "X-Langnghe-Signature"
WINDOW_SECONDS: Final = 300
"""What is older, or that far in the future, is refused; a repetition within it has a known id."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
_USUAL_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 30.0, 300.0
_ANSWER_BYTES: Final = 16 * 1024


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature's header."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether who knows the secret signed these bytes within the window; never without a secret."""
    timestamp, given = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not (secret and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    wanted = signature(secret, timestamp, body).encode()
    is_theirs = hmac.compare_digest(wanted, given.encode("utf-8", "surrogateescape"))
    return is_theirs and abs(now.timestamp() - int(timestamp)) <= WINDOW_SECONDS


class SignedPost:
    """One address. Its session opens with the first request; `close` it."""

    def __init__(self, url: str, secret: str, *, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._client: aiohttp.ClientSession | None = None

    async def post(self, body: bytes) -> bytes:
        """POST a JSON document and return the answer, cut at 16 KiB; raise a `SendError`."""
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=_TIMEOUT)
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: signature(self._secret, timestamp, body),
        }
        try:
            async with self._client.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as response:
                _check(response)
                return await response.content.read(_ANSWER_BYTES)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise ChannelDown("no connection") from None
        except (aiohttp.ClientError, TimeoutError):
            raise SendInDoubt("no answer") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()


def _check(response: aiohttp.ClientResponse) -> None:
    """Raise the send error that an HTTP status stands for."""
    status = response.status
    if status < 300:
        return
    if status == 429:
        raise RateLimited(_seconds(response.headers.get("Retry-After", "")))
    if status in (401, 403, 408) or status >= 500:  # a wrong secret is ours to mend: we wait
        raise ChannelDown(f"status {status}")
    raise Rejected(f"status {status}")


def _seconds(retry_after: str) -> float:
    if not (retry_after.isascii() and retry_after.isdecimal()):
        return _USUAL_WAIT_SECONDS
    return min(float(retry_after), _LONGEST_WAIT_SECONDS)
