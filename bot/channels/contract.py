"""What a channel is: typed messages in and out, and errors that know whether a retry makes sense.

SendError
├── RetryableError
│   ├── ChannelDown      network, 5xx, nobody listens
│   ├── RateLimited      the vendor said when to come back
│   └── SendInDoubt      request written, no answer: it may have arrived
└── FinalError
    ├── BlockedByUser    the reporter does not want us any more
    └── Rejected         the vendor refuses this message for good
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words (tin nhắn chữ)."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point the sender shares (vị trí), WGS 84 degrees."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    accuracy_metres: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A photo, voice note or other file; it stays at the vendor until opened with a reason."""

    kind: str
    """`photo`, `voice`, `video` or `file`."""
    file_id: str = field(repr=False)
    caption: str = field(default="", repr=False)
    size_bytes: int | None = None
    mime_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    """A telephone number that the sender shares (danh bạ)."""

    phone: str = field(repr=False)
    name: str = field(default="", repr=False)
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """A button of ours that was pressed (nút bấm)."""

    payload: str
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The reporter blocked, unblocked or opened the channel; carries no words."""

    kind: str
    """`started`, `blocked` or `unblocked`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A kind of message this version cannot read (sticker, poll, …): kept and kindly answered."""

    kind: str
    caption: str = field(default="", repr=False)


Content = Text | Location | Attachment | SharedContact | ButtonPress | Presence | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One thing that came in from a channel (tin đến)."""

    channel: str
    sender_key: str = field(repr=False)
    """The vendor's account or chat id: where replies go. Personal data."""
    external_id: str
    """Unique within the channel: the same delivery twice has the same id."""
    sent_at: datetime
    """The vendor's time (UTC, aware): legal clocks start here."""
    received_at: datetime
    """Our time (UTC, aware)."""
    content: Content
    sender_name: str = field(default="", repr=False)
    is_edit: bool = False
    """The sender changed an earlier message; the new words are read like a new message."""
    source: str = ""
    """Where the talk began: a poster's or link's tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One choice under a message. The label is what a child would say."""

    label: str
    payload: str
    """Stable vocabulary such as `safe:no`, at most 64 bytes (Telegram's limit)."""


class Sound(StrEnum):
    """A sound of ours (âm thanh) that goes along with words; a channel that can makes the file."""

    RHYTHM = "rhythm"
    """When to press a chest (`bot.channels.rhythm`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One bubble that we send (tin gửi)."""

    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    asks_location: bool = False
    card: str = ""
    """Id of the guidance card that the text came from; empty for an operator's words."""
    is_urgent: bool = False
    """Rescue words: the screen reader announces them at once, delivery puts them first."""
    beats: bool = False
    """It tells an adult to press a chest: a page shows the rhythm beside it."""
    sound: Sound | None = None
    """Sent after the words by a messenger that can; everywhere else the words are all there is."""


class SendError(Exception):
    """A message could not be sent. Its text carries ids and codes only."""

    retryable = False


class RetryableError(SendError):
    """Try again later."""

    retryable = True


class ChannelDown(RetryableError):
    """The channel cannot be reached now."""


class RateLimited(RetryableError):
    """The vendor asks us to wait."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(f"retry after {retry_after_seconds:.1f} s")
        self.retry_after_seconds = retry_after_seconds


class SendInDoubt(RetryableError):
    """The request was written and no answer came: the message may have arrived."""


class FinalError(SendError):
    """Trying again is of no use."""


class BlockedByUser(FinalError):
    """The reporter blocked us or the account is gone."""


class Rejected(FinalError):
    """The vendor refuses this message."""


class ChannelError(Exception):
    """What came in cannot be read as a message of this channel; nothing in it was ours to keep."""


class Channel(Protocol):
    """The verb every channel has. What else it can do is in the optional protocols below."""

    name: str
    pulls: bool
    """The reporter's page fetches its replies (web chat): nothing needs to be sent."""

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Send one bubble to a sender key and return the vendor's id; raise a `SendError`."""


class Polls(Protocol):
    """Channels that can be asked for news where no webhook can reach us."""

    def updates(self) -> AsyncIterator[InboundMessage]:
        """Yield messages for ever; acknowledges one to the vendor when the next is asked for."""


class Checks(Protocol):
    """Channels whose credentials can be tried out by `langnghe doctor`."""

    async def check(self) -> str:
        """Return one line about the account, or raise a `SendError`."""
