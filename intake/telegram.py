"""Telegram's webhook; `poll` is the other way in, where no webhook can reach us.

An update is acknowledged only when it is stored: with a 200 here, with the next request when
polling. Until then Telegram sends it again, and the inbox knows it the second time.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from bot.channels.contract import ChannelError, InboundMessage, SendError
from bot.channels.telegram_inbound import CHANNEL, callback_query_id, parse
from intake.errors import Overloaded, TooManyMessages
from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE, Service
from intake.telegram_inbox import PACE, Pace, Pause, channel_of, keep
from intake.telegram_poller import poll
from storage.errors import StorageUnavailable

__all__ = ["add_routes", "announce_webhook", "poll"]

PATH = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_LIMIT_BYTES = 1024 * 1024
"""Far above the longest update: one that is refused for its size would never come through."""


def add_routes(app: web.Application) -> None:
    """Add the webhook, and tell Telegram about it when the service starts."""
    app.router.add_post(PATH, receive_update)
    app.cleanup_ctx.append(_announce)


@public
async def receive_update(request: web.Request) -> web.Response:
    """Take one update: 200 when it is stored, spooled or not ours, else Telegram repeats it."""
    service = request.app[SERVICE]
    channel = channel_of(service)
    if channel is None or not _is_telegram(request, service.settings.telegram.webhook_secret):
        log.warning("webhook_refused", channel=CHANNEL, status=403)
        return web.Response(status=403)
    if request.content_type != "application/json":
        return web.Response(status=415)
    body = await _read_body(request)
    if body is None:
        return web.Response(status=413)
    try:
        update = json.loads(body)
        message = parse(update, bot_id=channel.bot_id, received_at=service.clock())
    except (ValueError, RecursionError, ChannelError):
        log.warning("update_unreadable", channel=CHANNEL, status=400)
        return web.Response(status=400)
    if message is None:
        return web.Response()
    return await _keep_or_refuse(service, message, callback_query_id(update))


async def announce_webhook(
    service: Service, *, pace: Pace = PACE, pause: Pause = asyncio.sleep
) -> None:
    """Tell Telegram where to send updates, until it agrees; nothing to do when polling."""
    channel, settings = channel_of(service), service.settings
    attempts = 0
    while channel is not None and settings.telegram.webhook_secret:
        try:
            await channel.open_webhook(
                f"{settings.web.public_url}{PATH}", settings.telegram.webhook_secret
            )
        except SendError as error:
            attempts += 1
            log.error("webhook_not_set", channel=CHANNEL, error=str(error), attempts=attempts)
            await pause(pace.wait_seconds(error, attempts))
        else:
            log.info("webhook_set", channel=CHANNEL)
            return


async def _keep_or_refuse(service: Service, message: InboundMessage, query_id: str) -> web.Response:
    try:
        await keep(service, message)
    except TooManyMessages:
        return web.Response(status=429)
    except (Overloaded, StorageUnavailable) as error:
        log.error("update_not_kept", channel=CHANNEL, status=503, error=type(error).__name__)
        return web.Response(status=503)
    if not query_id:
        return web.Response()
    # Telegram takes one call as the answer to a webhook: this one stops the button turning.
    return web.json_response({"method": "answerCallbackQuery", "callback_query_id": query_id})


async def _announce(app: web.Application) -> AsyncIterator[None]:
    """Set the webhook in the background: the web chat does not wait for Telegram."""
    task = asyncio.create_task(announce_webhook(app[SERVICE]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _is_telegram(request: web.Request, secret: str) -> bool:
    """Compare in constant time; without a secret of ours nobody is Telegram."""
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    return bool(secret) and hmac.compare_digest(given, secret.encode())


async def _read_body(request: web.Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)
