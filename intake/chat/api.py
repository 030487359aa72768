"""The JSON API of the web chat: open a session, send a message, read the thread.

A message is answered with 200 once its turn is committed; with 202 when that takes longer, or
when it waits on disk for the database. Either way it is stored: it must not be sent again.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.channels.contract import ButtonPress, InboundMessage, Text
from bot.channels.web import NAME, parse
from bot.dialogue.buttons import is_alarming
from intake.chat.answers import (
    entries_json,
    message_id,
    readable,
    replies_json,
    static_replies,
)
from intake.chat.edge import edge, json_answer, read_json, refusal
from intake.chat.errors import BadCursor, BadJson, NoSuchPage, TalkOver, TooFast, WrongMethod
from intake.chat.parts import (
    CHAT,
    address_of,
    drop_cookie,
    renew_cookie,
    seal_of,
    session_of,
    set_cookie,
)
from intake.chat.session import Session, new_session
from intake.chat.streams import topic_of
from intake.permissions import public
from intake.reception import Reception, receive
from intake.service import SERVICE, Service
from storage.errors import StorageUnavailable
from storage.talks.contacts import find_conversation
from storage.talks.threads import ThreadEntry, last_reporter_at, replies_to, thread

PAGE: Final = 200


@public
@edge
async def open_session(request: web.Request) -> web.Response:
    """POST /chat/api/sessions: sign a new session; nothing is stored, no body is needed."""
    parts, now = request.app[CHAT], request.app[SERVICE].clock()
    if request.body_exists and not isinstance(
        await read_json(request, seconds=parts.limits.body_seconds), Mapping
    ):
        raise BadJson
    if not parts.addresses.take(address_of(request), now):
        raise TooFast
    session = new_session(now)
    answer = json_answer({"session": seal_of(request).token(session, now)})
    set_cookie(request, answer, session)
    return answer


@public
@edge
async def post_message(request: web.Request) -> web.Response:
    """POST /chat/api/messages: store one message, wait for its turn, return the replies."""
    service, parts = request.app[SERVICE], request.app[CHAT]
    body = await read_json(request, seconds=parts.limits.body_seconds)
    if not isinstance(body, Mapping):
        raise BadJson
    session = session_of(request, body.get("session"))
    message = parse(body, session_id=session.id, now=service.clock())
    with parts.doorway.enter(
        is_emergency=parts.doorway.is_full and await _is_emergency(service, message)
    ):
        reception = await receive(service, message)
        service.store.db.bell.ring(topic_of(session.id))
        answer = await _answer(service, reception, message, parts.limits.turn_seconds)
    renew_cookie(request, answer, session)
    return answer


@public
@edge
async def read_messages(request: web.Request) -> web.Response:
    """GET /chat/api/messages?after=…: the thread, both directions, oldest first."""
    service, seal = request.app[SERVICE], seal_of(request)
    session = session_of(request)
    place = place_of(request, session, request.query.get("after", ""))
    conversation_id = await find_conversation(service.store, NAME, session.id)
    entries: tuple[ThreadEntry, ...] = ()
    if conversation_id is not None:
        entries = await thread(service.store, conversation_id, after=place, limit=PAGE)
    if not place and not await may_read_all(service, session, conversation_id):
        answer = refusal(TalkOver())
        drop_cookie(request, answer)
        return answer
    shown = entries_json(entries if place else readable(entries), seal, session)
    answer = json_answer({"messages": shown, "more": len(entries) == PAGE})
    renew_cookie(request, answer, session)
    return answer


@public
@edge
async def wrong_method(request: web.Request) -> web.Response:
    """Answer a known address asked in a way it does not know."""
    answer = refusal(WrongMethod())
    answer.headers["Allow"] = ALLOWED[request.path.rsplit("/", 1)[-1]]
    return answer


@public
@edge
async def no_such_page(request: web.Request) -> web.Response:
    """Answer an address below /chat/api/ that does not exist."""
    raise NoSuchPage


ALLOWED: Final = {"sessions": "POST", "messages": "GET, HEAD, POST", "stream": "GET"}


def place_of(request: web.Request, session: Session, cursor: str) -> str:
    """Read a cursor, empty for the beginning; raises `BadCursor`."""
    if not cursor:
        return ""
    place = seal_of(request).place(session, cursor)
    if place is None:
        raise BadCursor
    return place


async def may_read_all(service: Service, session: Session, conversation_id: str | None) -> bool:
    """Whether this session may read its thread from the beginning now.

    Only what the reporter did counts: an operator's answer, hours later, must not show the talk to
    whoever holds the phone then.
    """
    if conversation_id is None:
        return True
    last = await last_reporter_at(service.store, conversation_id)
    return session.may_be_read(service.clock(), last_entry_at=last)


async def _answer(
    service: Service, reception: Reception, message: InboundMessage, seconds: float
) -> web.Response:
    if reception.inbox_id is None:
        about = message.external_id.rsplit(":", 1)[-1]
        replies = static_replies(reception.rescue, about=about)
        return json_answer({"message_id": None, "replies": replies}, status=202)
    stored = {"message_id": message_id(reception.inbox_id), "replies": []}
    entries = await _replies(service, reception.inbox_id, seconds, reception.seen_before)
    if entries is None:
        return json_answer(stored, status=202)
    return json_answer({**stored, "replies": replies_json(entries)})


async def _replies(
    service: Service, inbox_id: int, seconds: float, is_repeat: bool
) -> tuple[ThreadEntry, ...] | None:
    """Wait for a turn; None after the time."""
    try:
        entries = await replies_to(service.store, inbox_id) if is_repeat else None
        if entries is None:
            entries = await service.desk.turn(inbox_id, timeout_seconds=seconds)
    except StorageUnavailable:
        return None  # the message is stored: the stream brings the replies
    return entries


async def _is_emergency(service: Service, message: InboundMessage) -> bool:
    """Whether the danger floor hits or a cry for help was pressed: it always gets in."""
    match message.content:
        case ButtonPress(payload=payload):
            return is_alarming(payload)
        case Text(text=text):
            hit = await service.floor.look_soon(text)
            return hit is not None
    return False
