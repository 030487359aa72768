"""Polling: fetch updates where no webhook can reach us, in one process at a time."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.contract import InboundMessage, SendError
from bot.channels.telegram_inbound import CHANNEL
from intake.errors import Overloaded, TooManyMessages
from intake.logs import log
from intake.service import Service
from intake.telegram_inbox import PACE, Pace, Pause, channel_of, is_about_the_contact, keep
from storage import leases
from storage.errors import StorageError, StorageUnavailable

if TYPE_CHECKING:
    from bot.channels.telegram import TelegramChannel

POLLER_LEASE = "poller:telegram"


async def poll(
    service: Service, owner: str, *, pace: Pace = PACE, pause: Pause = asyncio.sleep
) -> None:
    """Fetch updates for ever while this process holds the lease; ends by cancellation only."""
    channel = channel_of(service)
    while channel is not None:
        try:
            if await _hold(service, owner, pace):
                await _poll_while_held(service, channel, owner, pace, pause)
        except StorageUnavailable as error:
            log.error("poller_waits", channel=CHANNEL, error=str(error))
        await pause(pace.renew_seconds)


async def _poll_while_held(
    service: Service, channel: "TelegramChannel", owner: str, pace: Pace, pause: Pause
) -> None:
    """Poll until another process holds the lease; gives it back when we stop."""
    log.info("poller_started", channel=CHANNEL)
    fetching = asyncio.create_task(_fetch_forever(service, channel, pace, pause))
    holding = asyncio.create_task(_hold_on(service, owner, pace, pause))
    try:
        await asyncio.wait({fetching, holding}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        fetching.cancel()
        holding.cancel()
        ended = await asyncio.gather(fetching, holding, return_exceptions=True)
        with suppress(StorageError):  # it runs out by itself
            await leases.let_go(service.store, POLLER_LEASE, owner=owner)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def _hold_on(service: Service, owner: str, pace: Pace, pause: Pause) -> None:
    """Renew the lease; returns when it is lost. Without a database nobody else can take it."""
    while True:
        await pause(pace.renew_seconds)
        try:
            if not await _hold(service, owner, pace):
                log.warning("poller_lost_its_lease", channel=CHANNEL)
                return
        except StorageUnavailable as error:  # messages go to the spool meanwhile
            log.error("lease_not_renewed", channel=CHANNEL, error=str(error))


async def _hold(service: Service, owner: str, pace: Pace) -> bool:
    return await leases.hold(
        service.store,
        POLLER_LEASE,
        owner=owner,
        now=service.clock(),
        seconds=pace.lease_seconds,
    )


async def _fetch_forever(
    service: Service, channel: "TelegramChannel", pace: Pace, pause: Pause
) -> None:
    attempts = 0
    while True:
        began = service.clock()
        try:
            await channel.close_webhook()  # Telegram answers 409 to polling while one is set
            async for message in channel.updates():
                await _keep_until_kept(service, message, pace, pause)
        except SendError as error:
            if service.clock() - began > timedelta(seconds=2 * pace.last_wait_seconds):
                attempts = 0  # it went well for a while
            attempts += 1
            log.warning("poll_failed", channel=CHANNEL, error=str(error), attempts=attempts)
            await pause(pace.wait_seconds(error, attempts))


async def _keep_until_kept(
    service: Service, message: InboundMessage, pace: Pace, pause: Pause
) -> None:
    """Nothing later is acknowledged before this one is stored."""
    while True:
        try:
            await keep(service, message)
        except (TooManyMessages, Overloaded, StorageUnavailable) as error:
            log.warning("update_waits", channel=CHANNEL, error=type(error).__name__)
            if is_about_the_contact(message):
                return  # the next send shows it too; a child's words behind it must not wait
            await pause(pace.first_wait_seconds)
        else:
            return
