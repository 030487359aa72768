"""SMS (tin nhắn điện thoại): one channel, whichever way its texts take.

A person is their number, as +84…; a bubble is one text or more, without accents, its buttons are
numbers to answer with (`bot.channels.sms_text`, `bot.dialogue.choices`).
"""

import re
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.channels.contract import (
    ButtonPress,
    ChannelError,
    Content,
    InboundMessage,
    OutboundMessage,
    Text,
    Unknown,
)
from bot.channels.sms_text import texts_of

NAME: Final = "sms"
TEXT_LIMIT: Final = 4096
"""Letters of what comes in: ten segments are far fewer."""
STOP: Final = ButtonPress(payload="cmd:stop", label="STOP")
START: Final = ButtonPress(payload="cmd:continue", label="START")
_STOP: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "QUIT"})
_START: Final = frozenset({"START", "UNSTOP"})
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_LONGEST_WAY: Final = timedelta(days=7)
"""What claims to be older, or to come from the future, has a wrong clock."""
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class Way(Protocol):
    """How one text leaves: an aggregator, a modem, Twilio."""

    async def send_text(self, number: str, text: str) -> str:
        """Send one text and return the vendor's id; raise a `SendError`."""

    async def close(self) -> None:
        """Close the connections."""


class SmsChannel:
    """Sends bubbles as texts."""

    name = NAME
    pulls = False

    def __init__(self, way: Way) -> None:
        self.way = way

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Send the texts of one bubble, in their order; a repetition sends all of them again."""
        sent = [await self.way.send_text(recipient, text) for text in texts_of(message)]
        return ",".join(filter(None, sent))[:128]

    async def close(self) -> None:
        """Close the way's connections."""
        await self.way.close()


def inbound(
    *, way: str, number: str, external_id: str, text: str, sent_at: datetime, received_at: datetime
) -> InboundMessage:
    """Return what came in as a message; raise `ChannelError` where nobody can be answered."""
    sender = international(number)
    if not sender or not _EXTERNAL_ID.fullmatch(external_id):
        raise ChannelError("no sender or no id")
    return InboundMessage(
        channel=NAME,
        sender_key=sender,
        external_id=f"{way}:{external_id}",
        sent_at=sent_at if timedelta() <= received_at - sent_at <= _LONGEST_WAY else received_at,
        received_at=received_at,
        content=read_text(text),
    )


def read_text(text: str) -> Content:
    """Return what a text says: STOP and START are words for us, all else is the reporter's."""
    words = _UNSTORABLE.sub("\ufffd", text[:TEXT_LIMIT])
    word = words.strip().upper()
    if word in _STOP:
        return STOP
    if word in _START:
        return START
    return Text(text=words) if word else Unknown(kind="empty")


def international(number: str) -> str:
    """Write a number as +84…; empty for short codes, names and everything that is no telephone."""
    digits = re.sub(r"[ .()-]", "", number)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+84{digits[1:]}"
    elif digits.startswith("84"):
        digits = f"+{digits}"
    return digits if _NUMBER.fullmatch(digits) else ""
