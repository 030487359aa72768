"""The web chat (trang nhắn tin): the JSON API's messages in, nothing to push out.

    ChannelError
    └── BadMessage           the caller's mistake: a code for programs, a sentence for people
        ├── BadClientId
        ├── BadField         unknown, missing or of the wrong type
        ├── BadContent       not exactly one of text, location, button
        ├── BadText
        ├── BadLocation
        └── BadButton

Nothing that a person wrote is ever part of an error. The page fetches its replies, so `send` has
nothing to do: a reply is delivered when it is committed.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.channels.contract import (
    ButtonPress,
    ChannelError,
    Content,
    InboundMessage,
    Location,
    OutboundMessage,
    Text,
)
from bot.channels.sources import read_source

NAME: Final = "web"
KINDS: Final = ("text", "location", "button")
_FIELDS = frozenset({"session", "client_id", "source", *KINDS})
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_PAYLOAD = re.compile(r"[A-Za-z0-9_:.\-]{1,64}", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LABEL_LIMIT = 120


class BadMessage(ChannelError):
    """Tin gửi lên không đúng mẫu."""

    code = "bad_message"

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or (self.__doc__ or self.code).splitlines()[0]
        super().__init__(f"{self.code}: {self.sentence}")


class BadClientId(BadMessage):
    """Mã tin (client_id) phải gồm 1–64 ký tự chữ không dấu, số, _ hoặc -."""

    code = "bad_client_id"


class BadField(BadMessage):
    """Có trường thừa hoặc sai kiểu."""

    code = "bad_field"


class BadContent(BadMessage):
    """Mỗi tin cần đúng một trong ba: text, location, button."""

    code = "bad_content"


class BadText(BadMessage):
    """Trường text phải là chữ và không được trống."""

    code = "bad_text"


class BadLocation(BadMessage):
    """Vị trí cần latitude từ -90 đến 90 và longitude từ -180 đến 180."""

    code = "bad_location"


class BadButton(BadMessage):
    """Nút bấm cần payload gồm 1–64 ký tự chữ không dấu, số, _ : . hoặc -."""

    code = "bad_button"


class WebChannel:
    """The page pulls: a committed reply is a delivered one."""

    name = NAME
    pulls = True

    async def send(self, recipient: str, message: OutboundMessage) -> str:
        """Do nothing and succeed; the page reads its thread."""
        return ""


def _fingerprint(session_id: str) -> str:
    """Stand for a session where ids lie in clear: the id itself is the reporter's account."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:32]


def parse(body: object, *, session_id: str, now: datetime) -> InboundMessage:
    """Read one posted message; raises a `BadMessage`, whatever `body` is.

    The words stay as they came: no trimming, no folding; only lone surrogates, which no store
    can hold, become U+FFFD. A source that is no tag is dropped: it must never cost a message.
    `session_id` is the sender key: replies go to the page that wrote.
    """
    if not isinstance(body, Mapping):
        raise BadMessage("Tin gửi lên phải là một đối tượng JSON.")
    if body.keys() - _FIELDS:
        raise BadField
    client_id = body.get("client_id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadClientId
    return InboundMessage(
        channel=NAME,
        sender_key=session_id,
        external_id=f"{_fingerprint(session_id)}:{client_id}",
        sent_at=now,
        received_at=now,
        content=_content(body),
        source=read_source(body.get("source")),
    )


def _content(body: Mapping[str, Any]) -> Content:
    said = [kind for kind in KINDS if body.get(kind) is not None]
    if len(said) != 1:
        raise BadContent
    match said[0]:
        case "text":
            return _text(body["text"])
        case "location":
            return _location(body["location"])
        case _:
            return _button(body["button"])


def _text(value: object) -> Text:
    if not isinstance(value, str) or not value.strip():
        raise BadText
    return Text(text=_storable(value))


def _location(value: object) -> Location:
    if not isinstance(value, Mapping):
        raise BadLocation
    if value.keys() - {"latitude", "longitude", "accuracy"}:
        raise BadField
    accuracy = value.get("accuracy")
    return Location(
        latitude=_degrees(value.get("latitude"), limit=90),
        longitude=_degrees(value.get("longitude"), limit=180),
        accuracy_metres=None if accuracy is None else _metres(accuracy),
    )


def _degrees(value: object, *, limit: int) -> float:
    number = _number(value)
    if not -limit <= number <= limit:
        raise BadLocation
    return number


def _metres(value: object) -> float:
    number = _number(value)
    if number < 0:
        raise BadLocation("Độ chính xác (accuracy) là số mét, không âm.")
    return number


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadLocation
    try:
        number = float(value)
    except OverflowError:
        raise BadLocation from None
    if not math.isfinite(number):
        raise BadLocation
    return number


def _button(value: object) -> ButtonPress:
    """Read `"payload"` or `{"payload", "label"}`."""
    if isinstance(value, str):
        value = {"payload": value}
    if not isinstance(value, Mapping):
        raise BadButton
    if value.keys() - {"payload", "label"}:
        raise BadField
    payload, label = value.get("payload"), value.get("label", "")
    if not isinstance(payload, str) or not _PAYLOAD.fullmatch(payload):
        raise BadButton
    if not isinstance(label, str) or len(label) > _LABEL_LIMIT:
        raise BadButton(f"Chữ trên nút (label) dài tối đa {_LABEL_LIMIT} ký tự.")
    return ButtonPress(payload=payload, label=_storable(label))


def _storable(text: str) -> str:
    """Replace lone surrogates: JSON can carry them, UTF-8 cannot."""
    return _SURROGATE.sub("\ufffd", text)
