"""One Telegram update (JSON) -> `InboundMessage`: what a reporter did, in the contract's words.

The JSON is read field by field and not through the library's classes: these raise on a field that
is missing or new, and a child's sentence must not be lost because of something else beside it.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from bot.channels.contract import (
    Attachment,
    ButtonPress,
    ChannelError,
    Content,
    InboundMessage,
    Location,
    Presence,
    SharedContact,
    Text,
    Unknown,
)
from bot.channels.sources import holds_person, read_source
from bot.channels.telegram_json import (
    Json,
    number,
    quantity,
    required_object,
    some_object,
    time,
    words,
)

CHANNEL = "telegram"

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@[A-Za-z0-9_]+)?(?=\s|$)")
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILES = {
    "voice": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",  # comes with a `document` of the same file: looked for before it
    "audio": "file",
    "document": "file",
}
_UNREAD = {
    "sticker": "emoji",
    "dice": "emoji",
    "poll": "question",
    "game": "title",
    "checklist": "title",
    "invoice": "title",
    "story": "",
}
"""Kinds that are kept but not read, with the field whose words are worth keeping."""
_NOTICES = (
    "message_auto_delete_timer_changed",
    "pinned_message",
    "chat_background_set",
    "write_access_allowed",
    "users_shared",
    "chat_shared",
    "connected_website",
    "proximity_alert_triggered",
)
"""What Telegram says about the chat: nobody wrote it, and an answer could give a child away."""


def parse(update: object, *, bot_id: str, received_at: datetime) -> InboundMessage | None:
    """Read one update; None for what is not ours to read (groups, other bots, notices).

    Raises `ChannelError`, and nothing else, for what is not an update. `bot_id` makes the external
    id unique when another bot takes over: every bot counts its updates by itself.
    """
    if not isinstance(update, Mapping) or (serial := number(update.get("update_id"))) is None:
        raise ChannelError("no update_id")
    found = _read(update)
    if found is None:
        return None
    sender, chat_id, moment, content, source = found
    return InboundMessage(
        channel=CHANNEL,
        sender_key=str(chat_id),
        external_id=f"{bot_id}:{serial}",
        sent_at=time(moment, received_at),
        received_at=received_at,
        content=content,
        sender_name=_name(sender),
        is_edit="edited_message" in update,
        source=source,
    )


def callback_query_id(update: object) -> str:
    """Return the id that tells Telegram a press was seen; empty when nothing was pressed."""
    if not isinstance(update, Mapping):
        return ""
    return words(some_object(update.get("callback_query")).get("id"))


def update_number(update: object) -> int | None:
    """Return the update's number, by which polling acknowledges it."""
    return number(update.get("update_id")) if isinstance(update, Mapping) else None


_Found = tuple[Json, int, object, Content, str]
"""Sender, chat id, vendor's time, content, source."""


def _read(update: Json) -> _Found | None:
    for kind in ("message", "edited_message"):
        if kind in update:
            return _read_message(required_object(update, kind))
    if "callback_query" in update:
        return _read_press(required_object(update, "callback_query"))
    if "my_chat_member" in update:
        return _read_membership(required_object(update, "my_chat_member"))
    return None


def _read_message(message: Json) -> _Found | None:
    chat_id = _private_chat(message)
    sender = some_object(message.get("from"))
    if chat_id is None or sender.get("is_bot") is True or any(key in message for key in _NOTICES):
        return None
    content, source = _content(message, sender)
    return sender, chat_id, message.get("edit_date") or message.get("date"), content, source


def _read_press(query: Json) -> _Found | None:
    sender = some_object(query.get("from"))
    message = some_object(query.get("message"))
    chat_id = _private_chat(message) if message else number(sender.get("id"))
    payload = words(query.get("data"))
    if chat_id is None or not payload:
        return None
    press = ButtonPress(payload=payload, label=_label(message, payload))
    return sender, chat_id, None, press, ""  # the message's date is ours: the press has none


def _read_membership(change: Json) -> _Found | None:
    chat_id = _private_chat(change)
    kinds = {"kicked": "blocked", "member": "unblocked"}
    kind = kinds.get(words(some_object(change.get("new_chat_member")).get("status")))
    if chat_id is None or kind is None:
        return None
    return some_object(change.get("from")), chat_id, change.get("date"), Presence(kind=kind), ""


def _content(message: Json, sender: Json) -> tuple[Content, str]:
    """Return what was said and where the talk began; never fails, at worst `Unknown`."""
    if text := words(message.get("text")):
        return _text(text)
    if place := _location(some_object(message.get("location"))):
        return place, ""
    if contact := _contact(some_object(message.get("contact")), sender):
        return contact, ""
    return _attachment(message) or _unknown(message), ""


def _text(text: str) -> tuple[Content, str]:
    command = _COMMAND.match(text)
    if command is None:
        return Text(text=text), ""
    rest = text[command.end() :].strip()
    if command[1].lower() != "start":
        return Text(text=f"{command[1]}{text[command.end() :]}"), ""
    if not rest or (_SOURCE.fullmatch(rest) and not holds_person(rest)):
        return Presence(kind="started"), read_source(rest)
    return Text(text=rest), ""  # words after /start are words, not a link's tag


def _location(point: Json) -> Location | None:
    latitude, longitude = quantity(point.get("latitude"), 90), quantity(point.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    accuracy = quantity(point.get("horizontal_accuracy"), 1500)
    return Location(latitude=latitude, longitude=longitude, accuracy_metres=accuracy)


def _contact(card: Json, sender: Json) -> SharedContact | None:
    phone = words(card.get("phone_number"))
    if not phone:
        return None
    owner = number(card.get("user_id"))
    return SharedContact(
        phone=phone,
        name=_name(card),
        is_own=owner is not None and owner == number(sender.get("id")),
    )


def _attachment(message: Json) -> Attachment | None:
    caption = words(message.get("caption"))
    sizes = message.get("photo")
    largest = some_object(sizes[-1]) if isinstance(sizes, list) and sizes else {}
    if photo := _file("photo", largest, caption):
        return photo
    for key, kind in _FILES.items():
        if attachment := _file(kind, some_object(message.get(key)), caption):
            return attachment
    return None


def _file(kind: str, file: Json, caption: str) -> Attachment | None:
    file_id = words(file.get("file_id"))
    if not file_id:
        return None
    return Attachment(
        kind=kind,
        file_id=file_id,
        caption=caption,
        size_bytes=number(file.get("file_size")),
        mime_type=words(file.get("mime_type")),
    )


def _unknown(message: Json) -> Unknown:
    kind = next((key for key in _UNREAD if key in message), "unknown")
    said = words(some_object(message.get(kind)).get(_UNREAD.get(kind, "")))
    return Unknown(kind=kind, caption=said or words(message.get("caption")))


def _label(message: Json, payload: str) -> str:
    rows = some_object(message.get("reply_markup")).get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if some_object(button).get("callback_data") == payload:
                return words(some_object(button).get("text"))
    return ""


def _private_chat(holder: Json) -> int | None:
    """Return the chat's id when it is a talk with one person; a bot in a group must not read it."""
    chat = required_object(holder, "chat")
    chat_id = number(chat.get("id"))
    if chat_id is None:
        raise ChannelError("no chat id")
    return chat_id if chat.get("type") == "private" else None


def _name(person: Json) -> str:
    return " ".join(filter(None, (words(person.get(key)) for key in ("first_name", "last_name"))))
