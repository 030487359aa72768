"""What both of Telegram's ways in share: how an update is kept, and how long to wait."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.contract import InboundMessage, Presence, RateLimited, SendError
from bot.channels.telegram_inbound import CHANNEL
from intake import reception
from intake.service import Service
from storage.talks import contacts

if TYPE_CHECKING:  # the vendor's library takes a second to load: only where it is used
    from bot.channels.telegram import TelegramChannel

Pause = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often we look and try again."""

    lease_seconds: float = 30.0
    renew_seconds: float = 10.0
    first_wait_seconds: float = 1.0
    last_wait_seconds: float = 30.0

    def wait_seconds(self, error: SendError, attempts: int) -> float:
        """Return how long to leave Telegram alone after so many failures in a row."""
        if isinstance(error, RateLimited):
            return error.retry_after_seconds
        doubled = self.first_wait_seconds * float(2 ** min(attempts - 1, 16))
        return min(doubled, self.last_wait_seconds)


PACE = Pace()


def channel_of(service: Service) -> "TelegramChannel | None":
    """Return the channel where the settings name a bot."""
    channel = service.channels.get(CHANNEL)
    if channel is None:
        return None
    from bot.channels.telegram import TelegramChannel

    return channel if isinstance(channel, TelegramChannel) else None


async def keep(service: Service, message: InboundMessage) -> None:
    """Store a message, or what it says about the contact; it may be acknowledged then.

    Raises `TooManyMessages`, `Overloaded` or `StorageUnavailable` for what Telegram must repeat.
    """
    if message.sender_key == service.settings.telegram.staff_chat:
        return  # alarms go there; nothing in it is a report
    if not is_about_the_contact(message):
        await reception.receive(service, message)
        return
    await contacts.set_blocked(
        service.store,
        CHANNEL,
        message.sender_key,
        is_blocked=message.content == Presence(kind="blocked"),
        now=message.received_at,
    )


def is_about_the_contact(message: InboundMessage) -> bool:
    """Say whether the reporter blocked or unblocked us: no words, nothing to answer."""
    return message.content in (Presence(kind="blocked"), Presence(kind="unblocked"))
