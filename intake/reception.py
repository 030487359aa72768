"""Stop 2 from the outside: every message of every channel comes in here (tiếp nhận)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.channels.codec import content_to_json, words_of
from bot.channels.contract import ButtonPress, InboundMessage, OutboundMessage, SendError
from bot.dialogue.buttons import is_alarming
from intake.alarm_ways import ring_without_database
from intake.errors import TooManyMessages
from intake.logs import log
from intake.service import Service
from nlu.assessment import FloorHit
from nlu.labels import Urgency
from storage.errors import StorageUnavailable, TooFast
from storage.rows import Bucket, Lane, NewInbound
from storage.talks import inbox

LEASE_SECONDS = 15.0
_SPOOL_SECONDS = 2.0
_MESSAGES_PER_SECOND = 1.0
_MESSAGES_AT_ONCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What became of a message; it is stored or spooled when you hold this."""

    inbox_id: int | None
    conversation_id: str | None
    seen_before: bool
    is_spooled: bool
    rescue: tuple[OutboundMessage, ...] = ()
    """Static words for the reporter, because nothing else can answer now (spooled)."""


async def receive(service: Service, message: InboundMessage) -> Reception:
    """Store a message durably and wake its walker; spools it when the database is away.

    Raises `TooManyMessages` over a fair rate (never when the danger floor hits) and `Overloaded`
    when not even the spool can be written: then the vendor or the page must send it again.
    """
    hit = await _look(service, message)
    row = _row(message, lane=_lane(message, hit))
    try:
        received = await inbox.receive(
            service.store,
            row,
            owner=service.owner,
            now=service.clock(),
            lease_seconds=LEASE_SECONDS,
            bucket=None if hit else _bucket(service, message),
        )
    except TooFast:
        raise TooManyMessages from None
    except StorageUnavailable as error:
        return await _spool(service, message, hit, str(error))
    if received.lease:
        service.desk.wake(
            received.lease, is_urgent=row.lane is Lane.EMERGENCY, loaded=received.loaded
        )
    return Reception(
        inbox_id=received.inbox_id,
        conversation_id=received.conversation_id,
        seen_before=received.seen_before,
        is_spooled=False,
    )


async def take_in_spooled(service: Service) -> None:
    """Bring spooled messages into the database once it can be written again; runs for ever."""
    while True:
        for path in await asyncio.to_thread(service.spool.waiting):
            if not await _take_in_file(service, path):
                break
        await asyncio.sleep(_SPOOL_SECONDS)


async def _take_in_file(service: Service, path: Path) -> bool:
    """Take in one file; False when the database is still away and the rest must wait too."""
    try:
        message = await asyncio.to_thread(service.spool.open, path)
        if message is None:
            service.spool.set_aside(path)
            log.error("spooled_message_unreadable")
        elif await _take_in(service, message):
            service.spool.done(path)
        else:
            return False
    except Exception:  # noqa: BLE001 - the re-walk loop: one bad file must not stop the others
        log.exception("spooled_message_failed")
    return True


async def _take_in(service: Service, message: InboundMessage) -> bool:
    hit = await _look(service, message)
    row = _row(message, lane=_lane(message, hit))
    try:
        received = await inbox.receive(
            service.store,
            row,
            owner=service.owner,
            now=service.clock(),
            lease_seconds=LEASE_SECONDS,
            bucket=None,
        )
    except StorageUnavailable:
        return False
    log.info("spooled_message_taken_in", channel=message.channel, inbox_id=received.inbox_id)
    if received.lease:
        service.desk.wake(
            received.lease, is_urgent=row.lane is Lane.EMERGENCY, loaded=received.loaded
        )
    return True


async def _look(service: Service, message: InboundMessage) -> FloorHit | None:
    words = words_of(message.content)
    return await service.floor.look_soon(words) if words else None


def _lane(message: InboundMessage, hit: FloorHit | None) -> Lane:
    """Cries for help never wait and are never refused: words of danger, SOS, alarming buttons."""
    content = message.content
    if isinstance(content, ButtonPress) and is_alarming(content.payload):
        return Lane.EMERGENCY
    is_critical = hit is not None and hit.urgency is Urgency.CRITICAL
    return Lane.EMERGENCY if is_critical else Lane.REPLY


def _row(message: InboundMessage, *, lane: Lane) -> NewInbound:
    return NewInbound(
        channel=message.channel,
        account=message.sender_key,
        external_id=message.external_id,
        sent_at=message.sent_at,
        received_at=message.received_at,
        body={**content_to_json(message.content), "is_edit": message.is_edit},
        name=message.sender_name,
        source=message.source,
        lane=lane,
    )


def _bucket(service: Service, message: InboundMessage) -> Bucket | None:
    """The fair rate of one web session. A messenger has delivered already: refusing it would
    hold up everybody who wrote later."""
    channel = service.channels.get(message.channel)
    if channel is None or not channel.pulls:
        return None
    sender = service.store.vault.lookup(message.channel, message.sender_key).hex()[:32]
    return Bucket(
        name=f"reporter:{sender}", per_second=_MESSAGES_PER_SECOND, burst=_MESSAGES_AT_ONCE
    )


async def _spool(
    service: Service, message: InboundMessage, hit: FloorHit | None, error: str
) -> Reception:
    await asyncio.to_thread(service.spool.write, message)
    log.error("message_spooled", channel=message.channel, error=error)
    if _lane(message, hit) is Lane.EMERGENCY and service.siren.may_ring(service.clock()):
        service.desk.begin(ring_without_database(service))  # the rescue words do not wait for it
    rescue = (service.shelf.static_rescue(hit.danger if hit else None),)
    channel = service.channels.get(message.channel)
    if channel is not None and not channel.pulls:
        with suppress(SendError):  # the message is safe; the words are best effort here
            await channel.send(message.sender_key, rescue[0])
    return Reception(
        inbox_id=None, conversation_id=None, seen_before=False, is_spooled=True, rescue=rescue
    )
