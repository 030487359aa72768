"""SMS through an aggregator in Viet Nam: one small interface in JSON, signed both ways.

    out     {"to": "+84…", "text": "…", "segments": 2}              -> 2xx {"id": "…"}
    in      {"id": "…", "from": "+84…", "text": "…", "at": 1795550100}
    report  {"id": "…", "status": "delivered"}      of a text that went out: see `Report`

How it is signed: `bot.channels.signed_post`. Unknown fields are left alone.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from bot.channels.contract import ChannelError, InboundMessage
from bot.channels.signed_post import SignedPost
from bot.channels.sms import inbound
from bot.channels.sms_text import count_segments

WAY: Final = "gateway"
_LONGEST_ID: Final = 64


class Report(StrEnum):
    """What became of a text (báo kết quả gửi)."""

    DELIVERED = "delivered"
    """The telephone has it."""
    FAILED = "failed"
    EXPIRED = "expired"
    """The telephone was off for too long."""
    REJECTED = "rejected"
    """The operator refuses it: the number, the words, or the sender's name."""


class SmsGateway:
    """An aggregator's address; `close` it."""

    def __init__(self, url: str, secret: str, *, clock: Callable[[], datetime]) -> None:
        self._post = SignedPost(url, secret, clock=clock)

    async def send_text(self, number: str, text: str) -> str:
        """Send one text and return the aggregator's id, empty if it gives none."""
        document = {"to": number, "text": text, "segments": count_segments(text)}
        answer = await self._post.post(json.dumps(document, ensure_ascii=False).encode())
        return _id_in(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._post.close()


def read_inbound(body: bytes, *, received_at: datetime) -> InboundMessage:
    """Read a text that came in; raise `ChannelError`, and nothing else, for what is none."""
    document = _object(body)
    text = document.get("text")
    if not isinstance(text, str):
        raise ChannelError("no text")
    return inbound(
        way=WAY,
        number=_word(document, "from"),
        external_id=_word(document, "id"),
        text=text,
        sent_at=_time(document.get("at"), received_at),
        received_at=received_at,
    )


def read_report(body: bytes) -> Report:
    """Read what became of a text; raise `ChannelError`, and nothing else, for what is no report."""
    document = _object(body)
    if not _word(document, "id"):
        raise ChannelError("no id")
    try:
        return Report(_word(document, "status"))
    except ValueError:
        raise ChannelError("unknown status") from None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ChannelError("no JSON") from None
    if not isinstance(document, Mapping):
        raise ChannelError("no object")
    return document


def _word(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _time(value: object, otherwise: datetime) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise


def _id_in(answer: bytes) -> str:
    """Return the id in an answer; the text is sent, whatever else the answer says."""
    try:
        return _word(_object(answer), "id")[:_LONGEST_ID]
    except ChannelError:
        return ""
