"""Twilio's REST interface and its signature: the only file that knows the vendor's library.

A request is written once: whoever calls decides whether it is written again. Nothing is logged
here, and no error quotes an answer: both would hold a person's number.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels.contract import (
    BlockedByUser,
    ChannelDown,
    RateLimited,
    Rejected,
    SendError,
    SendInDoubt,
)

_LIBRARYS_URL: Final = "https://api.twilio.com"
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
_WAIT_SECONDS: Final = 5.0
_TOO_MANY: Final = 20429
_NO_ACCOUNT: Final = (20003, 20005)
"""The token is refused, or the account is suspended."""
_OPTED_OUT: Final = 21610
_NOT_ALIVE: Final = 21220
"""A call that is over cannot be changed."""


def is_signed(auth_token: str, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether the account's token signed this form for this address, bytes as they were sent.

    `form`: with the blank values and every repetition (a MultiMapping). Never raises.
    """
    try:
        return bool(RequestValidator(auth_token).validate(url, form, signature))
    except ValueError:  # bytes that are no letters, or an address that is none
        return False


class TwilioApi:
    """One account. Its session opens with the first request; `close` it."""

    def __init__(self, account_sid: str, auth_token: str, *, api_url: str = _LIBRARYS_URL) -> None:
        self._transport = _Transport(api_url)
        client = Client(account_sid, auth_token, http_client=self._transport)
        self._calls, self._messages = client.calls, client.messages

    async def send_sms(self, *, to: str, sender: str, text: str, status_url: str) -> str:
        """Send one text and return its sid; raise a `SendError`."""
        with _send_errors():
            message = await self._messages.create_async(
                to=to, from_=sender, body=text, status_callback=status_url
            )
            return _sid(message.sid)

    async def ring(
        self, *, to: str, caller_id: str, url: str, status_url: str, timeout_seconds: int = 20
    ) -> str:
        """Ring a telephone and return the call's sid; `url` is asked what to say when it is taken.

        `status_url` is told once how the call ended: taken or not, busy, failed, hung up.
        Raise a `SendError`; after `SendInDoubt` it may be ringing.
        """
        with _send_errors():
            call = await self._calls.create_async(
                to=to,
                from_=caller_id,
                url=url,
                method="POST",
                status_callback=status_url,
                status_callback_method="POST",
                timeout=timeout_seconds,
            )
            return _sid(call.sid)

    async def hang_up(self, call_sid: str) -> None:
        """End a call, ringing or taken; one that is over stays so. Raise a `SendError`."""
        with _send_errors():
            try:
                await self._calls(call_sid).update_async(status="completed")
            except TwilioRestException as error:
                if error.status != 404 and error.code != _NOT_ALIVE:
                    raise

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


class _Transport(AsyncHttpClient):
    """Requests that are not logged: the library's own client writes every number to its logger."""

    def __init__(self, api_url: str) -> None:
        self.is_async = True  # all that the library asks of a transport
        self._api_url = api_url
        self._session: aiohttp.ClientSession | None = None

    async def request(  # type: ignore[override] # the library's own clients do the same
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Response:
        """Send one request; raises the contract's errors where no answer comes."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        sent: Mapping[str, Any] = {"params": params, "data": data}
        address = self._api_url + uri.removeprefix(_LIBRARYS_URL)
        every_header = dict(headers or {}) | _authorization(auth)
        try:
            async with self._session.request(
                method, address, headers=every_header, allow_redirects=allow_redirects, **sent
            ) as answer:
                text = await answer.text(errors="replace")
                return Response(answer.status, text, answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise ChannelDown("twilio: no connection") from None
        except (aiohttp.ClientError, TimeoutError):
            raise SendInDoubt("twilio: no answer") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {}


@contextmanager
def _send_errors() -> Iterator[None]:
    """Turn what the library raises into the contract's errors, which quote nothing."""
    try:
        yield
    except TwilioRestException as error:
        raise _send_error(error.status, error.code or 0) from None
    except (TwilioException, TypeError, ValueError, KeyError, AttributeError):
        raise SendInDoubt("twilio: unreadable answer") from None


def _send_error(status: int, code: int) -> SendError:
    """Return what a refusal means; what is wrong with the account is ours to mend, so we wait."""
    if code == _OPTED_OUT:
        return BlockedByUser(f"twilio {code}")
    if status == 429 or code == _TOO_MANY:
        return RateLimited(_WAIT_SECONDS)
    if code in _NO_ACCOUNT or status in (401, 408) or status >= 500:
        return ChannelDown(f"twilio {status}")
    return Rejected(f"twilio {status} {code}")


def _sid(sid: str | None) -> str:
    if not sid:
        raise ValueError("an answer without a sid")
    return sid
