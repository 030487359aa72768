"""The live stream: new thread entries as server-sent events, in order, each once (SSE).

Listen first, then look, then sleep: a ring between looking and sleeping is not lost. A stream ends
by itself after a few minutes; the browser comes back with `Last-Event-ID` and misses nothing.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from bot.channels.web import NAME
from intake.chat.answers import entries_json, readable
from intake.chat.api import PAGE, may_read_all, place_of
from intake.chat.edge import SAFE_HEADERS, edge, refusal
from intake.chat.errors import TalkOver
from intake.chat.parts import CHAT, drop_cookie, renew_cookie, seal_of, session_of
from intake.chat.session import Session
from intake.chat.streams import topic_of
from intake.logs import log
from intake.permissions import public
from intake.service import SERVICE
from storage.bell import Ear
from storage.errors import StorageUnavailable
from storage.talks.contacts import find_conversation
from storage.talks.threads import thread

_HEADERS: Final = {
    **SAFE_HEADERS,
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",
}
_BEAT: Final = b"event: beat\ndata:\n\n"
_REPLACED: Final = b"event: replaced\ndata:\n\n"
_RETRY: Final = b"retry: 2000\n"


@public
@edge
async def open_stream(request: web.Request) -> web.StreamResponse:
    """GET /chat/api/stream: what came after `Last-Event-ID` (or `?after=`), then live."""
    service, parts = request.app[SERVICE], request.app[CHAT]
    session = session_of(request)
    cursor = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    place = place_of(request, session, cursor)
    conversation_id = await find_conversation(service.store, NAME, session.id)
    if not place and not await may_read_all(service, session, conversation_id):
        answer = refusal(TalkOver())
        drop_cookie(request, answer)
        return answer
    bell = service.store.db.bell
    with parts.streams.open(session.id, bell) as me:
        response = web.StreamResponse(headers=_HEADERS)
        renew_cookie(request, response, session)
        await response.prepare(request)
        await response.write(_RETRY + _BEAT)
        live = _Live(request, response, session, place, conversation_id)
        try:
            await live.run(me)
        except ConnectionError:  # the page is gone
            return response
        except Exception:  # noqa: BLE001 - the HTTP edge: the head is sent, so the stream just ends
            log.exception("chat_stream_failed")
    return response


class _Live:
    """One open stream."""

    def __init__(
        self,
        request: web.Request,
        response: web.StreamResponse,
        session: Session,
        place: str,
        conversation_id: str | None,
    ) -> None:
        self._service, self._parts = request.app[SERVICE], request.app[CHAT]
        self._seal = seal_of(request)
        self._response, self._session = response, session
        self._place, self._conversation_id = place, conversation_id

    async def run(self, me: object) -> None:
        """Send entries and heartbeats until the stream is replaced, old, or the service stops."""
        bell, streams = self._service.store.db.bell, self._parts.streams
        ends_at = self._service.clock() + timedelta(seconds=self._parts.limits.stream_seconds)
        while self._service.clock() < ends_at and not streams.is_closing:
            topics = [topic_of(self._session.id)]
            if self._conversation_id:
                topics.append(f"conversation:{self._conversation_id}")
            with bell.listen(*topics) as ear:
                if not streams.is_newest(self._session.id, me):
                    await self._response.write(_REPLACED)
                    return
                await self._send_new()
                await self._wait(ear)

    async def _wait(self, ear: Ear) -> None:
        if not await ear.wait(self._parts.limits.heartbeat_seconds):
            await self._response.write(_BEAT)
        if self._conversation_id is None:
            self._conversation_id = await self._find()

    async def _find(self) -> str | None:
        try:
            return await find_conversation(self._service.store, NAME, self._session.id)
        except StorageUnavailable:
            return None

    async def _send_new(self) -> None:
        """Write what is new; when the database is away, the next heartbeat tries again."""
        while self._conversation_id is not None:
            try:
                entries = await thread(
                    self._service.store, self._conversation_id, after=self._place, limit=PAGE
                )
            except StorageUnavailable:
                return
            seen = entries if self._place else readable(entries)
            for entry, shown in zip(
                seen, entries_json(seen, self._seal, self._session), strict=True
            ):
                await self._response.write(_event(shown))
                self._place = entry.cursor
            if len(entries) < PAGE:
                return


def _event(shown: dict[str, Any]) -> bytes:
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return f"id: {shown['cursor']}\nevent: entry\ndata: {data}\n\n".encode()


async def end_streams(app: web.Application) -> None:
    """Let the service stop: end every stream, and let each say so."""
    app[CHAT].streams.close(app[SERVICE].store.db.bell)
    await asyncio.sleep(0)
