"""The live stream (server-sent events): it says that something changed, the page fetches what.

Event ids are those of storage.events, which commit in their order: who comes back with the last id
it saw misses nothing.
"""

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from intake.console.queue.board import BOARD
from intake.console.sessions import IDLE, SIGNED_IN
from intake.console.tail import UNSEEN
from intake.permissions import Permission, needs
from intake.service import SERVICE, Service
from storage import events, tickets
from storage.accounts import sessions
from storage.errors import StorageUnavailable
from storage.safeguarding import kept_from

HEARTBEAT_SECONDS = 15.0
CLOSING: web.AppKey[asyncio.Event] = web.AppKey("console_closing")


async def hang_up(app: web.Application) -> None:
    """End every stream when the service stops, so that stopping does not wait for them."""
    app[CLOSING].set()
    app[SERVICE].store.db.bell.ring("events")


@needs(Permission.READ_QUEUE)
async def stream(request: web.Request) -> web.StreamResponse:
    """Tell an open console what changed, for as long as it is signed in."""
    service = request.app[SERVICE]
    talk = ""
    if number := request.query.get("ticket", ""):
        detail = await tickets.look_again(service.store, number)
        is_kept = await kept_from.is_kept(service.store, number, request[SIGNED_IN].user.id)
        talk = f"conversation:{detail.ticket.conversation_id}" if detail and not is_kept else ""
    last_id = await _last_seen(request)
    response = web.StreamResponse(headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
    response.content_type = "text/event-stream"
    await response.prepare(request)
    milliseconds = round(service.clock().timestamp() * 1000)
    with suppress(ConnectionResetError, StorageUnavailable):  # the page comes back by itself
        await response.write(f"retry: 2000\nevent: hello\ndata: {milliseconds}\n\n".encode())
        await _tell(request, response, talk, last_id)
    return response


async def _tell(
    request: web.Request, response: web.StreamResponse, talk: str, last_id: int
) -> None:
    service, token_hash = request.app[SERVICE], request[SIGNED_IN].token_hash
    bell, closing = service.store.db.bell, request.app[CLOSING]
    passing = asyncio.get_running_loop().time
    checked_at = passing()
    with bell.listen("events", *([talk] if talk else ())) as any_ear, bell.listen(talk) as talk_ear:
        while not closing.is_set():
            if passing() - checked_at >= HEARTBEAT_SECONDS:
                checked_at = passing()
                if await _is_over(service, token_hash):
                    return
            last_id = await _send_events(request, response, last_id)
            if await talk_ear.wait(0):
                await response.write(b"event: thread\ndata: {}\n\n")
            if not await any_ear.wait(HEARTBEAT_SECONDS):
                await response.write(b"event: beat\ndata: {}\n\n")


async def _send_events(request: web.Request, response: web.StreamResponse, last_id: int) -> int:
    store, tail = request.app[SERVICE].store, request.app[BOARD].tail
    user = request[SIGNED_IN].user
    while True:
        found = await tail.after(store, last_id)
        if not found:
            return last_id
        lines = []
        hidden = tail.hidden_from(user.id)
        for event in found:
            last_id = event.id
            if event.kind in UNSEEN or event.ticket_id in hidden:
                lines.append(f"id: {event.id}\n\n")
                continue
            data = json.dumps({"kind": event.kind, "ticket": event.ticket_id or ""})
            lines.append(f"id: {event.id}\nevent: desk\ndata: {data}\n\n")
        await response.write("".join(lines).encode())


async def _is_over(service: Service, token_hash: bytes) -> bool:
    found = await sessions.session(service.store, token_hash, now=service.clock(), idle=IDLE)
    return found is None


async def _last_seen(request: web.Request) -> int:
    """Return the last id that the page saw; a page without one begins now."""
    for text in (request.headers.get("Last-Event-ID", ""), request.query.get("after", "")):
        if text.isascii() and text.isdecimal():
            return int(text[:18])
    return await events.last_event_id(request.app[SERVICE].store)
