"""Messages as plain JSON values: how they are stored, spooled and shown."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from bot.channels.contract import (
    Attachment,
    Button,
    ButtonPress,
    Content,
    InboundMessage,
    Location,
    OutboundMessage,
    Presence,
    SharedContact,
    Sound,
    Text,
    Unknown,
)

_KINDS: dict[str, type[Content]] = {
    "text": Text,
    "location": Location,
    "attachment": Attachment,
    "contact": SharedContact,
    "button": ButtonPress,
    "presence": Presence,
    "unknown": Unknown,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def content_to_json(content: Content) -> dict[str, Any]:
    """Return the content with its kind under `type`."""
    return {"type": _NAMES[type(content)], "content": asdict(content)}


def content_from_json(value: Mapping[str, Any]) -> Content:
    """Read what `content_to_json` wrote; a kind of a later version becomes `Unknown`."""
    kind = _KINDS.get(str(value.get("type")))
    if kind is None:
        return Unknown(kind=str(value.get("type")))
    known = {field.name for field in fields(kind)}
    content: Content = kind(
        **{name: item for name, item in value["content"].items() if name in known}
    )
    return content


def outbound_to_json(message: OutboundMessage) -> dict[str, Any]:
    """Return a bubble of ours as JSON values."""
    return asdict(message)


def outbound_from_json(value: Mapping[str, Any]) -> OutboundMessage:
    """Read what `outbound_to_json` wrote; a sound of a later version is left out."""
    known = {field.name for field in fields(OutboundMessage)} - {"buttons", "sound"}
    buttons = tuple(Button(**button) for button in value.get("buttons", ()))
    sound = value.get("sound")
    return OutboundMessage(
        buttons=buttons,
        sound=Sound(sound) if sound in set(Sound) else None,
        **{name: item for name, item in value.items() if name in known},
    )


def inbound_to_json(message: InboundMessage) -> dict[str, Any]:
    """Return a whole message as JSON values, for the spool."""
    return {
        **{field.name: getattr(message, field.name) for field in fields(message)},
        "content": content_to_json(message.content),
        "sent_at": message.sent_at.isoformat(),
        "received_at": message.received_at.isoformat(),
    }


def inbound_from_json(value: Mapping[str, Any]) -> InboundMessage:
    """Read what `inbound_to_json` wrote."""
    return InboundMessage(
        **{
            **value,
            "content": content_from_json(value["content"]),
            "sent_at": datetime.fromisoformat(value["sent_at"]),
            "received_at": datetime.fromisoformat(value["received_at"]),
        }
    )


def words_of(content: Content) -> str:
    """Return what the sender wrote, for the danger floor and the classifier; empty for none."""
    match content:
        case Text(text=text):
            return text
        case ButtonPress(label=label):
            return label
        case Attachment(caption=caption) | Unknown(caption=caption):
            return caption
        case Location() | SharedContact() | Presence():
            return ""
