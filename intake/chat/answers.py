"""What the page gets to see: replies and thread entries as JSON (docs: README, "JSON API")."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.channels.codec import content_from_json, outbound_from_json
from bot.channels.contract import (
    Attachment,
    ButtonPress,
    Content,
    Location,
    OutboundMessage,
    Presence,
    SharedContact,
    Text,
    Unknown,
)
from bot.content.shelf import BARE_NEUTRAL
from intake.chat.session import Session, SessionSeal
from storage.talks.threads import ThreadEntry

_PHONE_TAKEN = "phone_changed_hands"
_NEUTRAL = ("quick_exit", _PHONE_TAKEN, BARE_NEUTRAL)


def readable(entries: Sequence[ThreadEntry]) -> Sequence[ThreadEntry]:
    """Return what a page may show that reads from the beginning: never what was said before THOÁT,
    or before somebody else held the phone; their own question stays."""
    cards = [entry.body.get("card", "") for entry in entries]
    found = [place for place, card in enumerate(cards) if card in _NEUTRAL]
    if not found:
        return entries
    place = found[-1]
    is_asked = cards[place] == _PHONE_TAKEN and place > 0 and entries[place - 1].from_reporter
    return entries[place - is_asked :]


def message_id(inbox_id: int) -> str:
    """Return the public id of what the reporter wrote."""
    return f"m{inbox_id}"


def replies_json(entries: Iterable[ThreadEntry]) -> list[dict[str, Any]]:
    """Return the answers to one message."""
    return [_out(entry) for entry in entries if entry.outbox_id is not None]


def static_replies(messages: Iterable[OutboundMessage], *, about: str) -> list[dict[str, Any]]:
    """Return fixed words that are not in the thread; the same message gets the same ids."""
    return [
        {"id": f"static-{about}-{number}", "from": "machine", **_bubble(message)}
        for number, message in enumerate(messages)
    ]


def entries_json(
    entries: Iterable[ThreadEntry], seal: SessionSeal, session: Session
) -> list[dict[str, Any]]:
    """Return a piece of the thread, each entry with the place to read on from."""
    return [
        {**(_in(entry) if entry.from_reporter else _out(entry)), **_where(entry, seal, session)}
        for entry in entries
    ]


def _where(entry: ThreadEntry, seal: SessionSeal, session: Session) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "cursor": seal.cursor(session, entry.cursor)}


def _out(entry: ThreadEntry) -> dict[str, Any]:
    who = "machine" if entry.author == "bot" else "person"
    return {"id": f"r{entry.outbox_id}", "from": who, **_bubble(outbound_from_json(entry.body))}


def _bubble(message: OutboundMessage) -> dict[str, Any]:
    return {
        "text": message.text,
        "buttons": [{"label": item.label, "payload": item.payload} for item in message.buttons],
        "urgent": message.is_urgent,
        "card": message.card,
        "asks_location": message.asks_location,
        "beats": message.beats,
    }


def _in(entry: ThreadEntry) -> dict[str, Any]:
    said = _said(content_from_json(entry.body))
    return {"id": message_id(entry.inbox_id or 0), "from": "you", **said}


def _said(content: Content) -> dict[str, Any]:
    match content:
        case Text(text=text):
            return {"text": text}
        case ButtonPress(payload=payload, label=label):
            return {"text": label or payload}
        case Location(latitude=latitude, longitude=longitude):
            return {"text": "", "location": {"latitude": latitude, "longitude": longitude}}
        case Attachment() | SharedContact() | Presence() | Unknown():
            return {"text": ""}
